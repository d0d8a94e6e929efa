"""The README's code runs, and its commands are the two that everything is checked with."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"


def blocks():
    return re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("code", blocks(), ids=lambda code: code.splitlines()[0])
def test_code_block_runs(code):
    exec(compile(code, str(README), "exec"), {})


def test_the_two_commands_come_first():
    first_block = README.read_text(encoding="utf-8").split("```")[1]
    assert "pip install . && tsrnn demo" in first_block
    assert "pip install -e '.[test]' && pytest" in first_block


def test_its_picture_exists():
    for path in re.findall(r"!\[.*?\]\((.*?)\)", README.read_text(encoding="utf-8")):
        assert (README.parent / path).is_file()
