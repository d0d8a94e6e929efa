"""How lines of a stream are read, without a model."""

import io
import math

import pandas as pd
import pytest

from tsrnn.cli.live_rows import BadRow, LiveRows
from tsrnn.cli.live_times import LiveTimes, NotAfter


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1.5,2", (None, [1.5, 2.0])),
        ("2024-01-01,1.5,2", ("2024-01-01", [1.5, 2.0])),
        ("1.5,2,2024-01-01 10:00", ("2024-01-01 10:00", [1.5, 2.0])),
        ("17,1.5,2", ("17", [1.5, 2.0])),
        ("1,5;2,25", (None, [1.5, 2.25])),
        ("1.234,5;2,25", (None, [1234.5, 2.25])),
        ('2024-01-01,"1,234",2', ("2024-01-01", [1234.0, 2.0])),
        ("01.02.2024 10:00\t1\t2", ("01.02.2024 10:00", [1.0, 2.0])),
        ("1|True", (None, [1.0, 1.0])),
    ],
)
def test_lines_without_a_header(line, expected):
    assert LiveRows(["a", "b"]).read(line) == expected


def test_a_missing_value_is_no_bad_row():
    rows = LiveRows(["a", "b"], na=["broken"])
    for text in ("", "NaN", "null", "broken", "-"):
        assert math.isnan(rows.read(f"1,{text}")[1][1])


@pytest.mark.parametrize("text", ["#N/A", "#N/A N/A", "#NA", "-1.#IND", "1.#QNAN", "-nan", "None"])
def test_what_is_missing_in_files_is_missing_in_rows(text):
    assert pd.read_csv(io.StringIO(f"a,b\n1,{text}\n"))["b"].isna().all()
    assert math.isnan(LiveRows(["a", "b"]).read(f"1,{text}")[1][1])


def test_columns_are_found_by_name_whatever_their_order():
    rows = LiveRows(["a", "b"])
    assert rows.read("b;remark;stamp time;a") is None
    assert rows.read("1,5;x;2024-01-01;2") == ("2024-01-01", [2.0, 1.5])
    assert rows.describe() == (
        "header, separator ';', time 'stamp time', 2 channels, 1 column ignored"
    )
    assert rows.read("a;b;stamp time") is None
    assert rows.read("2;1,5;2024-01-02") == ("2024-01-02", [2.0, 1.5])
    assert rows.n_headers == 2
    with pytest.raises(BadRow, match="a header without the channel 'b'"):
        rows.read("a;c;stamp time")
    assert rows.read("2;1,5;2024-01-02") == ("2024-01-02", [2.0, 1.5])


@pytest.mark.parametrize(
    ("header", "line", "time"),
    [
        ("Date,Time,a,b", "01.02.2024,9:05,1,2", "01.02.2024 9:05"),
        ("b,Uhrzeit,remark,a,day", "2,9:05:00.5,x,1,2024-02-01", "2024-02-01 9:05:00.5"),
        ("Datum,Uhrzeit,a,b", "20240201,09:05,1,2", "20240201 09:05"),
        ("Datum,a,b", "01.02.2024 9:05,1,2", "01.02.2024 9:05"),
        ("Zeitpunkt,opens,a,b", "2024-02-01,9:05,1,2", "2024-02-01"),
        ("Date,Time,a,b", "01.02.2024,morning,1,2", "01.02.2024"),
        (None, "01.02.2024,9:05,1,2", "01.02.2024 9:05"),
        (None, "1,2,9:05 pm,2/1/2024", "2/1/2024 9:05 pm"),
    ],
)
def test_days_and_times_of_day_are_one_time(header, line, time):
    rows = LiveRows(["a", "b"])
    assert header is None or rows.read(header) is None
    assert rows.read(line) == (time, [1.0, 2.0])


def test_a_row_without_a_time_of_day_does_not_hide_it_in_the_next():
    rows = LiveRows(["a", "b"])
    rows.read("Date;Time;a;b")
    rows.read("1.2.2024;;1;2")
    assert rows.read("1.2.2024;9:05;1;2")[0] == "1.2.2024 9:05"
    assert rows.describe() == "header, separator ';', time 'Date Time', 2 channels"


def test_who_names_a_column_of_times_means_that_one():
    rows = LiveRows(["a"], time="Date")
    rows.read("Date,Time,a")
    assert rows.read("1.2.2024,9:05,3")[0] == "1.2.2024"


@pytest.mark.parametrize("line", ["1", "1,2,3,4", "2x,2", "x,y", "1,inf", "oh\0no"])
def test_bad_rows(line):
    rows = LiveRows(["a", "b"])
    rows.read("1,2")
    with pytest.raises(BadRow):
        rows.read(line)


def test_a_word_among_numbers_is_a_missing_value():
    rows = LiveRows(["a", "b", "state"], categories={"state": ("run",)})
    for line in ("1,Bad,run", "1,I/O Timeout,run", "1,Bad,stop"):
        a, b, _ = rows.read(line)[1]
        assert (a, math.isnan(b)) == (1.0, True)
    assert rows.words == {"Bad": 2, "I/O Timeout": 1}
    # Words only are no row, unless it has a time; what begins as a number is none in a known form.
    with pytest.raises(BadRow, match="'Good' is no number"):
        rows.read("Good,bye,now")
    with pytest.raises(BadRow, match=r"'7,5,3' is no number \(b; .* --na '7,5,3'\)"):
        rows.read('1,"7,5,3",run')
    assert sum(rows.words.values()) == 3
    time, values = LiveRows(["a"]).read("2024-01-01 10:00,Bad")
    assert (time, math.isnan(values[0])) == ("2024-01-01 10:00", True)


def test_options_replace_guesses():
    assert LiveRows(["a", "b"], separator=" ").read("1 2") == (None, [1.0, 2.0])
    assert LiveRows(["a", "b"], time="3").read("1,2,3") == ("3", [1.0, 2.0])
    assert LiveRows(["1", "2"], header=True).read("1,2") is None
    rows = LiveRows(["a"], columns=["x", "when", "a"], time="when")
    assert rows.read("0,1,2") == ("1", [2.0])
    assert LiveRows(["a"], columns=["x", "a"], time="none").read("0,1") == (None, [1.0])


def stamps(times):
    return [None if time is None else str(time) for time in times]


def test_the_order_of_day_and_month_shows_later():
    times = LiveTimes()
    assert stamps(times.read(["3/2/2024", "4/2/2024"])[0]) == [
        "2024-02-03 00:00:00", "2024-02-04 00:00:00",
    ]  # fmt: skip
    assert not times.corrected
    american = LiveTimes()
    american.read(["1/12/2024"])
    assert stamps(american.read(["1/13/2024"])[0]) == ["2024-01-13 00:00:00"]
    assert american.corrected
    assert stamps(american.read(["2/1/2024"])[0]) == ["2024-02-01 00:00:00"]
    assert not american.corrected


def test_times_that_do_not_go_on_are_told_from_those_that_are_none():
    times = LiveTimes(after=pd.Timestamp("2024-01-01"))
    found, reasons = times.read(["2024-01-01", "2024-01-02", "soon", "2024-01-02", "2024-01-03"])
    assert stamps(found) == [None, "2024-01-02 00:00:00", None, None, "2024-01-03 00:00:00"]
    assert [type(one) for one in reasons] == [NotAfter, str, str, NotAfter, str]
    assert reasons[2] == "'soon' is no time"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1704067200", "1704067260"], ["2024-01-01 00:00:00", "2024-01-01 00:01:00"]),
        (["1704067200500"], ["2024-01-01 00:00:00.500000"]),
        (["20240131"], ["2024-01-31 00:00:00"]),
        (["7", "8.5"], ["7", "8.5"]),
        (["2024-03-31T01:30:00+01:00", "2024-03-31T03:30:00+02:00"],
         ["2024-03-31 00:30:00+00:00", "2024-03-31 01:30:00+00:00"]),
    ],
)  # fmt: skip
def test_numbers_and_offsets(texts, expected):
    assert stamps(LiveTimes().read(texts)[0]) == expected


def test_a_given_format_is_the_only_one():
    times = LiveTimes("%m/%d/%Y")
    assert stamps(times.read(["1/2/2024", "13/2/2024"])[0]) == ["2024-01-02 00:00:00", None]


def test_days_of_a_spreadsheet():
    times = LiveTimes("excel")
    found, reasons = times.read(["45352.00069", "45352,00139", "soon", "45352", "1e9"])
    assert stamps(found) == ["2024-03-01 00:01:00", "2024-03-01 00:02:00", None, None, None]
    assert [type(one) for one in reasons] == [str, str, str, NotAfter, str]
