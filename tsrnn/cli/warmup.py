"""`tsrnn warmup`."""


def add(commands):
    """Add the command to the parser."""
    parser = commands.add_parser(
        "warmup",
        help="compile all kernels ahead of their first use",
        description="Compile the kernels of all cells, float32 and float64, of detectors and of "
        "forecasters; keep them on disk.",
        allow_abbrev=False,
    )
    parser.set_defaults(run=_run)


def _run(arguments):
    from functools import partial

    from tsrnn._progress import progress_bar
    from tsrnn.detection.warmup import warm_up as warm_up_detectors
    from tsrnn.forecasting.warmup import warm_up as warm_up_forecasters
    from tsrnn.kernels import cache_directory
    from tsrnn.network.warmup import combinations, warm_up

    parts = {
        f"{cell} {dtype.__name__}": partial(warm_up, cell, dtype) for cell, dtype in combinations()
    }
    parts |= {"detectors": warm_up_detectors, "forecasters": warm_up_forecasters}
    bar = progress_bar(parts, verbose=True, unit="kernel set")
    for name in bar:
        bar.set_postfix_str(name)
        parts[name]()
    print(f"compiled kernels are in {cache_directory() or 'memory only: no directory to write to'}")
