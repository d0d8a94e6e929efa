"""What the user is told, on standard error."""

import os
import sys

_RED, _YELLOW, _PLAIN = "\033[31m", "\033[33m", "\033[0m"
_LONGEST = 600


def say(arguments, text):
    """Tell what was found or done, unless --quiet."""
    if not arguments.quiet:
        print(text, file=sys.stderr, flush=True)


def remark(text):
    """Tell what the user may want to act on."""
    print(f"tsrnn: {_coloured('note:', _YELLOW)} {text}", file=sys.stderr, flush=True)


def complain(text):
    """Tell what is wrong, in one line."""
    print(f"tsrnn: {_coloured('error:', _RED)} {text}", file=sys.stderr, flush=True)


def one_line(error):
    """Return the message of an exception in one line, even if it has none."""
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, MemoryError):
        return "not enough memory; read fewer columns or fewer rows"
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _LONGEST else text[: _LONGEST - 4] + " ..."


def show_warning(message, category, filename, lineno, file=None, line=None):
    """Show a warning as a remark, in the place of `warnings.showwarning`."""
    remark(one_line(message))


def progress(arguments):
    """Whether to show progress bars: to people, who did not ask for silence."""
    return int(not arguments.quiet and sys.stderr.isatty())


def _coloured(text, colour):
    # NO_COLOR (no-color.org): set to anything but the empty string, no colours.
    if os.environ.get("NO_COLOR") or not sys.stderr.isatty():
        return text
    return f"{colour}{text}{_PLAIN}"
