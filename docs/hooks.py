"""Puts the command line's own help into its page, and footnotes of docstrings in order."""

import contextlib
import io
import os
import re

_MARK = re.compile(r"<!-- help: (\w+) -->")


def on_page_markdown(markdown, **_):
    """Replace ``<!-- help: forecast -->`` by what ``tsrnn forecast --help`` prints."""
    return _MARK.sub(lambda mark: f"```text\n{_help(mark[1])}```", markdown)


def on_page_content(html, **_):
    """Give each of a docstring's numbered references a line: only Sphinx knows their markup."""
    html = re.sub(r"\s*\.\. \[(\d+)\] ", r"<br>[\1] ", html).replace("<p><br>[", "<p>[")
    return re.sub(r"\[(\d+)\]_", r"[\1]", html)


def _help(command):
    from tsrnn.cli import main

    width = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "88"
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            main([command, "--help"])
    finally:
        del os.environ["COLUMNS"]
        if width is not None:
            os.environ["COLUMNS"] = width
    return printed.getvalue()
