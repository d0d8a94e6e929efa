"""`tsrnn demo`."""

from pathlib import Path


def add(commands):
    """Add the command to the parser."""
    parser = commands.add_parser(
        "demo",
        help="forecast and flag anomalies in bundled real data",
        description="Forecast and flag anomalies in bundled real data; write CSV and PNG files, "
        "and one HTML report if plotly is installed.",
        epilog="example: tsrnn demo --out results",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--out", type=Path, default=Path("tsrnn-demo"), metavar="DIR",
        help="where the files go (made if it does not exist; default: %(default)s)",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _run(arguments):
    from tsrnn.demo import run

    run(arguments.out)
