"""`tsrnn demo` as a newcomer runs it: what it prints, what it writes, what it finds."""

import contextlib
import importlib.util
import io

import pandas as pd
import pytest

import tsrnn
from tsrnn.cli import main

TABLES = [
    "co2_forecast.csv", "co2_ranking.csv", "plant_events.csv", "plant_log.csv",
    "sea_surface_events.csv", "sea_surface_scores.csv",
]  # fmt: skip
PICTURES = ["co2_forecast.png", "co2_ranking.png", "plant_events.png", "sea_surface_events.png"]
REPORT = ["report.html"] if importlib.util.find_spec("plotly") else []


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Where the demo wrote, and what it printed."""
    out = tmp_path_factory.mktemp("demo") / "new" / "folder"
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert main(["demo", "--out", str(out)]) == 0
    return out, printed.getvalue()


def test_it_writes_tables_and_pictures_and_says_where(demo):
    out, printed = demo
    written = sorted(path.name for path in out.iterdir())
    assert written == sorted([*TABLES, *PICTURES, *REPORT])
    assert REPORT or "pip install 'tsrnn[report]'" in printed
    for name in PICTURES:
        assert (out / name).read_bytes().startswith(b"\x89PNG")
    assert str(out) in printed
    assert all(name in printed for name in TABLES + PICTURES)
    assert printed.count(" s\n") >= 4, "every step says how long it took"


def test_the_network_is_level_with_the_baselines_on_co2(demo):
    out, _ = demo
    ranking = pd.read_csv(out / "co2_ranking.csv", index_col="model")
    assert set(ranking.index) == {"RNNForecaster", *tsrnn.baselines.FORECASTERS}
    ours = ranking.loc["RNNForecaster", "mae"]
    assert ours < 0.5 * ranking.loc["SeasonalNaive", "mae"]
    assert ours < 1.05 * ranking.loc["ETS", "mae"]
    assert ranking.loc["RNNForecaster", "inside 80"] > 0.7
    forecast = pd.read_csv(out / "co2_forecast.csv", index_col="week", parse_dates=True)
    assert len(forecast) == 104
    assert forecast.filter(like="RNNForecaster").notna().all(axis=None)


def test_the_strong_el_ninos_come_out_on_top(demo):
    out, printed = demo
    events = pd.read_csv(out / "sea_surface_events.csv", parse_dates=["peak", "start"])
    later = events[events["start"] > "1971"].sort_values("severity", ascending=False)
    strongest = sorted(later["peak"].head(2).dt.year)
    assert strongest[0] in (1982, 1983)
    assert strongest[1] in (1997, 1998)
    assert later["peak"].dt.year.isin((1972, 1973)).any()
    assert len(later) <= 4
    assert all(str(year) in printed for year in later["peak"].dt.year)


def test_the_plant_events_are_the_labelled_ones(demo):
    out, _ = demo
    events = pd.read_csv(out / "plant_events.csv")
    assert len(events) >= 4
    assert events["truth"].notna().mean() > 0.7


def test_a_folder_that_cannot_be_made_is_one_line_and_status_2(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["demo", "--out", str(tmp_path / "file")]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("tsrnn: error: ")
    assert "file" in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["dmeo"], ["demo", "--ouy"]])
def test_wrong_arguments_are_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("tsrnn: error: ")
    assert error.endswith("--help)\n")
    assert error.count("\n") == 1


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert tsrnn.__version__ in capsys.readouterr().out
