"""Mistakes of newcomers: each is one or two lines that help, status 2 and no traceback."""

import gzip
import sys
import zipfile

import numpy as np
import pytest
from cli_files import DAYS, lines, sales, sensor_log

import tsrnn
from tsrnn.cli import main

GOOD = lines("day,sales,visits", DAYS, sales(), sales())
ONE = lines("day,y", DAYS, sales())


def with_value(row, value):
    values = [str(one) for one in sales()]
    values[row - 1] = value
    return lines("day,y", DAYS, values)


FILES = {
    "good.csv": GOOD,
    "one.csv": ONE,
    "empty.csv": "",
    "blank.csv": "\n \n",
    "header.csv": "day,y\n",
    "row.csv": "day,y\n2024-01-01,5\n",
    "nan.csv": lines("day,y", DAYS, [""] * 60),
    "text.csv": with_value(8, "broken"),
    "infinite.csv": with_value(4, "inf"),
    "shops.csv": lines("day,shop,sales (EUR),visits", [*DAYS, *DAYS], ["a"] * 60 + ["b"] * 60,
                       [*sales(), *sales()], [*sales(), *sales()]),
    "words.csv": lines("name,kind", ["a", "b"], ["c", "d"]),
    "across.csv": "shop," + ",".join(DAYS.strftime("%d/%m/%Y")) + "\na" + ",1" * 60 + "\n",
    "promotions.csv": lines("day,shop,promotion,sold", [*DAYS, *DAYS], ["a"] * 60 + ["b"] * 60,
                            [0, 1] * 60, [*sales(), *sales()]),
    "twice.csv": lines("day,y,y", DAYS, sales(), sales()),
    "baddate.csv": lines("day,y", ["31/12/2023", "31/02/2024", *DAYS.strftime("%d/%m/%Y")],
                         [1, 2, *sales()]),
    "nodate.csv": lines("day,y", ["", *DAYS], [1, *sales()]),
    "irregular.csv": lines("day,y", DAYS + np.arange(60) ** 2 * np.timedelta64(1, "m"), sales()),
    "repeats.csv": lines("day,y", [*DAYS[:30], *DAYS[:30]], sales()),
    "ragged.csv": ONE.replace("2024-01-09,", "2024-01-09,7,"),
    "log.csv": sensor_log(64),
    "junk.csv": "a\0b\0c",
    "table.xlsx": "PK\x03\x04",
    "broken.parquet": "PAR1 and no more",
    "no.tsrnn": "no model",
    "floats.csv": lines("time,y", [1.5, 2.7, 3.1], [1, 2, 3]),
    "one_id.csv": lines("shop,day,y", ["a", "", *["b"] * 58], DAYS, sales()),
}  # fmt: skip

FORECAST = ("forecast", "good.csv", "-h", "3", "--target", "sales")
# (arguments, what the message says)
MISTAKES = [
    # The file.
    (["forecast", "gud.csv", "-h", "3"], "no file 'gud.csv'; did you mean 'good.csv'?"),
    (["forecast", ".", "-h", "3"], "is a directory"),
    (["forecast", "empty.csv", "-h", "3"], "empty.csv is empty"),
    (["forecast", "blank.csv", "-h", "3"], "blank.csv is empty"),
    (["forecast", "header.csv", "-h", "3"], "a header but no rows"),
    (["forecast", "junk.csv", "-h", "3"], "is not text"),
    (["forecast", "table.xlsx", "-h", "3"], "Excel or zip file; save the sheet as CSV"),
    (["forecast", "cut.csv.gz", "-h", "3"], "incomplete gzip"),
    (["forecast", "ragged.csv", "-h", "3"], "line 10: 3 fields, the lines before have 2"),
    (["forecast", "twice.csv", "-h", "3"], "column 'y' more than once (columns 2, 3)"),
    (["forecast", "good.csv", "-h", "3", "--encoding", "utf9"], "'utf9' is not known; try utf-8"),
    (["forecast", "good.csv", "-h", "3", "--sep", ";;"], "one character, got ';;'"),
    # Columns.
    (["forecast", "shops.csv"], "'sales (EUR)', 'visits'; name the one to forecast: --target "
     "'sales (EUR)' (or"),
    (["forecast", "promotions.csv"], "name the one to forecast: --target sold (or"),
    (["forecast", "good.csv", "-h", "3", "--target", "Slaes"], "did you mean 'sales'?"),
    ([*FORECAST, "--time", "dya"], "did you mean 'day'?"),
    ([*FORECAST, "--id", "shop"], "--id: there is no column 'shop'"),
    (["forecast", "good.csv", "-h", "3", "--target", "day"], "'day' holds text ('2024-01-01'"),
    (["forecast", "words.csv", "-h", "3"], "no column of numbers to forecast, only: name ('a', "),
    (["forecast", "across.csv", "-h", "3"], "a column for each time, the first '01/01/2024'"),
    (["detect", "log.csv", "--channels", "pmup"], "did you mean 'pump'?"),
    (["detect", "words.csv"], "no channel of numbers, only text and times"),
    # Times.
    (["forecast", "baddate.csv", "-h", "3"], "'31/02/2024' in row 2, which is no date; most others "
     "are day/month/year"),
    (["forecast", "nodate.csv", "-h", "3"], "'day' has no time in row 1"),
    (["forecast", "floats.csv", "-h", "1", "--time", "time"],
     "neither dates nor whole, 1.5 in row 1"),
    ([*FORECAST, "--date-format", "%d/%m"], "'2024-01-01' in row 1, which is no date"),
    (["forecast", "irregular.csv", "-h", "3"], "is not regular: 2024-01-0"),
    (["forecast", "repeats.csv", "-h", "3"], "row 31 is not the first of its kind"),
    (["forecast", "one_id.csv", "-h", "3", "--id", "shop"], "'shop' has no value in row 2"),
    ([*FORECAST, "--freq", "zz"], "--freq 'zz' is not known; examples: h, 15min"),
    ([*FORECAST, "--time", "none", "--freq", "D"], "--freq must be a whole number"),
    # Numbers.
    (["forecast", "text.csv", "-h", "3"], "'broken' in row 8, which is no number; correct it"),
    (["forecast", "nan.csv", "-h", "3"], "'y' has no value in any of its 60 rows"),
    (["forecast", "infinite.csv", "-h", "3"], "'y' is infinite at 2024-01-04"),
    (["forecast", "row.csv", "-h", "3"], "only one time, 2024-01-01"),
    (["forecast", "row.csv", "-h", "3", "--freq", "D"], "has 1 row; at least 2 are needed"),
    (["detect", "row.csv"], "the log has 1 row; at least 16 are needed"),
    (["detect", "nan.csv"], "no channel of numbers, only empty columns"),
    (["detect", "infinite.csv"], "'y' is infinite at row 3"),
    # Options.
    (["forecast", "good.csv", "-h", "60", "--target", "sales"], "60; choose -h of at most 30"),
    (["backtest", "one.csv", "-h", "30"], "30 in 4 windows takes 120 steps"),
    (["backtest", "one.csv", "--windows", "90"], "has 60; choose fewer --windows"),
    (["forecast", "good.csv", "-h", "0"], "-h must be at least 1, got 0"),
    ([*FORECAST, "--season", "-4"], "--season must be at least 1, got -4"),
    ([*FORECAST, "--level", "800"], "(0, 100), got 800"),
    ([*FORECAST, "--level", "0.95"], "--level is in percent, got 0.95; for 95 % write --level 95"),
    ([*FORECAST, "--level", "high"], "'high' is no number; write --level 80 95"),
    ([*FORECAST, "--out", "nowhere/f.csv"], "there is no directory 'nowhere'"),
    ([*FORECAST, "--plot", "picture.foo"], "end the name in one of"),
    (["forecast", "good.csv", "-h", "3", "--out", "./good.csv"], "is the file to read; name"),
    (["detect", "log.csv", "--scores", "log.csv"], "--scores log.csv is the file to read; name"),
    (["detect", "log.csv", "--out", "e", "--scores", "./e"], "--scores e is the file of --out too"),
    (["backtest", "one.csv", "-h", "3", "--models", "SEES"], "Did you mean 'SES'?"),
    (["backtest", "one.csv", "-h", "3", "--metrics", "maee"], "Did you mean 'mae'?"),
    (["backtest", "one.csv", "-h", "3", "--windows", "0"], "--windows must be at least 1"),
    (["detect", "log.csv", "--method", "memroy"], "Did you mean 'memory'?"),
    (["detect", "log.csv", "--threshold", "pott"], "Did you mean 'pot'?"),
    (["detect", "log.csv", "--false-alarms-per", "ever"], "a duration such as '1D', got 'ever'"),
    (["detect", "log.csv", "--train-until", "soon"], "must be an ISO 8601 time like 2024-01-01"),
    (["detect", "log.csv", "--train-until", "2020"], "leaves 0 rows to learn from"),
    (["detect", "log.csv", "--train-until", "120%"], "a share in (0, 100] %"),
    # Models.
    (["detect", "log.csv", "--model", "none.tsrnn"], "none.tsrnn: No such file"),
    (["detect", "log.csv", "--model", "no.tsrnn"], "not a tsrnn model file"),
    (["detect", "log.csv", "--model", "later.tsrnn"], "it has version 99 of the format"),
    (["detect", "log.csv", "--model", "naive.tsrnn"], "holds a Naive, not a detector"),
    (["detect", "log.csv", "--model", "no.tsrnn", "--train-until", "9"], "leave out --train-until"),
    (["detect", "log.csv", "--model", "no.tsrnn", "--causal"], "leave out --causal"),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mistakes")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "cut.csv.gz").write_bytes(gzip.compress(ONE.encode() * 50)[:-20])
    model = tsrnn.baselines.Naive()
    model.save(folder / "naive.tsrnn")
    with (
        zipfile.ZipFile(folder / "naive.tsrnn") as old,
        zipfile.ZipFile(folder / "later.tsrnn", "w") as new,
    ):
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b'"version": 1,', b'"version": 99,'))
    return folder


def complaint(arguments, capsys):
    """Run and return the error message; it must be the only line that is one."""
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = stop.code
    captured = capsys.readouterr()
    assert status == 2
    assert captured.out == ""
    assert "Traceback" not in captured.err
    last = captured.err.splitlines()[-1]
    assert last.startswith("tsrnn: error: ")
    assert captured.err.count("error:") == 1
    return last


@pytest.mark.parametrize(
    ("arguments", "message"),
    MISTAKES,
    ids=[" ".join(mistake[0]) for mistake in MISTAKES],
)
def test_a_mistake_is_one_line_that_helps(arguments, message, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    assert message in complaint(arguments, capsys)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: COMMAND (see tsrnn --help)"),
        (["froecast"], "invalid choice: 'froecast'"),
        (["forecast", "good.csv", "-h"], "-h/--horizon: expected one argument"),
        (["forecast", "good.csv", "-h", "ten"], "invalid int value: 'ten'"),
        (["detect", "log.csv", "--chanels", "a"], "unrecognized arguments: --chanels"),
    ],
)
def test_arguments_that_cannot_be_read(arguments, message, capsys):
    assert message in complaint(arguments, capsys)


@pytest.mark.parametrize(
    ("module", "arguments", "message"),
    [
        ("plotly", [*FORECAST, "--report", "r.html"], "pip install 'tsrnn[report]'"),
        ("pyarrow.parquet", ["forecast", "broken.parquet", "-h", "3"],
         "pip install 'tsrnn[parquet]'"),
    ],
)  # fmt: skip
def test_a_missing_extra_is_named(module, arguments, message, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, module, None)
    assert message in complaint(arguments, capsys)


def test_a_damaged_parquet_file(folder, monkeypatch, capsys):
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(folder)
    said = complaint(["forecast", "broken.parquet", "-h", "3"], capsys)
    assert "broken.parquet is a damaged Parquet file" in said


def test_a_huge_file_is_refused_before_it_is_read(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    monkeypatch.setattr("tsrnn.files.memory.available_bytes", lambda: 100)
    said = complaint(["forecast", "good.csv", "-h", "3"], capsys)
    assert "about 61 rows" in said
    assert "of memory" in said
    assert "Read fewer columns" in said


@pytest.mark.parametrize(
    ("arguments", "text", "note"),
    [
        (["forecast", "f.csv", "-h", "2"], lines("day,y", DAYS, [5] * 60),
         "'y' is always 5: there is nothing to learn but that value"),
        (["forecast", "f.csv", "-h", "2", "--freq", "h"], ONE,
         "96% of the steps are missing: is every hour right?"),
        (["forecast", "f.csv", "-h", "2"],
         lines("shop,day,y", ["a"] * 60 + ["b"] * 50, [*DAYS, *DAYS[:50]], sales(110)),
         "1 of 2 series end before 2024-02-29 00:00:00: each is forecast from its own end on"),
        (["detect", "f.csv"], lines("day,y", DAYS, [5] * 60), "no channel changes in the rows"),
        (["detect", "f.csv"],
         lines("x", [*np.sin(np.arange(300)), *(40 + 9 * np.sin(np.arange(300) / 7))]),
         "so many rows are seldom all anomalous: more likely those learnt from are unlike"),
    ],
)  # fmt: skip
def test_what_works_but_may_not_be_meant_is_noted(
    arguments, text, note, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.csv").write_text(text)
    assert main(arguments) == 0
    assert f"tsrnn: note: {note}" in capsys.readouterr().err


def test_a_bug_shows_its_traceback(monkeypatch):
    def broken(arguments):
        raise KeyError("a bug of ours")

    monkeypatch.setattr("tsrnn.cli.info._run", broken)
    with pytest.raises(KeyError):
        main(["info"])
