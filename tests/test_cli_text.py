"""Columns of text in files and on standard input: states help, other text is left out and said."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cli_files import sensor_log
from matplotlib.figure import Figure

import tsrnn
from tsrnn import plots
from tsrnn.cli import main
from tsrnn.cli.live_rows import LiveRows
from tsrnn.cli.log_words import without_words
from tsrnn.files import Table


def text_log(n_rows=900):
    """CSV text of a pump that stands where the state says so, with a switch that has gaps."""
    rng = np.random.default_rng(0)
    state = np.repeat(rng.choice(["run", "stand", "-"], n_rows // 30 + 1), 30)[:n_rows]
    switch = np.array(["True", "False", ""])[rng.integers(0, 3, n_rows // 20 + 1).repeat(20)]
    lines = sensor_log(n_rows).splitlines()
    rows = [
        f"{line},{now},{on},batch {i}"
        for i, (line, now, on) in enumerate(zip(lines[1:], state, switch[:n_rows], strict=True))
    ]
    return "\n".join([f"{lines[0]},state,valve,batch", *rows]) + "\n"


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(text_log())

    def call(*arguments):
        status = main(list(map(str, arguments)))
        out, err = capfd.readouterr()
        return status, out, err

    return call


def test_states_are_inputs_in_files_and_on_standard_input(run, tmp_path, monkeypatch):
    arguments = ["--train-until", "600", "--time", "none", "--channels", "pump,flow,state,valve"]
    options = ["--method", "forecast", "--causal", "--save", "m.tsrnn", "--scores", "s.csv"]
    status, _, err = run("detect", "log.csv", *arguments, *options)
    assert status == 0
    assert "4 channels (pump, flow, state, valve)" in err
    assert "'state': text, helps to predict the others, is not scored" in err
    model = tsrnn.load(tmp_path / "m.tsrnn")
    assert model.categories_ == {"state": ("-", "run", "stand")}
    # pandas 2 reads numbers but for the last bit.
    exact = {"converters": {"score": float}}
    scores = pd.read_csv("s.csv", **exact)
    assert (scores[["state_score", "valve_score"]] == 0).all(axis=None)
    assert scores[["state_expected", "valve_expected"]].isna().all(axis=None)
    status, _, _ = run(
        "detect", "log.csv", "--time", "none", "--model", "m.tsrnn", "--scores", "t.csv"
    )
    assert status == 0
    pd.testing.assert_frame_equal(pd.read_csv("t.csv", **exact), scores)
    with open("log.csv") as source:
        monkeypatch.setattr(sys, "stdin", source)
        status, out, err = run("watch", "--model", "m.tsrnn", "--all", "--time", "none", "--top", 1)
    assert status == 0
    rows = [record for line in out.splitlines() if (record := json.loads(line))["event"] != "end"]
    assert [row["score"] for row in rows if row["event"] != "open"] == scores["score"].tolist()
    assert "2 columns ignored" in err


def test_what_is_used_and_what_is_left_out_is_said(run, tmp_path):
    status, _, err = run("detect", "log.csv", "--plot", "e.png", "--method", "forecast")
    assert status == 0
    assert "left out 'batch' (text)" in err
    assert "'state': text, helps" in err
    assert "4 channels (pump, flow, state, valve)" in err
    assert (tmp_path / "e.png").read_bytes().startswith(b"\x89PNG")
    status, _, err = run("detect", "log.csv", "--channels", "pump,batch")
    assert status == 2
    assert "column 'batch' holds text ('batch 0' in row 1), not numbers" in err
    status, _, err = run("detect", "log.csv", "--channels", "state")
    assert status == 2
    assert "--channels names text only, which is not scored" in err
    status, _, err = run("detect", "log.csv", "--channels", "valve,state", "--method", "forecast")
    assert status == 0
    assert "no channel of numbers: True and False are scored as 1 and 0" in err


def test_the_report_shows_states(run, tmp_path):
    pytest.importorskip("plotly")
    status, _, _ = run("detect", "log.csv", "--report", "r.html", "--method", "forecast")
    assert status == 0
    assert '"ticktext":["-","run","stand"]' in (tmp_path / "r.html").read_text().replace(", ", ",")


def test_text_cells_of_a_stream():
    rows = LiveRows(["a", "state"], categories={"state": ("-", "run")})
    assert rows.read("state,a") is None
    assert rows.read("run,1")[1] == [1.0, "run"]
    assert rows.read("none,1")[1] == [1.0, None]
    # A level is a level, also where it would mean a missing number.
    assert rows.read("-,2")[1] == [2.0, "-"]
    assert rows.read("new,2")[1] == [2.0, "new"]


def test_plots_draw_levels():
    frame = pd.read_csv(io.StringIO(text_log(90)), index_col="time", parse_dates=True)
    events = pd.DataFrame({"start": frame.index[:1], "end": frame.index[3:4]})
    names = ["pump", "state", "batch"]
    axes = plots.plot_events(frame[names], events, ax=Figure().subplots(3))
    labels = [[text.get_text() for text in ax.get_yticklabels()] for ax in axes]
    assert labels[1] == sorted(set(frame["state"]))
    assert "batch 0" not in labels[2]
    heights = axes[1].get_lines()[0].get_ydata()
    np.testing.assert_array_equal(heights, frame["state"].map(labels[1].index))


def test_words_among_numbers_are_missing_values(run):
    lines = text_log().splitlines()
    place = lines[0].split(",").index("flow")
    for number, word in ((20, "Bad"), (21, "Bad"), (40, "I/O Timeout"), (600, "Bad")):
        cells = lines[number].split(",")
        cells[place] = word
        lines[number] = ",".join(cells)
    Path("log.csv").write_text("\n".join(lines) + "\n")
    status, _, err = run("detect", "log.csv", "--save", "m.tsrnn")
    assert status == 0
    assert f"'flow': 4 of {len(lines) - 1:,} values are no numbers ('Bad', 'I/O Timeout')" in err
    assert "flow" in tsrnn.load("m.tsrnn").feature_names_in_
    assert tsrnn.load("m.tsrnn").categories_.keys() == {"state"}
    # A named channel, a decimal comma, and a saved model read them alike.
    assert run("detect", "log.csv", "--channels", "pump,flow")[0] == 0
    assert run("detect", "log.csv", "--model", "m.tsrnn")[0] == 0
    Path("log.csv").write_text("\n".join(lines).replace(",", ";").replace(".", ","))
    assert "'flow': 4 of" in run("detect", "log.csv")[2]
    assert run("detect", "log.csv")[0] == 0


def test_a_saved_model_tells_numbers_from_states(run):
    lines = text_log().splitlines()
    assert run("detect", "log.csv", "--save", "m.tsrnn", "--channels", "pump,flow,state")[0] == 0
    names = lines[0].split(",")
    cells = [line.split(",") for line in lines]
    for row in cells[10:]:
        # A sensor that is off for the rest of the log, and a plant that hardly ever runs.
        row[names.index("flow")] = "Bad"
        row[names.index("state")] = "7"
    Path("off.csv").write_text("\n".join(map(",".join, cells)) + "\n")
    status, _, err = run("detect", "off.csv", "--model", "m.tsrnn", "--scores", "s.csv")
    assert status == 0
    assert f"'flow': {len(lines) - 10:,} of" in err
    assert "'state'" not in err
    scores = pd.read_csv("s.csv")
    assert (scores["flow_score"][-100:] == 0).all()
    # Off from the first row on: the others are scored all the same.
    for row in cells[1:]:
        row[names.index("flow")] = ""
    Path("off.csv").write_text("\n".join(map(",".join, cells)) + "\n")
    status, _, err = run("detect", "off.csv", "--model", "m.tsrnn", "--scores", "s.csv")
    assert status == 0
    assert "note: 'flow': no value in any row" in err
    assert pd.read_csv("s.csv")["pump_score"].max() > 0
    Path("off.csv").write_text("\n".join(map(",".join, cells)).replace("flow", "f") + "\n")
    status, _, err = run("detect", "off.csv", "--model", "m.tsrnn")
    assert status == 2
    assert "--model m.tsrnn: there is no column 'flow'" in err


@pytest.mark.parametrize(
    ("column", "n_words"),
    [
        (["1", "2"] * 50 + ["auto"] * 20, 0),  # states
        (["1", "2"] * 50 + ["Bad"] * 5, 5),
        ([*map(str, range(50)), "1 000", "2 000"], 0),
        ([*map(str, range(50)), *map("{}th".format, "abc" * 5)], 15),
        (["a", "b", "c", "1"], 0),
        ([True, False, None] * 9, 0),
    ],
)
def test_what_counts_as_words_among_numbers(column, n_words):
    frame = pd.DataFrame({"x": column, "label": "Bad"})
    read, remarks = without_words(Table("log.csv", frame, [], []), None)
    assert len(remarks) == (n_words > 0)
    assert read["x"].isna().sum() - frame["x"].isna().sum() == n_words
