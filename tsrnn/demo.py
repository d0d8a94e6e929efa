"""`tsrnn demo`: forecast and flag anomalies in data that comes with the package."""

import contextlib
import time
from functools import partial
from pathlib import Path

import pandas as pd

import tsrnn
from tsrnn import datasets, metrics, plots, report
from tsrnn.baselines import FORECASTERS
from tsrnn.detection.detector import RNNDetector
from tsrnn.detection.warmup import warm_up as warm_up_detectors
from tsrnn.forecasting.forecaster import RNNForecaster
from tsrnn.forecasting.warmup import warm_up as warm_up_forecasters
from tsrnn.kernels import cache_directory

_WEEKS_HELD_OUT = 104
# The strong El Ninos of the record after it: 1972-73, 1982-83, 1997-98.
_LAST_LEARNT_YEAR = "1970"
# Half as much again as what 5 % of ordinary months exceed; the default, 3, is for rare alarms.
_THRESHOLD = 1.5
_THREADS = 2


def run(out):
    """Run all parts of the demo and write what they find.

    Parameters
    ----------
    out : str or Path
        Directory for the CSV and PNG files, and the report if plotly is installed; made if it does
        not exist.

    Raises
    ------
    OSError
        If `out` cannot be made or written to.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    begin, started = time.perf_counter(), time.time()
    sections = []
    print(f"tsrnn {tsrnn.__version__}: forecasts, and events in sensor logs, on bundled data\n")
    with _step("Compile (once; the machine code is kept for the next run)"):
        warm_up_forecasters()
        warm_up_detectors()
        print(f"  in {cache_directory()}")
    with _step(f"Forecast the last {_WEEKS_HELD_OUT} weeks of CO2 at Mauna Loa"):
        co2 = datasets.load_co2()
        _show(forecast_co2(co2, out, sections).reset_index(), "{:.3f}")
    with _step("Flag the El Ninos in sea-surface temperatures off Peru"):
        print(f"  learnt on 1950 to {_LAST_LEARNT_YEAR}, threshold {_THRESHOLD};")
        print("  events after it, strongest first:")
        temperature = datasets.load_sea_surface_temperature()
        events = detect_el_nino(temperature, out, sections)
        events = events.sort_values("severity", ascending=False)
        _show(events[["start", "end", "peak", "severity"]], "{:.2f}")
    with _step("List the events of a synthetic plant with six sensors"):
        log = datasets.make_sensor_log(random_state=0)
        events = detect_plant_events(log, out, sections)
        _show(events[["start", "end", "severity", "channels", "truth"]], "{:.1f}")
        found = set(", ".join(events["truth"]).split(", ")) - {""}
        print(f"  found: {len(found)} of the {len(log.events)} kinds of anomaly in it")
    with _step("Write the report"):
        _write_report(out / "report.html", sections)
    seconds = time.perf_counter() - begin
    print(f"All in {seconds:.1f} s. Tables and pictures are in {out.resolve()}:")
    written = [path.name for path in out.iterdir() if path.stat().st_mtime >= started]
    print("  " + ", ".join(sorted(written)))


def forecast_co2(co2, out, sections):
    """Forecast the held-out weeks with every forecaster; return the ranking.

    Parameters
    ----------
    co2 : Series
        Weekly, missing weeks NaN.
    out : Path
    sections : list
        Gets what the report shows of it, as functions without arguments.

    Returns
    -------
    DataFrame
        One row per forecaster, best first: MAE in ppm, sMAPE in percent, MASE, share of the weeks
        inside the 80 and 95 % intervals, seconds for fitting and predicting.
    """
    past, future = co2.iloc[:-_WEEKS_HELD_OUT], co2.iloc[-_WEEKS_HELD_OUT:]
    models = {"RNNForecaster": RNNForecaster(_WEEKS_HELD_OUT, random_state=0, n_jobs=_THREADS)}
    models |= {name: forecaster(h=_WEEKS_HELD_OUT) for name, forecaster in FORECASTERS.items()}
    forecasts, rows = [], {}
    for name, model in models.items():
        begin = time.perf_counter()
        forecast = model.fit(past).predict(level=[80, 95])
        seconds = time.perf_counter() - begin
        rows[name] = _scores(name, forecast, past, future, model.season_length_)
        rows[name]["seconds"] = seconds
        forecasts.append(forecast)
    ranking = pd.DataFrame.from_dict(rows, orient="index").rename_axis("model").sort_values("mae")
    table = pd.concat([future, *forecasts], axis=1)
    table.to_csv(out / "co2_forecast.csv", index_label="week")
    ranking.to_csv(out / "co2_ranking.csv")
    history, forecast = (
        data.rename_axis("ds").reset_index() for data in (past.rename("y"), forecasts[0])
    )
    title, unit = "CO2 at Mauna Loa", "CO2, ppm"
    sections += [
        partial(report.forecast_section, history, forecast, title=title, unit=unit, name="co2"),
        partial(report.ranking_section, ranking, "mae", name="co2-ranking"),
    ]
    with _figure(out / "co2_forecast.png", (9, 4)) as figure:
        ax = figure.add_subplot()
        plots.plot_forecast(past, forecasts[0], actual=future, n_history=260, ax=ax)
        ax.set_ylabel("CO2 at Mauna Loa, ppm")
    with _figure(out / "co2_ranking.png", (7, 3)) as figure:
        plots.plot_ranking(ranking, metric="mae", ax=figure.add_subplot())
    return ranking


def _scores(name, forecast, past, future, season_length):
    y_true, y_pred = future.to_numpy(), forecast[name].to_numpy()
    row = {
        "mae": metrics.mae(y_true, y_pred),
        "smape": metrics.smape(y_true, y_pred),
        "mase": metrics.mase(y_true, y_pred, past.to_numpy(), season_length),
    }
    for level in (80, 95):
        low, high = (forecast[f"{name}-{side}-{level}"].to_numpy() for side in ("lo", "hi"))
        row[f"inside {level}"] = metrics.coverage(y_true, low, high)
    return row


def detect_el_nino(temperature, out, sections):
    """Learn the usual on the first part of the record, flag the rest; return the events.

    Parameters
    ----------
    temperature : Series
        Monthly.
    out : Path
    sections : list
        As for `forecast_co2`.

    Returns
    -------
    DataFrame
        As from `RNNDetector.detect`, in order of time.
    """
    detector = RNNDetector(threshold=_THRESHOLD, random_state=0, n_jobs=_THREADS)
    detector.fit(temperature[:_LAST_LEARNT_YEAR])
    scores, events = detector.scores(temperature), detector.detect(temperature)
    later = events["start"] > _LAST_LEARNT_YEAR
    n_train = len(temperature[:_LAST_LEARNT_YEAR])
    title = "El Ninos in sea-surface temperatures off Peru"
    frame = temperature.to_frame()
    sections.append(
        partial(
            report.events_section, frame, scores, events, title=title, n_train=n_train, name="sea"
        )
    )
    scores.to_csv(out / "sea_surface_scores.csv", index_label="month")
    events.to_csv(out / "sea_surface_events.csv", index=False)
    with _figure(out / "sea_surface_events.png", (9, 5)) as figure:
        top, bottom = figure.subplots(2, sharex=True)
        plots.plot_events(temperature, events, ax=top)
        top.set_ylabel("Sea surface, °C", rotation=90, ha="center", va="bottom")
        plots.plot_scores(scores, events, ax=bottom)
    return events[later]


def detect_plant_events(log, out, sections):
    """Learn on the clean half of the log, flag the other; return the events beside the truth.

    Parameters
    ----------
    log : SensorLog
    out : Path
    sections : list
        As for `forecast_co2`.

    Returns
    -------
    DataFrame
        As from `RNNDetector.detect`, and in `truth` the kinds of the labelled anomalies that each
        event overlaps.
    """
    half = len(log.data) // 2
    detector = RNNDetector(random_state=0, n_jobs=_THREADS).fit(log.data.iloc[:half])
    watched = log.data.iloc[half:]
    scores, events = detector.scores(watched), detector.detect(watched)
    title = "Events of a plant with six sensors"
    sections.append(
        partial(report.events_section, watched, scores, events, title=title, name="plant")
    )
    events["truth"] = [
        ", ".join(log.events["kind"][(log.events["start"] <= end) & (log.events["end"] >= start)])
        for start, end in zip(events["start"], events["end"], strict=True)
    ]
    log.data.to_csv(out / "plant_log.csv", index_label="time")
    events.to_csv(out / "plant_events.csv", index=False)
    with _figure(out / "plant_events.png", (10, 8)) as figure:
        panels = figure.subplots(log.data.shape[1], sharex=True)
        plots.plot_events(watched, events, ax=panels)
    return events


def _write_report(path, sections):
    try:
        report.check_plotly()
    except ImportError as error:
        print(f"  left out: {error}")
        return
    report.write_report(path, "tsrnn demo", [section() for section in sections])


@contextlib.contextmanager
def _step(title):
    """Announce a part, and say how long it took."""
    print(title, flush=True)
    begin = time.perf_counter()
    yield
    print(f"  {time.perf_counter() - begin:.1f} s\n", flush=True)


@contextlib.contextmanager
def _figure(path, size):
    """Give a figure and write it; pyplot, and so any window system, stays out of it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    yield figure
    figure.savefig(path, dpi=120)


def _show(table, number):
    """Print a table with its numbers in the format `number`."""
    table = table.copy()
    for column in table.select_dtypes("datetime").columns:
        table[column] = table[column].dt.strftime("%Y-%m-%d %H:%M").str.removesuffix(" 00:00")
    if "channels" in table.columns:
        table["channels"] = [", ".join(names[:3]) for names in table["channels"]]
    text = table.to_string(index=False, float_format=number.format)
    print("\n".join("  " + line for line in text.splitlines()), flush=True)
