"""Series with their forecasts and intervals; of several, a menu chooses the one to see."""

import html
import re

import numpy as np
import pandas as pd

from tsrnn.report.downsample import rows_to_draw
from tsrnn.report.page import Section, as_small, check_plotly, facts_html, figure_html, to_axis

_BLUE, _GREY = "#0072B2", "#555555"
_MOST_SERIES = 30
_MOST_POINTS = 24_000
# How much of the history is in sight at first, in horizons.
_HISTORY = 6
_LOW = re.compile(r"-lo-(?P<level>\d+(\.\d+)?)$")


def forecast_section(history, forecast, *, title="Forecast", unit="y", facts=None, name="forecast"):
    """Build a section: each series with its forecast and prediction intervals.

    Parameters
    ----------
    history, forecast : DataFrame
        Long frames with `ds`, and `unique_id` if there are several series; the history with `y`,
        the forecast with the columns of a forecaster's ``predict``. Not modified. The first 30
        series are drawn.
    title : str
    unit : str
        Label of the axis.
    facts : dict of str to str, optional
        Shown above: names and values.
    name : str
        Of the figure in the page; each figure needs its own.

    Returns
    -------
    Section

    Raises
    ------
    ImportError
        If plotly is not installed.
    """
    check_plotly()
    from plotly.graph_objects import Figure

    several = "unique_id" in history.columns
    ids = list(pd.unique(forecast["unique_id"])) if several else [None]
    drawn = ids[:_MOST_SERIES]
    figure, views = Figure(), []
    n_most = max(100, _MOST_POINTS // len(drawn))
    for place, one in enumerate(drawn):
        before = len(figure.data)
        past, future = (_rows_of(frame, one) for frame in (history, forecast))
        start = max(0, len(past) - _HISTORY * len(future))
        _draw(figure, past, future, start, n_most, visible=place == 0)
        view = _view(past.iloc[start:], future)
        views.append((str(one), before, len(figure.data), view))
    figure.update_yaxes(title_text=html.escape(str(unit), quote=False), range=views[0][3][1])
    figure.update_xaxes(range=views[0][3][0])
    if several:
        _add_menu(figure, views)
    note = []
    if len(ids) > len(drawn):
        note = [f"<p>The first {len(drawn)} of {len(ids)} series.</p>"]
    blocks = [
        facts_html(facts or {}),
        *note,
        figure_html(figure, name, 460, top=100 if several else 50),
    ]
    return Section(title, tuple(blocks))


def _rows_of(frame, one):
    return frame if one is None else frame[frame["unique_id"] == one]


def _draw(figure, past, future, start, n_most, visible):
    values = past["y"].to_numpy(dtype=float, na_value=np.nan)
    rows = rows_to_draw(values, n_most, [(start, len(values))])
    figure.add_scatter(
        x=to_axis(past["ds"].iloc[rows]), y=as_small(values[rows]), name="observed", mode="lines",
        line={"color": _GREY, "width": 1.3}, visible=visible,
    )  # fmt: skip
    model = next(c for c in future.columns if c not in ("unique_id", "ds", "y", "cutoff"))
    x = to_axis(future["ds"])
    lows = sorted((c for c in future.columns if _LOW.search(c)), key=_level, reverse=True)
    # The narrower, the darker, in the legend too, where they do not lie on each other.
    for opacity, low in zip(np.linspace(0.18, 0.36, len(lows)), lows, strict=True):
        high = low.replace("-lo-", "-hi-")
        style = {"x": x, "mode": "lines", "line": {"width": 0}, "visible": visible}
        figure.add_scatter(**style, y=future[low].to_numpy(), showlegend=False, hoverinfo="skip")
        figure.add_scatter(
            **style, y=future[high].to_numpy(), fill="tonexty",
            fillcolor=f"rgba(0,114,178,{opacity:.2f})",
            name=f"{_level(low):g} % interval", hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=x, y=future[model].to_numpy(), name=model, mode="lines",
        line={"color": _BLUE, "width": 2}, visible=visible,
    )  # fmt: skip


def _level(column):
    return float(_LOW.search(column)["level"])


def _view(past, future):
    """Return the ranges of both axes that show the end of the history and the forecast."""
    ends = to_axis(pd.Index([past["ds"].iloc[0], future["ds"].iloc[-1]]))
    shown = [past["y"].to_numpy(dtype=float, na_value=np.nan)]
    shown += [future[name].to_numpy(dtype=float) for name in future.select_dtypes("number")]
    values = np.concatenate(shown)
    values = values[np.isfinite(values)]
    margin = 0.06 * (np.ptp(values) or 1.0)
    heights = [float(values.min() - margin), float(values.max() + margin)]
    return [one.item() if isinstance(one, np.generic) else one for one in ends], heights


def _add_menu(figure, views):
    buttons = []
    for label, first, stop, view in views:
        shown = [first <= i < stop for i in range(len(figure.data))]
        changes = [{"visible": shown}, {"xaxis.range": view[0], "yaxis.range": view[1]}]
        text = html.escape(label, quote=False)
        buttons.append({"label": text, "method": "update", "args": changes})
    menu = {"buttons": buttons, "x": 0, "xanchor": "left", "y": 1.12, "yanchor": "bottom"}
    figure.update_layout(updatemenus=[menu])
