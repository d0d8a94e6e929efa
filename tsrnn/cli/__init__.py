"""The command `tsrnn`; each command is a module here."""

from tsrnn.cli.main import main

__all__ = ["main"]
