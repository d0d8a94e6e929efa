"""The examples run and show what they say they show."""

import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


def load(name):
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))


def test_every_example_is_run_here():
    tested = {"adding_problem", "temporal_xor"}
    assert {path.stem for path in EXAMPLES.glob("*.py")} == tested


def test_gated_cells_solve_the_adding_problem(capsys):
    errors = load("adding_problem")["main"](["--timesteps", "40", "--samples", "5000"])
    assert errors["gru"] < 0.01
    assert errors["lstm"] < 0.01
    assert errors["rnn"] > errors["lstm"]
    assert "guessing the mean" in capsys.readouterr().out


def test_only_the_determined_bit_is_predicted(capsys):
    by_place = load("temporal_xor")["main"]([])
    assert by_place[2] < 0.05
    assert min(by_place[:2]) == pytest.approx(0.25, abs=0.02)
    assert capsys.readouterr().out.count("\n") == 3
