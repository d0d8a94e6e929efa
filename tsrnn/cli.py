"""The command `tsrnn`."""

import argparse
import sys
from pathlib import Path

import tsrnn


def main(argv=None):
    """Run the command line; return the exit status, 0 or 2.

    Parameters
    ----------
    argv : list of str, optional
        Arguments without the program's name; default those of the process.
    """
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except (OSError, ValueError) as error:
        print(f"tsrnn: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tsrnn: interrupted", file=sys.stderr)
        return 2
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="tsrnn",
        description="Recurrent networks for time-series forecasting and anomaly detection.",
    )
    parser.add_argument("--version", action="version", version=f"tsrnn {tsrnn.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="forecast and flag anomalies in bundled real data",
        description="Forecast and flag anomalies in bundled real data; write CSV and PNG files.",
        epilog="example: tsrnn demo --out results",
    )
    demo.add_argument(
        "--out", type=Path, default=Path("tsrnn-demo"), metavar="DIR",
        help="where the files go (made if it does not exist; default: %(default)s)",
    )  # fmt: skip
    demo.set_defaults(run=_demo)
    warmup = commands.add_parser(
        "warmup",
        help="compile all kernels ahead of their first use",
        description="Compile the kernels of all cells, float32 and float64; keep them on disk.",
    )
    warmup.set_defaults(run=_warmup)
    return parser


def _demo(arguments):
    from tsrnn.demo import run

    run(arguments.out)


def _warmup(arguments):
    from tsrnn._progress import progress_bar
    from tsrnn.kernels import cache_directory
    from tsrnn.network.warmup import combinations, warm_up

    bar = progress_bar(combinations(), verbose=True, unit="kernel set")
    for cell, dtype in bar:
        bar.set_postfix_str(f"{cell} {dtype.__name__}")
        warm_up(cell, dtype)
    print(f"compiled kernels are in {cache_directory() or 'memory only: no directory to write to'}")
