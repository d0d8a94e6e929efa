"""`tsrnn warmup`."""


def add(commands):
    """Add the command to the parser."""
    parser = commands.add_parser(
        "warmup",
        help="compile all kernels ahead of their first use",
        description="Compile the kernels of all cells, float32 and float64; keep them on disk.",
        allow_abbrev=False,
    )
    parser.set_defaults(run=_run)


def _run(arguments):
    from tsrnn._progress import progress_bar
    from tsrnn.kernels import cache_directory
    from tsrnn.network.warmup import combinations, warm_up

    bar = progress_bar(combinations(), verbose=True, unit="kernel set")
    for cell, dtype in bar:
        bar.set_postfix_str(f"{cell} {dtype.__name__}")
        warm_up(cell, dtype)
    print(f"compiled kernels are in {cache_directory() or 'memory only: no directory to write to'}")
