"""The commands as a user runs them: what goes to standard output, to files, to standard error."""

import io
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from cli_files import DAYS, lines, sales, sensor_log

import tsrnn
from tsrnn.cli import main
from tsrnn.cli.output import write_table


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in a folder of its own; return (status, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def run_it(*arguments):
        status = main([str(one) for one in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_it


def table(text):
    return pd.read_csv(io.StringIO(text))


def test_forecast_answers_on_standard_output(run, tmp_path):
    dates = DAYS.strftime("%d.%m.%Y")
    rows = [f"{day};{value:.1f}".replace(".1f", "") for day, value in zip(dates, sales(), strict=1)]
    text = "Tag;Umsatz\n" + "\n".join(row.rsplit(".", 1)[0] + "," + row[-1] for row in rows)
    (tmp_path / "a.csv").write_text(text + "\n")
    status, out, err = run("forecast", "a.csv", "-h", 7, "--level", 80, 95)
    assert status == 0
    assert run("forecast", "a.csv", "-h", 7, "--level", "80,95")[1] == out
    assert run("forecast", "a.csv", "-h", 7, "--level", "80,95", "--out", "-") == (0, out, err)
    got = table(out)
    assert list(got.columns) == [
        "Tag", "RNNForecaster", "RNNForecaster-lo-80", "RNNForecaster-hi-80",
        "RNNForecaster-lo-95", "RNNForecaster-hi-95",
    ]  # fmt: skip
    assert got["Tag"].tolist() == [f"2024-03-0{day}" for day in range(1, 8)]
    assert err == (
        "a.csv: 60 rows, separator ';', decimal sign ',', time 'Tag' (day.month.year), every day, "
        "target 'Umsatz'\n"
    )
    # The same as from Python.
    y = pd.Series(np.round(sales(), 1), index=DAYS)
    model = tsrnn.RNNForecaster(7, random_state=0).fit(y)
    np.testing.assert_allclose(got["RNNForecaster"], model.predict(), rtol=1e-9)


def test_forecast_of_several_series_from_standard_input_as_json(run, monkeypatch):
    shops = np.repeat(["north", "south"], 60)
    text = lines("shop,day,sold", shops, [*DAYS, *DAYS], [*sales(), *sales()])
    stream = io.TextIOWrapper(io.BytesIO(text.encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    status, out, err = run("forecast", "-", "-h", 2, "--json", "--quiet")
    assert (status, err) == (0, "")
    records = json.loads(out)
    assert [record["shop"] for record in records] == ["north", "north", "south", "south"]
    assert set(records[0]) == {"shop", "day", "RNNForecaster"}
    assert records[0]["day"].startswith("2024-03-01T00:00")


def test_json_keeps_all_digits_and_all_of_a_time(capsys):
    table = pd.DataFrame(
        {
            "p": [3.3e-12, np.nan],
            "value": np.array([0.1234567890123456, np.inf]),
            "n": [1, 2],
            "start": pd.to_datetime(["2024-01-01 00:00:00.000123", None], format="ISO8601"),
            "duration": pd.to_timedelta([90, 1], unit="s"),
            "channels": [["a", "b"], []],
        }
    )
    write_table(table, as_json=True)
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "p": 3.3e-12, "value": 0.1234567890123456, "n": 1, "start": "2024-01-01T00:00:00.000123",
        "duration": "P0DT0H1M30S", "channels": ["a", "b"],
    }  # fmt: skip
    assert [second["p"], second["value"], second["start"], second["channels"]] == [None] * 3 + [[]]


def test_forecast_writes_files_and_a_model(run, tmp_path):
    (tmp_path / "a.csv").write_text(lines("day,sold,other", DAYS, sales(), sales()))
    status, out, err = run(
        "forecast", "a.csv", "-h", 3, "--target", "sold", "--out", "f.csv", "--plot", "f.png",
        "--save", "m.tsrnn",
    )  # fmt: skip
    assert (status, out) == (0, "")
    assert len(pd.read_csv(tmp_path / "f.csv")) == 3
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")
    assert len(tsrnn.load(tmp_path / "m.tsrnn").predict(3)) == 3
    assert all(f"wrote {name}" in err for name in ("f.csv", "f.png", "m.tsrnn"))


def test_forecast_of_two_columns_and_of_rows_without_time(run, tmp_path):
    (tmp_path / "a.csv").write_text(lines("a,b", sales(), sales()))
    status, out, err = run("forecast", "a.csv", "-h", 2, "--target", "a,b")
    assert status == 0
    assert table(out)["series"].tolist() == ["a", "a", "b", "b"]
    assert table(out)["row"].tolist() == [60, 61, 60, 61]
    assert "rows are counted" in err


def test_what_tells_series_apart_is_found_though_only_time_and_target_are_named(run, tmp_path):
    shops = np.repeat(["north", "south"], 60)
    text = lines("shop,day,sold", shops, [*DAYS, *DAYS], [*sales(), *sales()])
    (tmp_path / "a.csv").write_text(text)
    status, out, err = run("forecast", "a.csv", "-h", 1, "--time", "day", "--target", "sold")
    assert status == 0
    assert table(out)["shop"].tolist() == ["north", "south"]
    assert "2 series by 'shop'" in err


def test_two_columns_together_tell_series_apart(run, tmp_path):
    shops, items = np.repeat(["north", "south"], 120), np.tile(np.repeat([7, 8], 60), 2)
    text = lines("shop,item,day,sold", shops, items, [*DAYS] * 4, sales() * 4)
    (tmp_path / "sales.csv").write_text(text)
    status, out, err = run("forecast", "sales.csv", "-h", 1, "--id", "shop,item")
    assert status == 0
    assert table(out)["shop/item"].tolist() == ["north/7", "north/8", "south/7", "south/8"]
    assert "4 series by 'shop', 'item'" in err


def test_gaps_repeats_and_order_are_no_obstacle(run, tmp_path):
    rows = [0, 1, 1, *range(3, 60)][::-1]
    values = np.array(sales())
    (tmp_path / "a.csv").write_text(lines("day,sold", DAYS[rows], values[rows]))
    status, out, err = run("forecast", "a.csv", "-h", 2)
    assert status == 0
    assert table(out)["day"].tolist() == ["2024-03-01", "2024-03-02"]
    assert "1 of 60 steps missing" in err
    assert "1 repeated times, the first at 2024-01-02" in err


def test_backtest_ranks(run, tmp_path):
    (tmp_path / "a.csv").write_text(lines("day,sold", DAYS, sales()))
    status, out, err = run(
        "backtest", "a.csv", "-h", 7, "--windows", 2, "--models", "SeasonalNaive,Naive",
        "--metrics", "mae,mase",
    )  # fmt: skip
    assert status == 0
    got = table(out).set_index("model")
    assert list(got.columns) == [
        "mae",
        "mase",
        "fit_seconds",
        "predict_seconds",
        "fallbacks",
        "error",
    ]
    assert got["mae"].is_monotonic_increasing
    # A week back is 0.7 below, by hand.
    assert got.loc["SeasonalNaive", "mae"] == pytest.approx(0.7)
    assert set(got.index) == {"RNNForecaster", "SeasonalNaive", "Naive"}
    assert "every day" in err


def test_detect_finds_the_event_and_a_saved_model_finds_it_again(run, tmp_path):
    (tmp_path / "log.csv").write_text(sensor_log())
    status, out, err = run(
        "detect", "log.csv", "--train-until", "2024-01-01 09:59", "--out", "e.csv", "--scores",
        "s.csv", "--plot", "e.png", "--save", "m.tsrnn",
    )  # fmt: skip
    assert (status, out) == (0, "")
    events = pd.read_csv(tmp_path / "e.csv", parse_dates=["start", "end"])
    begin = pd.Timestamp("2024-01-01 11:40")
    hits = events[(events["start"] <= begin + pd.Timedelta("30min")) & (events["end"] >= begin)]
    assert len(hits) == 1
    assert hits["channels"].iloc[0].startswith("pump")
    scores = pd.read_csv(tmp_path / "s.csv")
    assert len(scores) == 900
    assert {"time", "score", "pump_expected"} <= set(scores.columns)
    assert (tmp_path / "e.png").read_bytes().startswith(b"\x89PNG")
    assert "learning from 600 rows" in err
    assert "every minute, 2 channels (pump, flow)" in err

    status, out, _ = run("detect", "log.csv", "--model", "m.tsrnn", "--json")
    assert status == 0
    again = json.loads(out)
    assert len(again) == len(events)
    assert all(isinstance(event["channels"], list) for event in again)


@pytest.mark.parametrize(
    ("until", "n_rows"), [("25%", 225), ("2024-01-01 02", 180), ("2024-01-01 01:59:30", 120)]
)
def test_where_training_ends(tmp_path, until, n_rows):
    from tsrnn.cli.log import training_rows

    (tmp_path / "log.csv").write_text(sensor_log())
    frame = pd.read_csv(tmp_path / "log.csv", index_col="time", parse_dates=True)
    assert training_rows(frame, until) == n_rows
    assert training_rows(frame.reset_index(drop=True), "99") == 100


def test_detect_says_what_it_leaves_out(run, tmp_path):
    text = sensor_log(64).splitlines()
    rows = [f"{line},0,on,,id {i}" for i, line in enumerate(text[1:])]
    text = [f"{text[0]},label,state,empty,id", *rows]
    (tmp_path / "log.csv").write_text("\n".join(text) + "\n")
    status, _, err = run("detect", "log.csv")
    assert status == 0
    assert "left out 'label' (labels)" in err
    assert "left out 'state', 'id' (text)" in err
    assert "left out 'empty' (no value)" in err
    assert "learning from 32 rows" in err
    assert "50%" in err


def test_info_tells_versions_threads_and_cache(run):
    status, out, _ = run("info")
    assert status == 0
    for what in (tsrnn.__version__, np.__version__, "threads", "kernel cache", "compiled kernels"):
        assert what in out
    status, out, _ = run("info", "--json")
    assert json.loads(out)["threads"] >= 1


@pytest.mark.parametrize(
    "command", ["forecast", "detect", "backtest", "watch", "demo", "info", "warmup"]
)
def test_help(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    out = capsys.readouterr().out
    assert f"usage: tsrnn {command}" in out
    if command in ("forecast", "detect", "backtest", "watch", "demo"):
        assert "example" in out


def run_process(*arguments, **options):
    code = "import sys; from tsrnn.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def test_a_reader_that_leaves_is_no_error():
    process = run_process("info")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 0


def test_colours_are_for_terminals_without_no_color(monkeypatch, capsys):
    from tsrnn.cli import console

    monkeypatch.delenv("NO_COLOR", raising=False)
    console.complain("x")
    assert capsys.readouterr().err == "tsrnn: error: x\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    console.complain("x")
    assert "\033[31m" in capsys.readouterr().err
    monkeypatch.setenv("NO_COLOR", "1")
    console.complain("x")
    assert capsys.readouterr().err == "tsrnn: error: x\n"


def test_starting_is_light():
    code = (
        "import sys; from tsrnn.cli.main import _parser; _parser();"
        "print([m for m in ('numba', 'sklearn', 'matplotlib', 'plotly') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("freq", "words"), [("MS", "every month"), ("15min", "every 15 minutes")])
def test_detect_says_how_often_rows_come(run, tmp_path, freq, words):
    times = pd.date_range("2020-01-01", periods=60, freq=freq)
    (tmp_path / "log.csv").write_text(lines("time,a", times, np.sin(np.arange(60))))
    _, _, err = run("detect", "log.csv")
    assert f", {words}, 1 channel (a)" in err
