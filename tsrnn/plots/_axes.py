"""What all plots share: colours, new axes, time on the x axis, lines, shaded events, legends."""

from datetime import timedelta

import numpy as np
import pandas as pd

from tsrnn._times import plain_index

# Okabe and Ito (2008), "Color Universal Design": distinguishable with any colour vision. Their
# yellow is left out, too pale for lines on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
BLUE, VERMILLION, ORANGE = COLOURS[0], COLOURS[1], COLOURS[4]
SKY = COLOURS[5]
INK, GREY = "#333333", "#999999"


def new_axes(n_panels=1, *, figsize):
    """Make a figure with `n_panels` axes above each other, sharing x; returns the array of them."""
    from matplotlib import pyplot as plt

    _, axes = plt.subplots(
        n_panels, 1, sharex=True, squeeze=False, figsize=figsize, layout="constrained"
    )
    return axes[:, 0]


def check_axes(ax):
    """Return `ax` if it is a matplotlib Axes, else raise TypeError."""
    from matplotlib.axes import Axes

    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be a matplotlib Axes, got {type(ax).__name__}")
    return ax


def check_columns(name, frame, needed):
    """Raise TypeError if `frame` is no DataFrame, ValueError if it lacks a `needed` column."""
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{name} must be a DataFrame, got {type(frame).__name__}")
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        raise ValueError(
            f"{name} must have the column(s) {', '.join(map(repr, needed))}; "
            f"it has {', '.join(map(repr, frame.columns[:20])) or 'none'}"
        )


def to_x(name, stamps):
    """Return dates as datetime64 (in UTC if they have a time zone), durations in seconds.

    Numbers are returned as they are.

    Raises
    ------
    ValueError
        If `stamps` (Index, Series or list), called `name`, are neither dates, ISO 8601 strings,
        periods, durations nor numbers.
    """
    index = _to_index(name, stamps)
    zone = getattr(index, "tz", None)
    return (index if zone is None else index.tz_convert(None)).to_numpy()


def _to_index(name, stamps):
    index = plain_index(stamps)
    if isinstance(index, pd.PeriodIndex):
        return index.to_timestamp()
    if isinstance(index, pd.TimedeltaIndex):
        return pd.Index(index.total_seconds())
    if not len(index) or isinstance(index, pd.DatetimeIndex):
        return index
    if index.inferred_type in ("string", "date", "datetime"):
        try:
            return pd.DatetimeIndex(pd.to_datetime(index, format="ISO8601"))
        except ValueError as error:
            raise ValueError(
                f"{name} must hold ISO 8601 dates, got {index[0]!r}, ...; convert by pd.to_datetime"
            ) from error
    if not pd.api.types.is_numeric_dtype(index):
        raise ValueError(
            f"{name} must hold dates, periods, durations or numbers, got dtype {index.dtype}"
        )
    return index


def format_time(ax, stamps):
    """Label the x axis with short dates, in the time zone of `stamps`, or with durations.

    Numbers stay as they are.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import MaxNLocator

    index = _to_index("time", stamps)
    if isinstance(index, pd.DatetimeIndex):
        locator = AutoDateLocator(tz=index.tz)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=index.tz))
    elif pd.api.types.is_timedelta64_dtype(plain_index(stamps).dtype):
        # Whole minutes and hours are multiples of the former.
        longer = len(index) and index[-1] - index[0] > 60
        steps = [1, 1.2, 1.8, 3, 3.6, 6, 7.2, 10] if longer else [1, 2, 5, 10]
        ax.xaxis.set_major_locator(MaxNLocator(6, steps=steps))
        ax.xaxis.set_major_formatter(_duration)
    ax.margins(x=0.01)


def _duration(seconds, _):
    text = str(timedelta(seconds=round(seconds, 6)))
    return text.rstrip("0") if "." in text else text


def line_style(i):
    """Return colour and dashes of the i-th line: all colours solid, then dashed, then both."""
    return {
        "color": COLOURS[i % len(COLOURS)],
        "linestyle": ("-", "--", "-.")[i // len(COLOURS) % 3],
    }


def draw_line(ax, x, y, **style):
    """Draw y over x with gaps at NaN and a dot where a value has a gap on both sides."""
    known = np.isfinite(y)
    alone = known & ~np.r_[False, known[:-1]] & ~np.r_[known[1:], False]
    if alone.any():
        style |= {"marker": ".", "markevery": np.flatnonzero(alone).tolist()}
    return ax.plot(x, y, **style)[0]


def half_step(x):
    """Half the usual distance between neighbours in x (0 days or 0.0 if there are none)."""
    steps = pd.Series(np.diff(x)).median()
    if pd.isna(steps):
        return np.timedelta64(0, "D") if np.issubdtype(x.dtype, np.datetime64) else 0.0
    return steps.to_numpy() / 2 if isinstance(steps, pd.Timedelta) else steps / 2


def event_spans(x, events):
    """Return the (start, end) of every event on the axis of `x`, as the plot functions get them.

    Each reaches half a step of `x` beyond its first and last row, as a row stands for a time span.

    Raises
    ------
    ValueError
        If `events` has other kinds of time than `x`: dates for numbers or numbers for dates.
    """
    if not len(events):
        return []
    margin = half_step(x)
    starts, ends = (
        check_same_kind(name, to_x(name, events[column]), x)
        for name, column in (("events['start']", "start"), ("events['end']", "end"))
    )
    return list(zip(starts - margin, ends + margin, strict=True))


def check_same_kind(name, x, reference):
    """Return `x` if both are dates or both numbers, else raise ValueError."""
    dates = [np.issubdtype(array.dtype, np.datetime64) for array in (reference, x)]
    if len(x) and dates[0] != dates[1]:
        wanted, got = ("dates", "numbers") if dates[0] else ("numbers", "dates")
        raise ValueError(f"{name} must hold {wanted} like the data it goes with, got {got}")
    return x


def shade(ax, span, **style):
    """Shade one event; its edge keeps an event of one row visible in a long log."""
    return ax.axvspan(*span, linewidth=1, **style)


def legend_above(ax, handles):
    """Put the legend above the axes, where it covers no data, in as many rows as the width needs.

    In a figure without a layout engine, which cannot make room, a legend that would be cut off goes
    inside instead.
    """
    figure = ax.figure.figure
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)  # the axes get their width
    for n_columns in range(len(handles), 0, -1):
        legend = ax.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            borderaxespad=0.2,
            ncols=n_columns,
            frameon=False,
        )
        box = legend.get_window_extent()
        if box.width <= ax.get_window_extent().width:
            break
    if engine is None and box.y1 > figure.bbox.y1:
        ax.legend(handles=handles, loc="best", fontsize="small")
