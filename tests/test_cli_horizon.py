"""Files forecast with no option beyond their name."""

import io

import numpy as np
import pandas as pd
import pytest
from cli_files import DAYS, lines, sales

from tsrnn.baselines import SeasonalNaive
from tsrnn.cli import main


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """What is forecast does not matter here, how far does: no test waits for a network."""
    monkeypatch.setattr(
        "tsrnn.cli.forecast.make_model",
        lambda arguments, series: SeasonalNaive(arguments.horizon, alias="RNNForecaster"),
    )


@pytest.mark.parametrize(
    ("freq", "n_rows", "expected"),
    [("MS", 120, 18), ("YS", 60, 6), ("D", 60, 14), ("30min", 400, 48), ("D", 20, 5)],
)
def test_the_horizon_follows_the_frequency_and_the_length(
    freq, n_rows, expected, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    times = pd.date_range("2001-01-01", periods=n_rows, freq=freq)
    (tmp_path / "f.csv").write_text(lines("time,y", times, np.arange(n_rows) % 7))
    assert main(["forecast", "f.csv"]) == 0
    captured = capsys.readouterr()
    assert len(pd.read_csv(io.StringIO(captured.out))) == expected
    assert f"horizon {expected} (guessed; -h changes it)" in captured.err


def test_a_backtest_keeps_half_of_the_rows_to_learn_from(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.csv").write_text(lines("day,y", DAYS, sales()))
    assert main(["backtest", "f.csv", "--models", "Naive"]) == 0
    captured = capsys.readouterr()
    assert "horizon 7 (guessed" in captured.err
    assert set(pd.read_csv(io.StringIO(captured.out))["model"]) == {"RNNForecaster", "Naive"}


def test_a_given_horizon_is_no_guess(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.csv").write_text(lines("day,y", DAYS, sales()))
    assert main(["forecast", "f.csv", "-h", "3"]) == 0
    assert "guessed" not in capsys.readouterr().err


def test_columns_side_by_side_are_series(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.csv").write_text(lines("day,north,south", DAYS, sales(), sales()))
    assert main(["forecast", "f.csv", "-h", "3"]) == 0
    captured = capsys.readouterr()
    result = pd.read_csv(io.StringIO(captured.out))
    assert result["series"].tolist() == ["north"] * 3 + ["south"] * 3
    assert "note: forecasting all 2 columns of numbers; --target names fewer" in captured.err


def test_numbers_before_the_time_are_not_proposed_as_target(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    days = list(zip(DAYS, sales(), strict=True))
    rows = [f"{shop},{day},{sold},{sold + 3}" for shop in (1, 2) for day, sold in days]
    (tmp_path / "f.csv").write_text("\n".join(["shop,day,sold,warmth", *rows]))
    assert main(["forecast", "f.csv", "-h", "3"]) == 2
    assert "--target sold (or several" in capsys.readouterr().err
    assert main(["forecast", "f.csv", "-h", "3", "--target", "sold"]) == 0
    assert set(pd.read_csv(io.StringIO(capsys.readouterr().out))["shop"]) == {1, 2}
