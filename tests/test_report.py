"""The HTML report: what is in it, how large it is, and that a browser shows it and zooms."""

import html
import json
import os
import re
import shutil
import subprocess
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from cli_files import DAYS, lines, sales, sensor_log

from tsrnn.baselines import DETECTORS
from tsrnn.cli import main
from tsrnn.report import (
    channels_section,
    events_section,
    forecast_section,
    ranking_section,
    write_report,
)
from tsrnn.report.downsample import rows_to_draw
from tsrnn.report.page import to_axis

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def random_walk(n_rows):
    return np.random.default_rng(0).normal(size=n_rows).cumsum()


@pytest.mark.parametrize("n_rows", [1, 7, 100, 999, 10_007])
def test_rows_to_draw_keep_the_extremes_of_every_stretch(n_rows):
    values = random_walk(n_rows)
    rows = rows_to_draw(values, 100)
    assert len(rows) <= 102
    assert (np.diff(rows) > 0).all()
    assert rows[0] == 0
    assert rows[-1] == n_rows - 1
    edges = np.linspace(0, n_rows, 51).astype(int)
    drawn = set(rows)
    for start, stop in pairwise(edges):
        if stop > start:
            part = values[start:stop]
            assert start + part.argmin() in drawn
            assert start + part.argmax() in drawn


def test_rows_to_draw_keep_gaps_and_the_detail_of_spans():
    values = random_walk(10_000)
    values[4000:5000] = np.nan
    rows = rows_to_draw(values, 200, [(7000, 7050), (-5, 10), (9990, 20_000)])
    assert np.isnan(values[rows]).sum() >= 3
    assert set(range(7000, 7050)) <= set(rows)
    assert set(range(10)) <= set(rows)
    assert rows[-1] == 9999
    assert (rows_to_draw(np.full(500, np.nan), 10) < 500).all()


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        (pd.date_range("2024", periods=2), ["2024-01-01", "2024-01-02"]),
        (pd.date_range("2024", periods=2, freq="h"), ["2024-01-01 00:00", "2024-01-01 01:00"]),
        (pd.date_range("2024", periods=2, freq="s"),
         ["2024-01-01 00:00:00", "2024-01-01 00:00:01"]),
        (pd.date_range("2024", periods=2, freq="h", tz="Europe/Vienna"),
         ["2024-01-01 00:00", "2024-01-01 01:00"]),
        (pd.period_range("2024", periods=2, freq="Q"), ["2024-01-01", "2024-04-01"]),
        (pd.RangeIndex(2), [0, 1]),
    ],
)  # fmt: skip
def test_times_on_the_axis_are_those_of_the_data(stamps, expected):
    assert list(to_axis(stamps)) == expected


def made_up_result(n_rows, n_channels, n_events):
    """Return a log, scores and events that no detector had to find."""
    index = pd.date_range("2024-01-01", periods=n_rows, freq="10s", name="time")
    rng = np.random.default_rng(0)
    log = pd.DataFrame(
        rng.normal(size=(n_rows, n_channels)), index, [f"sensor {i}" for i in range(n_channels)]
    )
    scores = pd.DataFrame({"score": np.abs(rng.normal(size=n_rows)), "threshold": 3.0}, index)
    for name in log.columns:
        scores[f"{name}_expected"] = rng.normal(size=n_rows)
    starts = np.linspace(n_rows * 0.6, n_rows * 0.96, n_events).astype(int)
    events = pd.DataFrame({
        "start": index[starts], "end": index[starts + 9], "peak": index[starts + 4],
        "duration": pd.Timedelta("100s"), "severity": np.arange(n_events) + 1.0, "p_value": 1e-4,
        "channels": [list(log.columns[::-1])] * n_events,
    })  # fmt: skip
    return log, scores, events


def test_a_large_log_makes_a_page_below_6_mb(tmp_path):
    pytest.importorskip("plotly")
    log, scores, events = made_up_result(100_000, 12, 400)
    log.iloc[12_345, 11] = 1e3
    section = events_section(log, scores, events, n_train=50_000, facts={"Rows": "100,000"})
    write_report(tmp_path / "r.html", "Large", [section])
    assert (tmp_path / "r.html").stat().st_size < 6_000_000
    page = (tmp_path / "r.html").read_text()
    assert page.count("<button") == 101, "the 100 strongest events, and one to see all"
    assert "the 100 strongest of 400" in page
    assert "2024-01-02 10:17:30" in page, "the outlier's time, 12,345 * 10 s after midnight"


def test_names_are_no_html(tmp_path):
    pytest.importorskip("plotly")
    evil = "<script>alert(1)</script>"
    log, scores, events = made_up_result(300, 1, 2)
    log = log.set_axis([evil], axis=1)
    scores = scores.rename(columns={"sensor 0_expected": f"{evil}_expected"})
    events["channels"] = [[evil]] * 2
    section = events_section(log, scores, events, title=evil, facts={evil: evil})
    history = pd.DataFrame({"unique_id": evil, "ds": DAYS, "y": sales()})
    forecast = pd.DataFrame({"unique_id": evil, "ds": [pd.Timestamp("2024-03-01")], "RNN": [1.0]})
    ranking = pd.DataFrame({"mae": [1.0]}, index=[evil])
    sections = [
        section,
        forecast_section(history, forecast, title=evil, unit=evil, facts={evil: evil}),
        ranking_section(ranking, "mae", title=evil, note=evil),
    ]
    write_report(tmp_path / "r.html", evil, sections)
    assert "<script>alert(1)" not in (tmp_path / "r.html").read_text()


def test_nothing_is_fetched_from_elsewhere(tmp_path):
    pytest.importorskip("plotly")
    write_report(tmp_path / "r.html", "Empty", [])
    page = (tmp_path / "r.html").read_text()
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"(?!data:)", page)
    assert "Plotly" in page


def test_a_log_without_events(tmp_path):
    pytest.importorskip("plotly")
    log, scores, events = made_up_result(300, 2, 0)
    section = events_section(log, scores, events, n_train=100)
    assert "No events." in "".join(section.blocks)


def drawn(section):
    """Lines of the figure by name."""
    data = re.search(r'Plotly\.newPlot\(\s*"\w+",\s*(\[.*?\]),\s*\{', "".join(section.blocks))
    return {line["name"]: line for line in json.loads(data.group(1))}


def test_a_threshold_that_moves_is_drawn_as_it_moves():
    pytest.importorskip("plotly")
    log, scores, events = made_up_result(300, 1, 1)
    assert len(drawn(events_section(log, scores, events))["threshold"]["x"]) == 2
    moving = scores.assign(threshold=np.linspace(3.0, 9.0, 300))
    assert len(drawn(events_section(log, moving, events))["threshold"]["x"]) == 300


def test_one_loud_event_does_not_hide_the_others():
    pytest.importorskip("plotly")
    log, scores, events = made_up_result(300, 1, 1)
    logarithmic = '"type":"log"'
    assert logarithmic not in "".join(events_section(log, scores, events).blocks)
    scores.iloc[7, 0], scores.iloc[8, 0] = 0.0, 1e4
    page = "".join(events_section(log, scores, events).blocks)
    assert logarithmic in page
    # A click shows its rows: powers of ten on this axis.
    low, high = json.loads(html.unescape(re.search(r"yaxis.range&quot;: (\[.*?\])", page).group(1)))
    assert -2 < low < high < 1


def test_inputs_are_not_modified():
    pytest.importorskip("plotly")
    log, scores, events = made_up_result(300, 2, 3)
    before = [frame.copy(deep=True) for frame in (log, scores, events)]
    events_section(log, scores, events)
    for frame, copy in zip((log, scores, events), before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_repeated_times_are_drawn():
    pytest.importorskip("plotly")
    log, scores, events = made_up_result(300, 2, 3)
    twice = np.sort(np.append(np.arange(300), [10, 10, 200]))
    section = events_section(log.iloc[twice], scores.iloc[twice], events)
    assert "".join(section.blocks).count("<button") == 4


# Before anything else on the page: collect complaints. At its end: look at it, click, look again.
_LISTEN = """<script>const problems = [];
addEventListener("error", e => problems.push(String(e.message)));
for (const kind of ["error", "warn"]) console[kind] = (...all) => problems.push(all.join(" "));
</script>"""
_LOOK = """<script>
const ranges = () => Object.fromEntries([...document.querySelectorAll(".js-plotly-plot")].map(
  one => [one.id, Object.keys(one._fullLayout).filter(key => /^xaxis/.test(key)).map(
    key => one._fullLayout[key].range)]));
const ticks = () => document.querySelector(".xtick:first-of-type text, .x3tick text")?.textContent;
const answer = {};
addEventListener("load", () => setTimeout(() => {
  answer.lines = document.querySelectorAll(".scatterlayer .trace path.js-line").length;
  answer.before = ranges();
  answer.tick = ticks();
  document.querySelector("td button")?.click();
  setTimeout(() => {
    answer.after = ranges();
    answer.new_tick = ticks();
    answer.problems = problems;
    document.title = JSON.stringify(answer);
  }, 1000);
}, 1500));
</script>"""


def look_at(page, tmp_path):
    """Open a page in a headless browser, click on the first event; return what was seen."""
    found = os.environ.get("CHROME_BIN") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("needs Chromium or Chrome, on PATH or as CHROME_BIN")
    text = page.read_text().replace("<head>", f"<head>{_LISTEN}")
    (tmp_path / "seen.html").write_text(text.replace("</body>", f"{_LOOK}</body>"))
    dump = subprocess.run(
        [found, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=20000", "--dump-dom",
         (tmp_path / "seen.html").as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    return json.loads(re.search(r"<title>(\{.*?\})</title>", dump).group(1))


def test_detect_reports_and_a_click_shows_the_event(tmp_path, monkeypatch, capsys):
    pytest.importorskip("plotly")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(sensor_log())
    status = main(["detect", "log.csv", "--train-until", "599", "--report", "r.html", "--json",
                   "--time", "none", "--channels", "pump,flow"])  # fmt: skip
    assert status == 0
    event = json.loads(capsys.readouterr().out)[0]
    page = (tmp_path / "r.html").read_text()
    for what in (
        "Events in log.csv",
        "900 rows",
        "600 rows, until 599",
        "RNNDetector",
        "Threshold",
    ):
        assert what in page
    seen = look_at(tmp_path / "r.html", tmp_path)
    assert seen["problems"] == []
    assert seen["lines"] >= 5, "score, two channels and what was expected of them"
    assert len(seen["before"]["events"]) == len(seen["after"]["events"]) == 3
    for low, high in seen["before"]["events"]:
        assert low <= 0 < 899 <= high
    for low, high in seen["after"]["events"]:
        assert event["start"] - 200 < low < event["start"]
        assert event["end"] < high < event["end"] + 200
    assert seen["tick"] != seen["new_tick"], "the axis is drawn anew"


def test_forecast_reports_with_a_ranking(tmp_path, monkeypatch, capsys):
    pytest.importorskip("plotly")
    monkeypatch.chdir(tmp_path)
    shops = np.repeat(["north", "south"], 60)
    (tmp_path / "a.csv").write_text(
        lines("shop,day,sold", shops, [*DAYS, *DAYS], [*sales(), *sales()])
    )
    assert main(["forecast", "a.csv", "-h", "7", "--report", "r.html"]) == 0
    page = (tmp_path / "r.html").read_text()
    for what in ("Forecast of a.csv", "SeasonalNaive", "mase", "On the last 7 steps", "north"):
        assert what in page
    seen = look_at(tmp_path / "r.html", tmp_path)
    assert seen["problems"] == []
    [[first, last]] = seen["before"]["forecast"]
    assert first.startswith("2024-01-1")
    assert last.startswith("2024-03-07")


def test_a_table_of_channels_tells_their_roles(tmp_path):
    log, scores, events = made_up_result(300, 4, 3)
    log.iloc[:30, 0] = np.nan
    log["sensor 1"] = 5.0
    log["sensor 2"] = np.where(np.arange(300) < 200, 1.0, 2.0)
    for name in log.columns:
        scores[f"{name}_score"] = 0.0
    scores["sensor 3_expected"] = np.nan
    log["sensor 3"] = pd.Series(np.where(np.arange(300) % 2, "on", None), log.index, dtype=object)
    log.loc[log.index[0], "sensor 3"] = "off"
    events["channels"] = [["sensor 0", "sensor 2"], ["sensor 2"], ["sensor 0"]]
    [count, table] = channels_section(log, scores, events, n_train=150).blocks
    assert "300 rows" in count
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>.*?</tr>", table)]
    known = log["sensor 0"].dropna().to_numpy()
    figures = [f"{value:.4g}" for value in (known.mean(), known.std(), known.min(), known.max())]
    assert rows[1] == ["sensor 0", "scored", "30 (10.0%)", *figures, "2", "2"]
    assert rows[2] == ["sensor 1", "constant", "0", "5", "0", "5", "5", "0", "0"]
    assert rows[3][:2] == ["sensor 2", "constant at first"]
    assert rows[3][-2:] == ["1", "2"]
    assert rows[4] == ["sensor 3", "input", "149 (49.7%)", "", "", "", "", "0", "0"]


def test_detect_ranks_beside_the_baselines_unless_told_not_to(tmp_path, monkeypatch, capsys):
    pytest.importorskip("plotly")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(sensor_log(600))
    arguments = ["detect", "log.csv", "--report", "r.html", "--out", "e.csv", "--save", "m.tsrnn"]
    assert main(arguments) == 0
    page = (tmp_path / "r.html").read_text()
    for what in (*DETECTORS, "RNNDetector", "known faults", "faults found", "300 rows after"):
        assert what in page
    assert "F1 (higher is better)" in page
    assert main([*arguments, "--no-ranking"]) == 0
    assert "known faults" not in (tmp_path / "r.html").read_text()
    of_a_model = ["detect", "log.csv", "--model", "m.tsrnn", "--report", "r.html", "--out", "e.csv"]
    assert main(of_a_model) == 0
    page = (tmp_path / "r.html").read_text()
    assert "known faults" not in page, "what the model learnt from is not here"
    assert "events led" in page


def test_a_log_too_short_to_rank_says_so(tmp_path, monkeypatch, capsys):
    pytest.importorskip("plotly")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(sensor_log(120))
    assert main(["detect", "log.csv", "--report", "r.html", "--out", "e.csv"]) == 0
    assert "no ranking in the report: " in capsys.readouterr().err
    assert (tmp_path / "r.html").exists()
