"""Reading tables: what is guessed of a CSV file, gzipped files, Parquet, memory."""

import gzip
import io
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from tsrnn.files import (
    find_time,
    hint_of_excel,
    label_columns,
    numeric_columns,
    parse_times,
    read_table,
)
from tsrnn.files.dates import FORMATS
from tsrnn.files.memory import available_bytes, check_memory, estimate


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_numbers_are_read_to_the_last_bit(tmp_path):
    values = np.random.default_rng(0).normal(size=500)
    rows = "".join(f"{value!r},1\n" for value in values.tolist())
    path = write(tmp_path / "f.csv", "a,b\n" + rows)
    assert read_table(path).frame["a"].tolist() == values.tolist()


@pytest.mark.parametrize(
    ("text", "found", "values"),
    [
        ("day,y\n2024-01-01,1.5\n2024-01-02,2\n", ["separator ','"], [1.5, 2]),
        ("day;y\n1.1.2024;1,5\n2.1.2024;2\n", ["separator ';'", "decimal sign ','"], [1.5, 2]),
        ("day;y\n1.1.2024;1.500,5\n2.1.2024;2,25\n",
         ["separator ';'", "decimal sign ','", "thousands sign '.'"], [1500.5, 2.25]),
        ('day,y\n2024-01-01,"1,500.5"\n2024-01-02,"2,000"\n',
         ["separator ','", "thousands sign ','"], [1500.5, 2000]),
        ('day,y\n2024-01-01,"1,5"\n2024-01-02,"22,75"\n',
         ["separator ','", "decimal sign ','"], [1.5, 22.75]),
        ("day;y\n1.1.2024;1.234.500\n2.1.2024;22.000\n",
         ["separator ';'", "decimal sign ','", "thousands sign '.'"], [1234500, 22000]),
        ("day;y\n1.1.2024;1'500.5\n2.1.2024;2\n",
         ["separator ';'", 'thousands sign "\'"'], [1500.5, 2]),
        ("day;y\n1.1.2024;1\u202f500,5\n2.1.2024;2\n",
         ["separator ';'", "decimal sign ','", "thousands sign '\\u202f'"], [1500.5, 2]),
        ("day;y\n1 1 2024;1 500,5\n2 1 2024;2\n",
         ["separator ';'", "decimal sign ','", "thousands sign ' '"], [1500.5, 2]),
        ("day\ty\n2024-01-01\t1.5\n2024-01-02\t-2e3\n", ["separator tab"], [1.5, -2000]),
        ("day|y\n2024-01-01|1.5\n2024-01-02|2\n", ["separator '|'"], [1.5, 2]),
        ("day, y\n2024-01-01, 1.5\n2024-01-02, 2\n", ["separator ','"], [1.5, 2]),
        ("2024-01-01,1.5\n2024-01-02,2\n", ["separator ','", "no header"], [1.5, 2]),
        ('"what, when";y\n2024-01-01;1.5\n2024-01-02;2\n', ["separator ';'"], [1.5, 2]),
        ("day;y\r\n2024-01-01;1.5\r\n2024-01-02;2", ["separator ';'"], [1.5, 2]),
        (",day,y\n0,2024-01-01,1.5\n1,2024-01-02,2\n", ["separator ','"], [1.5, 2]),
    ],
)  # fmt: skip
def test_the_dialect_is_guessed(tmp_path, text, found, values):
    table = read_table(write(tmp_path / "a.csv", text))
    assert table.found == found
    assert table.frame.shape == (2, 2)
    np.testing.assert_array_equal(table.frame.iloc[:, 1].to_numpy(dtype=float), values)
    if "day" in table.frame.columns:
        assert all(day in text for day in table.frame["day"])


@pytest.mark.parametrize(
    ("early", "late", "value"),
    [
        ("900,x", '"1,000",x', 1000),
        ("900.5,x", '"1,000.5",x', 1000.5),
        ("900;x", "1000,5;x", 1000.5),
        ("900;x", "1.000,5;x", 1000.5),
        ("900;x", "1'000;x", 1000),
    ],
)
def test_signs_may_come_later_than_the_lines_looked_at(tmp_path, early, late, value):
    path = write(
        tmp_path / "a.csv", "\n".join(["y,z".replace(",", early[-2]), *[early] * 600, late])
    )
    column = read_table(path).frame["y"]
    assert column.dtype.kind in "if"
    assert column.iloc[-1] == value
    # One that is no number leaves the column as it was, to be complained about.
    path.write_text(path.read_text() + "\n" + late.replace("0", "o"))
    assert read_table(path).frame["y"].iloc[-2] == late[:-2].strip('"')


def test_signs_that_are_given_are_not_guessed_later(tmp_path):
    path = write(tmp_path / "a.csv", "\n".join(["y;z", *["900;x"] * 600, "1000,5;x"]))
    assert read_table(path, decimal=".").frame["y"].iloc[-1] == "1000,5"
    assert read_table(path, decimal=",").frame["y"].iloc[-1] == 1000.5


@pytest.mark.parametrize(
    ("values", "first", "is_unsure"),
    [
        ([f"{k}.398" for k in range(20, 40)], 20.398, True),
        # Whole numbers below a thousand have no point to tell: here it is between thousands.
        ([*(f"{k}.398" for k in range(20, 40)), "7"], 20398, False),
        ([*(f"{k}.398" for k in range(20, 40)), "7.5"], 20.398, False),
        ([f"{k}.398" for k in range(20, 40)] + ["0.398"], 20.398, False),
    ],
)
def test_a_point_may_stand_between_thousands(tmp_path, values, first, is_unsure):
    path = write(tmp_path / "a.csv", "y;z\n" + "".join(f"{value};a\n" for value in values))
    table = read_table(path)
    assert table.frame["y"].iloc[0] == first
    assert any("numbers like 20.398" in remark for remark in table.remarks) == is_unsure
    assert read_table(path, decimal=",").frame["y"].iloc[0] == 20398


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_guessed(tmp_path, encoding):
    path = write(tmp_path / "a.csv", "Tag;Wärme\n2024-01-01;1.5\n2024-01-02;2\n", encoding)
    assert list(read_table(path).frame.columns) == ["Tag", "Wärme"]


def test_a_character_cut_by_the_end_of_the_sample_is_no_other_encoding(tmp_path):
    line = "2024-01-01;é;1\n"
    path = write(tmp_path / "a.csv", "day;ü;y\n" + line * 20_000)
    table = read_table(path)
    assert table.found == ["separator ';'"]
    assert len(table.frame) == 20_000


def test_what_is_given_is_not_guessed(tmp_path):
    path = write(tmp_path / "a.csv", "1#2\n3#4\n")
    table = read_table(path, separator="#", header=True)
    assert list(table.frame.columns) == ["1", "2"]
    assert table.frame.to_numpy().tolist() == [[3, 4]]
    assert len(read_table(path, separator="#", header=False).frame) == 2
    path = write(tmp_path / "b.csv", "y;z\n1,5;-\n2,5;4\n")
    table = read_table(path, na_values=["-"])
    assert table.frame["z"].isna().tolist() == [True, False]
    assert read_table(path, columns=["y"]).frame.columns.tolist() == ["y"]


def test_gzip_is_known_by_its_content_and_closed_again(tmp_path):
    path = tmp_path / "named.csv"
    path.write_bytes(gzip.compress(b"day,y\n2024-01-01,1\n2024-01-02,2\n"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = read_table(path)
        path.unlink()
    assert table.frame["y"].tolist() == [1, 2]


def test_standard_input(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(b"day;y\n2024-01-01;1\n2024-01-02;2\n"))
    monkeypatch.setattr(sys, "stdin", stream)
    table = read_table("-")
    assert table.name == "standard input"
    assert table.frame["y"].tolist() == [1, 2]


def test_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"day": pd.date_range("2024", periods=3), "y": [1.0, 2.0, np.nan]})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.set_index("day").to_parquet(tmp_path / "b.parquet")
    for name in ("a.parquet", "b.parquet"):
        table = read_table(tmp_path / name)
        assert table.found == ["Parquet"]
        pd.testing.assert_frame_equal(table.frame, frame, check_dtype=False)
    assert list(read_table(tmp_path / "a.parquet", columns=["y"]).frame.columns) == ["y"]


@pytest.mark.parametrize("date_format", FORMATS)
def test_every_format_is_recognised(date_format):
    step = pd.Timedelta(days=1, hours=5, minutes=7)
    if "%H" not in date_format and "%I" not in date_format:
        step = "D" if "%d" in date_format else "MS"
    times = pd.Series(pd.date_range("2024-01-01", periods=40, freq=step), name="when")
    texts = times.dt.strftime(date_format)
    got, _ = parse_times(texts)
    expected = pd.to_datetime(texts, format=date_format)
    np.testing.assert_array_equal(got.to_numpy(), expected.to_numpy())


@pytest.mark.parametrize(
    ("values", "first", "how"),
    [
        (["2024-01", "2024-02"], "2024-01-01", "ISO 8601"),
        (["2024-01-01T00:00:00Z", "2024-01-01T00:30:00Z"], "2024-01-01T00:00Z", "ISO 8601"),
        (["2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00"], "2024-03-31T00:00Z", "in UTC"),
        (["2024Q2", "2024Q3"], "2024-04-01", "quarters"),
        (["2024-Q2", "2024-Q3"], "2024-04-01", "quarters"),
        (["2020-W53", "2021-W01"], "2020-12-28", "ISO weeks"),
        ([20240131, 20240229], "2024-01-31", "ISO 8601"),
        ([1700000000, 1700000060], "2023-11-14 22:13:20", "s since 1970"),
        ([1700000000000, 1700000060000], "2023-11-14 22:13:20", "ms since 1970"),
        (["3/2/2024", "10/2/2024", "17/2/2024"], "2024-02-03", "day/month/year"),
        (["2/3/2024", "2/10/2024", "2/17/2024"], "2024-02-03", "month/day/year"),
        # Both readings parse; one is regular.
        (["01/02/2024", "02/02/2024", "03/02/2024"], "2024-02-01", "day/month/year"),
        (["02/01/2024", "02/02/2024", "02/03/2024"], "2024-02-01", "month/day/year"),
        (
            [f"01/{month:02d}/{year}" for year in (2023, 2024) for month in range(1, 13)],
            "2023-01-01",
            "day/month/year",
        ),
        (
            [f"{month:02d}/01/{year}" for year in (2023, 2024) for month in range(1, 13)],
            "2023-01-01",
            "month/day/year",
        ),
        # Two series, sorted by time.
        (
            np.repeat(
                [f"{month:02d}/01/{year}" for year in (2023, 2024) for month in range(1, 13)], 2
            ),
            "2023-01-01",
            "month/day/year",
        ),
    ],
)
def test_times_are_read_as_they_were_meant(values, first, how):
    times, got = parse_times(pd.Series(values, name="when"))
    assert times.iloc[0] == pd.Timestamp(first)
    assert how in got


def test_years_and_row_numbers():
    years, how = parse_times(pd.Series([1998, 1999], name="year"))
    assert (str(years.iloc[0].date()), how) == ("1998-01-01", "years")
    rows, how = parse_times(pd.Series([1998, 1999], name="step"))
    assert (rows.tolist(), how) == ([1998, 1999], "row numbers")


def test_days_of_a_spreadsheet():
    days = pd.Series([45352.0, 45352.00069, 45352.00139], name="Time")
    times, how = parse_times(days)
    assert (times.tolist(), how) == (days.tolist(), "numbers")
    assert hint_of_excel(times) == "numbers like 45352 may be days of a spreadsheet: " + (
        "--date-format excel"
    )
    assert hint_of_excel([0.0, 45352.5]) == hint_of_excel([]) == ""
    minutes = pd.date_range("2024-03-01", periods=3, freq="min")
    for column in (days, days.astype(str)):
        times, how = parse_times(column, "excel")
        assert (times.tolist(), how) == (minutes.tolist(), "days of a spreadsheet")
    with pytest.raises(ValueError, match=r"'Time' has 1e\+17 in row 2"):
        parse_times(days.where(days.index != 1, 1e17), "excel")


def test_numbers_that_count_are_times_where_they_may_be():
    seconds = {"y": [1.0, 2.0, 4.0], "lifetime": [3, 3, 4], "time_s": [0.0, 0.004, 0.008]}
    frame = pd.DataFrame(seconds)
    name, times, how = find_time(frame, counters=True)
    assert (name, times.tolist(), how) == ("time_s", seconds["time_s"], "numbers")
    assert find_time(frame)[0] is None
    assert find_time(frame, counters=True, leave_out=["time_s"])[0] is None
    assert find_time(frame[::-1], counters=True)[0] is None
    assert find_time(frame + 45000, date_format="excel")[0] == "time_s"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"y": [1, 2], "when": ["2024-01-01", "2024-01-02"]}, "when"),
        ({"Date": ["a", "b"], "x": ["2024-01-01", "2024-01-02"]}, "x"),
        ({"month": [1, 2], "stamp": ["1/2/2024", "2/2/2024"], "y": [1, 2]}, "stamp"),
        ({"temperature": [1.5, 2.5], "y": [1, 2]}, None),
        ({"kind": ["a", "b"], "y": [1, 2]}, None),
        # A date that is wrong is still in the time column, to be complained about.
        ({"day": ["2024-01-01", "2024-01-02", "2024-02-31"], "y": [1, 2, 3]}, "error"),
    ],
)
def test_the_time_column_is_found(columns, expected):
    frame = pd.DataFrame(columns)
    if expected == "error":
        with pytest.raises(ValueError, match="'2024-02-31' in row 3"):
            find_time(frame)
    else:
        assert find_time(frame)[0] == expected
    assert find_time(frame, "none")[0] is None


def test_labels_are_no_measurements():
    frame = pd.DataFrame({"a": [1.0, 2.0], "label": [0, 1], "anomaly": [0.5, 7.0], "t": ["x", "y"]})
    assert label_columns(frame) == ["label"]
    assert numeric_columns(frame, ("a",)) == ["anomaly"]
    assert label_columns(frame.assign(label=["normal", "attack"])) == ["label"]


def test_memory_is_estimated_before_reading(tmp_path, monkeypatch):
    text = "day,y\n" + "2024-01-01,1.5\n" * 5000
    n_rows, n_bytes = estimate(len(text), text[:15_000].encode(), 2)
    assert n_rows == pytest.approx(5000, rel=0.01)
    assert n_bytes >= 5000 * 16
    assert check_memory("a", n_rows, n_bytes, 10**9) is None
    assert "5,000" in check_memory("a", 5000, 2 * 2**30, 3 * 2**30)
    assert available_bytes() is None or available_bytes() > 2**20
    path = write(tmp_path / "a.csv", text)
    monkeypatch.setattr("tsrnn.files.memory.available_bytes", lambda: 1000)
    with pytest.raises(ValueError, match=r"about 5,0\d\d rows; .* GiB of memory"):
        read_table(path)
