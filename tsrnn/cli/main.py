"""`main`: from arguments to an exit status."""

import argparse
import os
import sys
import warnings

import tsrnn
from tsrnn.cli import backtest, console, demo, detect, forecast, info, warmup, watch

_COMMANDS = (forecast, detect, watch, backtest, demo, info, warmup)
# What a user can cause; anything else is a bug, and its traceback is wanted.
_EXPECTED = (OSError, ValueError, ImportError, MemoryError)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of the whole usage."""

    def error(self, message):
        console.complain(f"{message} (see {self.prog} --help)")
        self.exit(2)


def main(argv=None):
    """Run the command line; return the exit status, 0 or 2.

    Parameters
    ----------
    argv : list of str, optional
        Arguments without the program's name; default those of the process.
    """
    arguments = _parser().parse_args(argv)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = console.show_warning
            arguments.run(arguments)
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough (`| head`). What is left in the buffer goes nowhere.
        _discard_standard_output()
    except _EXPECTED as error:
        console.complain(console.one_line(error))
        return 2
    except KeyboardInterrupt:
        console.complain("interrupted")
        return 2
    return 0


def _discard_standard_output():
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass  # Standard output is no file: nothing will be flushed to it at the end.


def _parser():
    parser = _Parser(
        prog="tsrnn",
        description="Recurrent networks for time-series forecasting and anomaly detection.",
        epilog="Results go to standard output, messages to standard error.",
    )
    parser.add_argument("--version", action="version", version=f"tsrnn {tsrnn.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add(commands)
    return parser
