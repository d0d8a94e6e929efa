"""Files as loggers and exports lay them out: comments, clocks, empty columns, double rows."""

import io

import pandas as pd
import pytest
from cli_files import DAYS, lines, sales, sensor_log

import tsrnn
from tsrnn.cli import main
from tsrnn.files import join_clock, read_table
from tsrnn.thresholds import THRESHOLDS


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function of a file's text and a command: status, table or None, standard error."""
    monkeypatch.chdir(tmp_path)

    def run(text, command, *options):
        (tmp_path / "f.csv").write_text(text)
        status = main([command, "f.csv", *options])
        captured = capsys.readouterr()
        table = pd.read_csv(io.StringIO(captured.out)) if captured.out else None
        return status, table, captured.err

    return run


@pytest.mark.parametrize(
    ("text", "columns", "n_skipped"),
    [
        ("# plant 7\n# 2024\nday,v\n2024-01-01,1\n2024-01-02,2\n", ["day", "v"], 2),
        ("# of A, B\nday,v\n2024-01-01,1\n2024-01-02,2\n", ["day", "v"], 1),
        ("# plant 7\n\n2024-01-01,1\n2024-01-02,2\n", ["column1", "column2"], 2),
        ("#day,v\n2024-01-01,1\n2024-01-02,2\n", ["#day", "v"], 0),
        ("# plant 7\n#day,v\n2024-01-01,1\n2024-01-02,2\n", ["#day", "v"], 1),
        ("\nday,v\n2024-01-01,1\n2024-01-02,2\n", ["day", "v"], 0),
        ("Sales 2024\n\nday,v\n2024-01-01,1\n2024-01-02,2\n", ["day", "v"], 2),
        ("Sales 2024,\n,\nday,v\n2024-01-01,1\n2024-01-02,2\n", ["day", "v"], 2),
        ("# plant 7\nSales\nday,v\n2024-01-01,1\n2024-01-02,2\n", ["day", "v"], 2),
        (",v\n2024-01-01,1\n2024-01-02,2\n", ["", "v"], 0),
        ("day,\n2024-01-01,1\n2024-01-02,2\n", ["day", ""], 0),
    ],
)
def test_comment_at_the_top_is_left_out_but_not_names(text, columns, n_skipped, tmp_path):
    (tmp_path / "f.csv").write_text(text)
    table = read_table(tmp_path / "f.csv")
    assert list(table.frame.columns) == [name or f"column{i}" for i, name in enumerate(columns, 1)]
    assert table.frame.iloc[:, 1].tolist() == [1, 2]
    assert ("comment at the top left out" in table.found) == (n_skipped > 0)


@pytest.mark.parametrize(
    ("text", "are_units"),
    [
        ("time,P,T\n,bar,\N{DEGREE SIGN}C\n{rows}", True),
        ("# logger 7\n\ntime,P,T\n\nyyyy-mm-dd,bar,-\n{rows}", True),
        ("time,P,T\n2024-01-01,bad,bad\n{rows}", False),
        ("time,P,T\n,n/a,\n{rows}", False),
        ("time,P,T\n,bar,K\n{rows}2024-01-09,bar,K\n", False),
        ("bar,idle\nlow,run\nhigh,run\nlow,idle\nlow,run\n", False),
    ],
)
def test_a_row_of_units_is_left_out(text, are_units, tmp_path):
    rows = "2024-01-02,1.5,20\n2024-01-03,1.6,21\n2024-01-04,1.7,22\n"
    (tmp_path / "f.csv").write_text(text.replace("{rows}", rows), encoding="utf-8")
    table = read_table(tmp_path / "f.csv")
    assert ("row of units left out" in table.found) == are_units
    if are_units:
        assert list(table.frame.columns) == ["time", "P", "T"]
        assert table.frame["P"].tolist() == [1.5, 1.6, 1.7]


def test_a_wrong_line_is_counted_with_the_units(run):
    text = "day,y\n,kW\n2024-01-01,1\n2024-01-02,2,3\n2024-01-03,3\n"
    assert "line 4: 3 fields, the lines before have 2" in run(text, "forecast", "-h", "3")[2]


def test_a_wrong_line_is_counted_with_the_comment(run):
    text = "# a\n# b\nday,y\n2024-01-01,1\n2024-01-02,2,3\n"
    status, _, err = run(text, "forecast", "-h", "3")
    assert status == 2
    assert "line 5: 3 fields, the lines before have 2; correct the line\n" in err


HOURS = pd.date_range("2024-02-01", periods=72, freq="h")


@pytest.mark.parametrize(
    ("day", "clock", "form"),
    [
        ("Date", "Time", "%d.%m.%Y"),
        ("day", "Uhrzeit", "%Y-%m-%d"),
        ("date", "time (UTC)", "%Y%m%d"),
    ],
)
def test_days_and_times_of_day_are_one_column(day, clock, form, run):
    text = lines(f"{day},{clock},kW", HOURS.strftime(form), HOURS.strftime("%H:%M"), sales(72))
    status, forecast, err = run(text, "forecast", "-h", "2")
    assert status == 0
    assert f"time '{day} {clock}'" in err
    assert "every hour" in err
    assert forecast[f"{day} {clock}"].tolist() == ["2024-02-04 00:00:00", "2024-02-04 01:00:00"]


def test_a_log_of_days_and_times_of_day(run):
    plain = sensor_log()
    rows = [line.replace(" ", ",", 1) for line in plain.splitlines()]
    name = rows[0].split(",")[0]
    rows[0] = rows[0].replace(name, "date,time", 1)
    status, events, _ = run("\n".join(rows) + "\n", "detect")
    assert status == 0
    pd.testing.assert_frame_equal(events, run(plain, "detect")[1])


@pytest.mark.parametrize(("zone", "is_told"), [(None, True), ("Europe/Berlin", False)])
def test_a_clock_set_back_is_told_from_other_repeats(zone, is_told, run):
    rows = sensor_log().splitlines()
    times = pd.date_range(
        "2024-10-26 22:00", periods=len(rows) - 1, freq="10min", tz="Europe/Berlin"
    )
    times = times.astype(str) if zone else times.tz_localize(None).astype(str)
    text = [
        rows[0],
        *(f"{t},{row.split(',', 1)[1]}" for t, row in zip(times, rows[1:], strict=True)),
    ]
    status, _, err = run("\n".join(text) + "\n", "detect")
    assert status == 0
    hint = (
        "the clock was set back after 2024-10-27 02:50:00: write times with their offset from UTC"
    )
    assert (hint in err) == is_told
    assert ("6 repeated times" in err) == is_told
    err = run("\n".join([*text, text[-1]]) + "\n", "detect")[2]
    assert ("1 repeated times" in err) == (not is_told)
    assert (hint in err) == is_told


@pytest.mark.parametrize(
    "frame",
    [
        {"date": ["2024-01-01", "2024-01-02"], "time": ["9:00", "9:00"]},  # a day is there once
        {"date": ["2024-01-01"] * 2, "opens": ["9:00", "8:00"]},
        {"date": ["2024-01-01"] * 2, "time": ["morning", "evening"]},
        {"date": ["2024-01-01 1:00"] * 2, "time": ["9:00", "8:00"]},
        {"shop": ["A", "A"], "time": ["9:00", "8:00"]},
        {"date": ["2024-01-01"] * 2, "time": [900, 1000]},
    ],
)
def test_what_is_no_day_and_time_of_day_stays(frame):
    frame = pd.DataFrame(frame)
    assert join_clock(frame) is frame


def test_a_day_without_a_time_of_day_is_named(run):
    text = "date,time,y\n2024-01-01,1:00,1\n2024-01-01,,2\n2024-01-01,3:00,3\n"
    status, _, err = run(text, "forecast", "-h", "3")
    assert status == 2
    assert "'date time' has no time in row 2" in err


def panel(n_double):
    text = lines("shop,day,y", ["A"] * 60 + ["B"] * 60, [*DAYS, *DAYS], sales() + sales())
    return text + "\n".join(text.splitlines()[1 : n_double + 1]) + "\n"


def test_a_few_rows_that_are_there_twice_do_not_hide_the_series(run):
    status, forecast, err = run(panel(2), "forecast", "-h", "3")
    assert status == 0
    assert set(forecast["shop"]) == {"A", "B"}
    assert "2 repeated times" in err
    status, _, err = run(panel(40), "forecast", "-h", "3")
    assert status == 2
    assert "no column was found that tells several series apart" in err


def test_columns_without_values_are_left_out_unless_named(run):
    text = lines("day,north,dead,south", DAYS, sales(), [""] * 60, sales())
    status, forecast, err = run(text, "forecast", "-h", "3")
    assert status == 0
    assert set(forecast["series"]) == {"north", "south"}
    assert "left out 'dead' (no value)" in err
    assert "forecasting all 2 columns of numbers" in err
    status, _, err = run(text, "forecast", "-h", "3", "--target", "dead")
    assert status == 2
    assert "column 'dead' has no value in any of its 60 rows" in err


def test_what_is_wrong_with_the_only_series_goes_by_its_name(run):
    text = "day,sales\n2024-01-01,1\n2024-01-03,2\n2024-01-04,3\n2024-01-06,3\n2024-01-08,3\n"
    status, _, err = run(text, "forecast", "-h", "3", "--freq", "2D")
    assert status == 2
    assert "series 'sales' is not regular" in err


def test_a_sensor_that_came_later_is_left_out_unless_named(run):
    header, *rows = sensor_log().splitlines()
    rows = [f"{row},{'' if i < 500 else i % 7}" for i, row in enumerate(rows)]
    text = "\n".join([f"{header},new", *rows]) + "\n"
    until = ["--time", "none", "--train-until", "400"]
    status, _, err = run(text, "detect", *until, "--save", "m.tsrnn")
    assert status == 0
    assert "left out 'new' (no value until 400; --train-until learns from more rows)" in err
    assert tsrnn.load("m.tsrnn").feature_names_in_.tolist() == ["pump", "flow"]
    status, _, err = run(text, "detect", *until, "--channels", "pump,new")
    assert status == 2
    assert "--channels 'new': no value until 400; leave out such channels" in err


def test_help_names_all_rules(capsys):
    with pytest.raises(SystemExit):
        main(["detect", "--help"])
    text = capsys.readouterr().out
    assert set(THRESHOLDS) <= set(text.replace(",", " ").split())
