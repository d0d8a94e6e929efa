"""Runs the code of a Markdown page as a reader would: in order, in one place, output compared.

A page's ``python`` blocks share a namespace. ``bash`` blocks run line by line: ``tsrnn`` commands
in this process, lines with a pipe in a shell; what sets up a machine (pip, python -m venv, ...) is
left to the reader. A ``text`` block after either is what it prints; one with a title is an example
that is not compared. ``<!-- needs: plotly -->`` before a block skips it without that module.
"""

import contextlib
import importlib.util
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

_BLOCK = re.compile(
    r"(?:<!-- needs: (?P<needs>[\w, .]+) -->\n\n?)?"
    r"^```(?P<language>\w+)(?P<attributes>[^\n]*)\n(?P<code>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_ROOT = Path(__file__).parent.parent
_LEFT_TO_THE_READER = ("pip ", "python -m venv ", "source ", "mkdocs ")


class Block(NamedTuple):
    """A fenced block; `line` is that of its first line of code in the page."""

    language: str
    code: str
    needs: tuple
    compared: bool
    line: int


def read_blocks(page):
    """List the fenced blocks of the file `page` in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            match["language"],
            match["code"],
            tuple(re.findall(r"[\w.]+", match["needs"] or "")),
            "title=" not in match["attributes"],
            text[: match.start("code")].count("\n") + 1,
        )
        for match in _BLOCK.finditer(text)
    ]


def run_page(page):
    """Run all blocks of the file `page` in the working directory; return how many ran."""
    namespace, printed, n_run = {"__name__": "__main__"}, None, 0
    for block in read_blocks(page):
        place = f"{page.name}, line {block.line}"
        if block.language in ("python", "bash"):
            printed = None
            if all(importlib.util.find_spec(name) for name in block.needs):
                printed = _run(block, page, namespace)
                n_run += 1
        elif block.language == "text" and block.compared and printed is not None:
            difference = find_difference(block.code, printed)
            assert difference is None, f"{place}: {difference}\nprinted:\n{printed}"
    return n_run


def find_difference(expected, printed):
    """Say where two texts differ, None if they do not.

    White space is no difference, and "..." stands for any words.
    """
    wanted, got = expected.split(), printed.split()
    at = 0
    for i, word in enumerate(wanted):
        if word == "...":
            rest = wanted[i + 1 :]
            if not rest:
                return None
            ends = [j for j in range(at, len(got)) if rest[0] == got[j]]
            if not ends:
                return f"no {rest[0]!r} after '...'"
            at = ends[0]
        elif at >= len(got) or word != got[at]:
            return f"{word!r} expected, got {got[at] if at < len(got) else 'nothing'!r}"
        else:
            at += 1
    return None if at == len(got) else f"{got[at]!r} is not in the page"


def _run(block, page, namespace):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        if block.language == "python":
            # Empty lines before, so that tracebacks tell the line of the page.
            code = "\n" * (block.line - 1) + block.code
            exec(compile(code, str(page), "exec"), namespace)
        else:
            for line in block.code.replace("\\\n", " ").splitlines():
                _run_line(line.partition("  #")[0].strip())
    return printed.getvalue()


def _run_line(line):
    if not line or line.startswith(("#", *_LEFT_TO_THE_READER)):
        return
    if "|" in line:
        _run_in_shell(line)
        return
    command, _, out = (part.strip() for part in line.partition(" > "))
    words = shlex.split(command)
    assert words[0] == "tsrnn", f"cannot run {line!r}"
    from tsrnn.cli import main

    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        if out:
            file = stack.enter_context(Path(out).open("w", encoding="utf-8"))
            stack.enter_context(contextlib.redirect_stdout(file))
        try:
            status = main(words[1:])
        except SystemExit as end:  # as --help does
            status = end.code
        assert status == 0, f"{line!r} failed"


def _run_in_shell(line):
    shell = shutil.which("bash")
    if shell is None:
        return
    command = shlex.join([sys.executable, "-m", "tsrnn"])
    script = f'set -e -o pipefail; tsrnn() {{ {command} "$@"; }}; {line}'
    # The package that is tested, not another one that is installed.
    python_path = os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [shell, "-c", script], capture_output=True, text=True, timeout=120,
        env=os.environ | {"PYTHONPATH": python_path},
    )  # fmt: skip
    assert done.returncode == 0, f"{line!r} failed: {done.stderr}"
    print(done.stdout, end="")
