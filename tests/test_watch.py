"""`tsrnn watch` on real pipes: alerts as rows come, and what it survives."""

import io
import json
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from cli_files import sensor_log

import tsrnn
from tsrnn import RNNDetector
from tsrnn.baselines import AutoRegression
from tsrnn.cli import main

EVENTS = sensor_log(900, event=(700, 730))
HEADER, *ROWS = EVENTS.splitlines(keepends=True)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and poll of POSIX")


def read(text):
    return pd.read_csv(io.StringIO(text), index_col="time", parse_dates=True)


@pytest.fixture(scope="module")
def detector():
    model = RNNDetector(
        "forecast", hidden_layer_sizes=(4,), max_iter=2, causal=True, merge_gap=3, random_state=0
    )
    return model.fit(read(EVENTS).iloc[:600])


@pytest.fixture(scope="module")
def model(tmp_path_factory, detector):
    path = tmp_path_factory.mktemp("model") / "m.tsrnn"
    detector.save(path)
    return path


def start(model, *options):
    return subprocess.Popen(
        [sys.executable, "-m", "tsrnn", "watch", "--model", str(model), *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def watch(tmp_path, monkeypatch, capfd):
    """Run to the end of a text, in this process; return (records, standard error)."""

    def run(model, text, *options):
        (tmp_path / "rows").write_bytes(text.encode())
        with open(tmp_path / "rows") as source:
            monkeypatch.setattr(sys, "stdin", source)
            assert main(["watch", "--model", str(model), *options]) == 0
        out, err = capfd.readouterr()
        return [json.loads(line) for line in out.splitlines()], err

    return run


def test_alerts_are_those_of_a_causal_batch(model, detector, watch):
    records, err = watch(model, EVENTS)
    table = detector.scores(read(EVENTS))
    flags = table["is_anomaly"].to_numpy()
    rises = np.flatnonzero(flags & ~np.append(False, flags[:-1]))
    assert [one["event"] for one in records[:2]] == ["start", "end"]
    begins, ends = ([one for one in records if one["event"] == kind] for kind in ("start", "end"))
    assert len(rises) >= len(begins) >= 1
    first = table.iloc[rises[0]]
    assert begins[0]["time"] == table.index[rises[0]].isoformat()
    assert begins[0]["score"] == first["score"]
    assert begins[0]["threshold"] == first["threshold"]
    assert begins[0]["p_value"] == first["p_value"]
    assert begins[0]["severity"] == first["score"] / first["threshold"]
    top = begins[0]["channels"][0]
    assert top["channel"] == "pump"
    assert top["score"] == first["pump_score"]
    assert top["expected"] == first["pump_expected"]
    assert top["actual"] == read(EVENTS)["pump"].iloc[rises[0]]
    inside = table[ends[0]["start"] : ends[0]["end"]]
    assert ends[0]["peak"] == inside["score"].idxmax().isoformat()
    assert ends[0]["score"] == inside["score"].max()
    assert ends[0]["rows"] == len(inside)
    assert pd.Timedelta(ends[0]["duration"]) == len(inside) * pd.Timedelta("1min")
    assert f"900 rows, {len(begins)} event" in err


def test_all_prints_the_score_of_every_row(model, detector, watch):
    records, _ = watch(model, EVENTS, "--all", "--top", "0")
    table = detector.scores(read(EVENTS))
    rows = [one for one in records if one["event"] not in ("end", "open")]
    assert [one["score"] for one in rows] == table["score"].tolist()
    assert [one["time"] for one in rows] == [time.isoformat() for time in table.index]
    flagged = np.array([one["event"] is not None for one in rows])
    np.testing.assert_array_equal(flagged, table["is_anomaly"])


def test_an_alert_does_not_wait_for_more_rows(model):
    process = start(model)
    for row in [HEADER, *ROWS[:720]]:
        process.stdin.write(row)
        process.stdin.flush()
    # Standard input stays open: this line would never come from a full buffer or an end.
    alert = json.loads(process.stdout.readline())
    assert alert["event"] == "start"
    out, _ = process.communicate("".join(ROWS[720:]))
    assert json.loads(out.splitlines()[0])["event"] == "end"


def test_without_a_header_and_with_a_column_more(model, watch):
    expected, _ = watch(model, EVENTS)
    assert watch(model, "".join(ROWS))[0] == expected
    german = "".join(
        ";".join([t[8:10] + "." + t[5:7] + "." + t[:4] + t[10:], "ok",
                  p.replace(".", ","), f.replace(".", ",")])
        for t, p, f in (row.split(",") for row in ROWS)
    )  # fmt: skip
    records, err = watch(model, german, "--columns", "time,remark,pump,flow")
    assert records == expected
    assert "separator ';', time 'time', 2 channels, 1 column ignored" in err


def test_bad_rows_and_a_rotated_file_are_survived(model, watch):
    expected, _ = watch(model, EVENTS)
    swapped = [",".join([f.strip(), t, p]) + "\r\n" for t, p, f in (r.split(",") for r in ROWS)]
    text = "".join(
        [HEADER, *ROWS[:300], "garbage\n", "\n", "2024-01-01 05:00,1x,1\n", "yesterday,1,2\n",
         "a,b,c,d,e\n", ROWS[299], *ROWS[300:500], "flow,time,pump\r\n", *swapped[500:]]
    ).removesuffix("\r\n")  # fmt: skip
    records, err = watch(model, text)
    assert records == expected
    assert "skipped line 302: 1 field, not 3: 'garbage'" in err
    assert "skipped 4 lines; the first was line 302" in err
    assert "2024-01-01 04:59:00 does not come after 2024-01-01 04:59:00" in err
    assert "900 rows" in err
    assert "2 headers, 1 rows skipped that came too late" in err
    assert err.count("note: skipped line") == 1


@POSIX
def test_a_closed_pipe_ends_quietly(model):
    process = start(model, "--quiet")
    process.stdin.write("".join([HEADER, *ROWS[:720]]))
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["event"] == "start"
    process.stdout.close()
    # Nobody reads, and no row comes: it ends nevertheless.
    assert process.wait(60) == 0
    assert process.stderr.read() == ""
    process.stdin.close()
    process.stderr.close()


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_keeps_the_state_and_the_next_run_goes_on(model, number, tmp_path, watch):
    kept = tmp_path / "kept.tsrnn"
    process = start(model, "--all", "--top", "0", "--save", str(kept))
    process.stdin.write("".join([HEADER, *ROWS[:400]]))
    process.stdin.flush()
    first = [json.loads(process.stdout.readline()) for _ in range(400)]
    process.send_signal(number)
    rest, err = process.communicate()
    assert rest == ""
    assert process.returncode == 0
    assert "400 rows, 0 events" in err
    # The whole file once more: what was seen is skipped, the rest continues.
    records, err = watch(kept, EVENTS, "--all", "--top", "0")
    assert "400 rows skipped that came too late" in err
    expected, _ = watch(model, EVENTS, "--all", "--top", "0")
    assert first + records == expected


MISTAKES = [
    ("pump,flaw\n1,2\n", [], "no column 'flow'; did you mean 'flaw'?"),
    ("a,b\n1,2\n", [], "there is no column 'pump'"),
    ("what\nis\nthis\n", [], "no line on standard input is a row; line 1"),
    ("1,2,3,4\n" * 30, [], "none of 20 lines is a row; line 1: 4 fields for 2 channels; name the"),
    ("1,2,3\n", ["--columns", "time,pmup,flow"], "--columns: there is no column 'pump'"),
    ("1,2,3\n", ["--time", "when"], "number of a column, 1 to 3"),
    ("time,pump,flow\n", ["--time", "tme"], "--time: there is no column 'tme'"),
    ("1,2\n", ["--encoding", "utf9"], "encoding 'utf9' is not known"),
    ("1,2\n", ["--top", "-1"], "--top must be at least 0"),
    ("1,2\n", ["--save", "nowhere/m.tsrnn"], "there is no directory 'nowhere'"),
]


@pytest.mark.parametrize(("text", "options", "message"), MISTAKES, ids=[m[2] for m in MISTAKES])
def test_a_mistake_is_one_line_that_helps(text, options, message, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    rows = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 2)), columns=["pump", "flow"])
    AutoRegression().fit(rows).save("m.tsrnn")
    (tmp_path / "rows").write_text(text)
    with open("rows") as source:
        monkeypatch.setattr(sys, "stdin", source)
        assert main(["watch", "--model", "m.tsrnn", *options]) == 2
    err = capfd.readouterr().err
    assert message in err.splitlines()[-1]
    assert err.splitlines()[-1].startswith("tsrnn: error: ")


def test_models_that_cannot_watch(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    tsrnn.baselines.Naive().save("naive.tsrnn")
    AutoRegression().fit(rng.normal(size=(60, 2))).save("nameless.tsrnn")
    for name, message in (("naive", "which watches no rows"), ("nameless", "columns with names"),
                          ("none", "No such file")):  # fmt: skip
        assert main(["watch", "--model", f"{name}.tsrnn"]) == 2
        assert message in capsys.readouterr().err


def test_days_and_times_of_day_are_one_time(watch, model):
    plain, _ = watch(model, EVENTS, "--fresh")
    split = "".join(line.replace(" ", ",", 1) for line in ROWS)
    header = HEADER.replace("time", "Date,Time", 1)
    assert watch(model, header + split, "--fresh")[0] == plain
    assert watch(model, split, "--fresh")[0] == plain


def test_many_bad_lines_after_rows_are_no_end(watch, model):
    # In one block with the rows before them, as from a file.
    text = HEADER + "".join(ROWS[:5]) + "broken\n" * 30 + "".join(ROWS[5:])
    records, err = watch(model, text, "--fresh")
    assert records == watch(model, EVENTS, "--fresh")[0]
    assert "skipped 30 lines" in err


def test_a_model_that_wants_even_rows(tmp_path, watch):
    log = read(EVENTS)
    model = RNNDetector("memory", irregular="raise", random_state=0).fit(log.iloc[:600])
    model.save(tmp_path / "even.tsrnn")
    records, err = watch(tmp_path / "even.tsrnn", EVENTS)
    assert records
    assert "900 rows" in err


def test_words_are_missing_values_and_days_of_a_spreadsheet_are_told(model, watch):
    lines = [line.rstrip("\n").split(",") for line in ROWS]
    for cells in lines[300:310]:
        cells[1] = "I/O Timeout"
    text = HEADER + "".join(",".join(cells) + "\n" for cells in lines)
    _, err = watch(model, text)
    assert "line 302: 'I/O Timeout' among numbers is read as a missing value" in err
    assert "900 rows, 1 event, 10 words read as missing values" in err
    assert "skipped" not in err
    for row, cells in enumerate(lines):
        cells[0] = f"{45352 + row / 1440:.5f}"
    text = HEADER + "".join(",".join(cells) + "\n" for cells in lines)
    hint = "numbers like 45352 may be days of a spreadsheet: --date-format excel"
    assert hint in watch(model, text)[1]
    records, err = watch(model, text, "--date-format", "excel")
    assert hint not in err
    assert records[0]["time"].startswith("2024-03-01T1")
