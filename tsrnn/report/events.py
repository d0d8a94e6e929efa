"""A log with its scores and events; a click on an event in the table shows it large."""

import html
import json

import numpy as np
import pandas as pd

from tsrnn._heights import heights, log_floor
from tsrnn.report.downsample import rows_to_draw
from tsrnn.report.page import (
    Section,
    as_small,
    check_plotly,
    facts_html,
    figure_html,
    number,
    table_html,
    to_axis,
)

_BLUE, _ORANGE, _GREY, _RED = "#0072B2", "#E69F00", "#888888", "#D55E00"
_THRESHOLD = {"color": _RED, "dash": "dash", "width": 1}
_MOST_CHANNELS = 8
_LONGEST_NAME = 18
_MOST_EVENTS = 100
_LEAST_CHANCE = 1e-6
# Points of all lines together: what fits beside plotly's own code in a page of 6 MB.
_MOST_POINTS = 24_000
_THINNED = (
    "<p>Too long to draw every row: extremes are kept, and in an event's channels its detail.</p>"
)
# What a click shows on either side of an event, in its lengths, and at least so many rows.
_MARGIN, _MARGIN_ROWS = 1.0, 20


def events_section(X, scores, events, *, title="Events", n_train=None, facts=None, name="events"):
    """Build a section: score and threshold, a panel per channel, a table of events.

    Parameters
    ----------
    X : DataFrame
        The log, indexed by time or row number; its columns are channels. Of more than 8, the ones
        that the events rank highest are drawn. Not modified.
    scores, events : DataFrame
        As from the ``scores`` and ``detect`` of a detector for `X`.
    title : str
    n_train : int, optional
        Rows at the beginning that were learnt from.
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
    from plotly.subplots import make_subplots

    ranked = events.sort_values("severity", ascending=False).head(_MOST_EVENTS)
    channels = _choose_channels(X, ranked)
    spans = _spans(X.index, ranked)
    n_panels = 1 + len(channels)
    figure = make_subplots(n_panels, 1, shared_xaxes=True, vertical_spacing=0.12 / n_panels)
    n_most = max(200, _MOST_POINTS // (2 * (2 * len(channels) + 1)))
    panels = [_draw_score(figure, X.index, scores, n_most, spans)]
    for row, channel in enumerate(channels, start=2):
        expected = scores[f"{channel}_expected"].to_numpy(dtype=float)
        values, levels = heights(X[channel])
        if levels:
            texts = [html.escape(level, quote=False) for level in levels]
            figure.update_yaxes(tickvals=list(range(len(levels))), ticktext=texts, row=row)
        detail = _spans_of(channel, ranked, spans)
        if not np.isnan(expected).all():
            _line(figure, row, X.index, expected, n_most, detail, "expected", _ORANGE, row == 2)
        _line(figure, row, X.index, values, n_most, detail, "measured", _GREY, row == 2)
        panels.append(values)
        figure.update_yaxes(title_text=_plain(channel), title_font_size=11, row=row)
    _shade(figure, X.index, ranked, n_train)
    blocks = [
        facts_html(facts or {}),
        _table(ranked, len(events), [_view(X.index, panels, *span) for span in spans], name),
        _THINNED if len(X) > n_most else "",
        figure_html(figure, name, 180 + 130 * n_panels),
    ]
    return Section(title, tuple(blocks))


def _draw_score(figure, index, scores, n_most, spans):
    """Draw score and threshold; return the heights (n,) of the score on its axis."""
    score, level = scores["score"].to_numpy(dtype=float), scores["threshold"].to_numpy(dtype=float)
    floor = log_floor(score, level)
    shown = score if floor is None else np.maximum(score, floor)
    # Every event shows in the score: it gets more points than a channel.
    _line(figure, 1, index, shown, 3 * n_most, spans, "score", _BLUE)
    if (level == level[0]).all():
        index, level = index[[0, -1]], level[[0, -1]]
    _line(figure, 1, index, level, n_most, spans, "threshold", _RED)
    figure.data[-1].line.update(_THRESHOLD)
    figure.update_yaxes(title_text="score", type="linear" if floor is None else "log", row=1)
    return shown if floor is None else np.log10(shown)


def _choose_channels(X, ranked):
    """Return the channels to draw, as they are ordered in X."""
    names = list(X.columns)
    if len(names) <= _MOST_CHANNELS:
        return names
    points = dict.fromkeys(names, 0.0)
    for ranking in ranked["channels"]:
        for place, channel in enumerate(ranking[:3], start=1):
            points[channel] += 1 / place
    best = sorted(names, key=lambda one: -points[one])[:_MOST_CHANNELS]
    return [one for one in names if one in best]


def _spans(index, events):
    """Return the rows [start, stop) that a click on each event shows."""
    starts = index.searchsorted(pd.Index(events["start"]), side="left")
    stops = index.searchsorted(pd.Index(events["end"]), side="right")
    margins = np.maximum(_MARGIN_ROWS, (_MARGIN * (stops - starts)).astype(int))
    return list(zip(starts - margins, stops + margins, strict=True))


def _spans_of(channel, events, spans):
    """Return the spans of events that rank `channel` high, then those of the others."""
    high = [str(channel) in map(str, ranking[:3]) for ranking in events["channels"]]
    first = [span for span, is_high in zip(spans, high, strict=True) if is_high]
    return first or spans


def _view(index, panels, start, stop):
    """Return the ranges of all axes that show the rows [start, stop)."""
    start, stop = max(0, start), min(len(index), stop)
    ends = [_value(one) for one in to_axis(index[[start, stop - 1]])]
    view = {}
    for panel, values in enumerate(panels, start=1):
        # All of them: with new heights beside it, a width does not reach the other panels.
        view[f"xaxis{panel if panel > 1 else ''}.range"] = ends
        part = values[start:stop]
        part = part[np.isfinite(part)]
        if len(part):
            margin = 0.08 * (np.ptp(part) or 1.0)
            axis = f"yaxis{panel if panel > 1 else ''}"
            view[f"{axis}.range"] = [_short(part.min() - margin), _short(part.max() + margin)]
    return view


def _short(value):
    return float(f"{value:.6g}")


def _line(figure, row, index, values, n_most, spans, name, colour, in_legend=True):
    rows = rows_to_draw(values, n_most, spans)
    figure.add_scatter(
        x=to_axis(index[rows]), y=as_small(values[rows]), name=name, mode="lines", row=row, col=1,
        line={"color": colour, "width": 1.2}, legendgroup=name, showlegend=in_legend,
    )  # fmt: skip


def _shade(figure, index, events, n_train):
    shapes = []
    if n_train is not None and n_train < len(index):
        first, last = to_axis(index[[0, n_train - 1]])
        shapes.append(_band(first, last, "#0072B2", 0.06))
        figure.add_annotation(
            x=first, y=1, xref="x", yref="paper", text="learnt from", showarrow=False,
            xanchor="left", yanchor="top", font={"color": _BLUE, "size": 11},
        )  # fmt: skip
    for start, end in zip(*_bounds(events), strict=True):
        shapes.append(_band(start, end, _RED, 0.18))
    figure.update_layout(shapes=[*figure.layout.shapes, *shapes])


def _bounds(events):
    return to_axis(pd.Index(events["start"])), to_axis(pd.Index(events["end"]))


def _band(first, last, colour, opacity):
    return {
        "type": "rect", "xref": "x", "yref": "paper", "x0": _value(first), "x1": _value(last),
        "y0": 0, "y1": 1, "fillcolor": colour, "opacity": opacity, "layer": "below",
        "line": {"width": 1, "color": colour},
    }  # fmt: skip


def _table(events, n_events, views, name):
    """Return the table of `events`, the strongest of `n_events`, in order of time."""
    if not len(events):
        return "<p>No events.</p>"
    labels = pd.Index(np.concatenate([events[one].array for one in ("start", "end", "peak")]))
    times = list(zip(*np.array_split(list(map(str, to_axis(labels))), 3), strict=True))
    rows = []
    for place in np.argsort(events["start"].to_numpy(), kind="stable"):
        event = events.iloc[place]
        start, end, peak = times[place]
        channels = ", ".join(map(str, event["channels"][:3]))
        cells = [_zoom(name, views[place], start), end, peak, _duration(event["duration"])]
        cells = [f'<td class="time">{cell}</td>' for cell in cells]
        cells += [number(event["severity"], 3), _chance(event["p_value"])]
        rows.append(f"<tr>{''.join(cells)}<td>{html.escape(channels)}</td></tr>")
    head = ["start", "end", "peak", "duration", "severity", "p-value", "channels"]
    axes = sorted({key.removesuffix(".range") for view in views for key in view})
    everything = _zoom(name, {f"{axis}.autorange": True for axis in axes}, "show all")
    part = (
        f" These are the {len(events)} strongest of {n_events}." if n_events > len(events) else ""
    )
    return (
        f"<p>Click on a start to see the event, or {everything}.{part}</p>{table_html(head, rows)}"
    )


def _zoom(name, change, text):
    """Return a button that changes the axes of the figure `name`, by plotly's own function."""
    call = f"Plotly.relayout({json.dumps(name)},{json.dumps(change)})"
    return f'<button onclick="{html.escape(call)}">{html.escape(text)}</button>'


def _chance(value):
    # A tail fitted to some thousand scores does not tell smaller ones apart.
    if value < _LEAST_CHANCE:
        return f'<td class="number">&lt; {_LEAST_CHANCE:g}</td>'
    return number(value, 2)


def _duration(value):
    is_time = isinstance(value, pd.Timedelta)
    return str(value).removeprefix("0 days ") if is_time else f"{value:,} rows"


def _value(value):
    return value.item() if isinstance(value, np.generic) else value


def _plain(text):
    """Return a name, short enough for a panel, without what plotly would take for HTML."""
    text = str(text)
    short = text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"
    return html.escape(short, quote=False)
