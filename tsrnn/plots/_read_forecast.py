"""One series out of a history and a forecast in any of their forms: long, Series, wide."""

import re
from dataclasses import dataclass

import pandas as pd

from tsrnn._validation import check_choice, check_real
from tsrnn.plots._axes import check_columns

_BOUND = re.compile(r"(?P<model>.+)-(?P<side>lo|hi)-(?P<level>\d+(?:\.\d+)?)")
_QUANTILE = re.compile(r"(?P<model>.+)-q(?P<quantile>\d*\.?\d+)")
# Form of the history -> forms of the forecast. A frame of models over time counts as "wide".
_GOES_WITH = {"series": ("series", "wide"), "long": ("long",), "wide": ("wide", "long")}


@dataclass(frozen=True)
class SeriesToPlot:
    """One series, whatever the form it came in.

    Attributes
    ----------
    name : str
        Its id, or the name of the Series.
    observed, actual : Series
        Values indexed by time; `actual` is None if not known.
    frame : DataFrame
        Forecasts indexed by time, with `cutoff` where it came with one.
    labels : dict
        Column of `frame` -> name to show, one per model.
    intervals : dict
        Column -> {level in percent: (lo column, hi column)}, widest level first.
    """

    name: str
    observed: pd.Series
    actual: pd.Series | None
    frame: pd.DataFrame
    labels: dict
    intervals: dict


def usual_names(data, id_col, time_col, target_col):
    """Return a frame under the names `unique_id`, `ds` and `y`; anything else as it is."""
    if not isinstance(data, pd.DataFrame):
        return data
    names = {id_col: "unique_id", time_col: "ds", target_col: "y"}
    changed = {old: new for old, new in names.items() if old != new and old in data.columns}
    # A column that has such a name by chance is something else.
    taken = [new for new in changed.values() if new in data.columns and new not in changed]
    return data.drop(columns=taken).rename(columns=changed) if changed else data


def read_series(history, forecast, id, model, levels, actual):
    """Pick one series, its models and intervals; raises as `plot_forecast` says."""
    id = _choose_id(history, forecast, id)
    observed = _read_values("history", history, id)
    frame, target, labels = read_columns(forecast, id, observed.name)
    labels = choose_models(labels, model)
    if actual is not None:
        actual = _read_values("actual", actual, id)
    elif target is not None:
        actual = frame.loc[~frame.index.duplicated(), target].sort_index()
    name = observed.name if id is None else id
    return SeriesToPlot(
        name="" if name is None else str(name),
        observed=observed,
        actual=actual,
        frame=frame,
        labels=labels,
        intervals=read_levels(frame, list(labels), levels),
    )


def _form_of(name, data):
    """Return "series", "long" (a frame with a column ds) or "wide" (any other frame)."""
    if isinstance(data, pd.Series):
        return "series"
    if not isinstance(data, pd.DataFrame):
        raise TypeError(f"{name} must be a DataFrame or a Series, got {type(data).__name__}")
    if "unique_id" in data.columns:
        check_columns(name, data, ("unique_id", "ds"))
    if "ds" in data.columns:
        return "long"
    dates = [column for column, dtype in data.dtypes.items() if column != "cutoff"
             and pd.api.types.is_datetime64_any_dtype(dtype)]  # fmt: skip
    if dates:
        raise ValueError(
            f"{name} has times in the column {dates[0]!r}: say so, time_col={dates[0]!r}, and name "
            "id_col and target_col too if they are not unique_id and y"
        )
    return "wide"


def _choose_id(history, forecast, id):
    """Return the id to draw (None for the only series of a form without ids)."""
    form, other = _form_of("history", history), _form_of("forecast", forecast)
    if other not in _GOES_WITH[form]:
        raise ValueError(
            f"forecast must be in a form that goes with a {form} history "
            f"({' or '.join(_GOES_WITH[form])}), got a {other} one"
        )
    known = [None]
    if form != "series":
        observed = set(ids_of(history))
        known = [name for name in ids_of(forecast) if name in observed]
    return choose(id, known, "both history and forecast")


def choose(id, known, where):
    """Return `id` if it is among those `known`, of None the first."""
    if id is None and known:
        return known[0]
    if id not in known:
        some = ", ".join(map(repr, known[:5])) + (", ..." if len(known) > 5 else "")
        there = "one series without id" if known == [None] else some or "no series"
        raise ValueError(f"id={id!r} is not in {where}; there is {there}")
    return id


def choose_models(labels, model):
    """Return those of `labels` that `model` names, one or several; of None all."""
    if model is None:
        return labels
    several = pd.api.types.is_list_like(model)
    names = [check_choice("model", name, labels) for name in (model if several else [model])]
    if not names:
        raise ValueError("model must name at least one model, got none")
    return {name: labels[name] for name in names}


def ids_of(frame):
    """Return the identifiers in a long or wide frame, [None] if it has none."""
    if "ds" not in frame.columns:
        return frame.columns.get_level_values(0).unique()
    return pd.unique(frame["unique_id"]) if "unique_id" in frame.columns else [None]


def _rows_of(frame, id):
    """Return the rows of a long frame that belong to `id`, in order of time."""
    if "unique_id" in frame.columns:
        frame = frame.loc[frame["unique_id"] == id]
    return frame.sort_values("ds", kind="stable").set_index("ds")


def _read_values(name, data, id):
    """Return the observed values of `id` as a Series indexed by time."""
    form = _form_of(name, data)
    if form == "series":
        return data
    if form == "long":
        check_columns(name, data, ("ds", "y"))
        values = _rows_of(data, id)["y"]
    else:
        check_columns(name, data, (id,))
        values = data[id]
    if not len(values):
        raise ValueError(f"{name} has no rows for id={id!r}")
    return values


def read_columns(forecast, id, observed_name):
    """Return the rows of `id` indexed by time, the column of held-out values, the labels."""
    form = _form_of("forecast", forecast)
    if form == "series":
        name = "forecast" if forecast.name is None else forecast.name
        return forecast.to_frame(name), None, {name: str(name)}
    several = isinstance(forecast.columns, pd.MultiIndex)
    if form == "wide" and id is not None and not several:
        return forecast[[id]], None, {id: "forecast"}
    if several:
        forecast = forecast[id]
    frame = _rows_of(forecast, id) if form == "long" else forecast
    # A cross-validation holds the target: y, or under its own name if it came as a Series.
    targets = ("y", observed_name) if "cutoff" in frame.columns else ()
    target = next((column for column in frame.columns if column in targets), None)
    models = [
        column
        for column in frame.select_dtypes("number").columns
        if column not in ("y", "cutoff", target)
        and not _BOUND.fullmatch(str(column))
        and not _QUANTILE.fullmatch(str(column))
    ]
    if not models:
        raise ValueError(
            "forecast has no column with a model's forecast; "
            f"it has {', '.join(map(repr, frame.columns[:20])) or 'none'}"
        )
    return frame, target, {model: str(model) for model in models}


def read_levels(frame, models, levels):
    """Return {model: {level: (lo column, hi column)}}, widest level first."""
    found = {model: _levels_of(frame.columns, model) for model in models}
    if levels is None:
        return found
    wanted = levels if pd.api.types.is_list_like(levels) else [levels]
    wanted = [check_real("levels", v, 0, 100, open_minimum=True, open_maximum=True) for v in wanted]
    known = sorted({level for bounds in found.values() for level in bounds})
    for level in wanted:
        if level not in known:
            there = ", ".join(f"{v:g}" for v in known) or "no intervals"
            raise ValueError(f"levels: the forecast has no {level:g} % interval; it has {there}")
    return {
        model: {level: columns for level, columns in bounds.items() if level in wanted}
        for model, bounds in found.items()
    }


def _levels_of(columns, model):
    sides = {}
    for column in columns:
        level, side = _bound_of(column, model)
        # An interval and the quantiles that bound it are the same.
        if side and level > 0:
            sides.setdefault(level, {}).setdefault(side, column)
    complete = {level: pair for level, pair in sides.items() if len(pair) == 2}
    return {
        level: (complete[level]["lo"], complete[level]["hi"]) for level in sorted(complete)[::-1]
    }


def _bound_of(column, model):
    """Return level and side of the interval that a column bounds, (None, None) for no bound."""
    if bound := _of_model(_BOUND, column, model):
        return float(bound["level"]), bound["side"]
    if found := _of_model(_QUANTILE, column, model):
        quantile = float(found["quantile"])
        return round(100 * abs(2 * quantile - 1), 9), "lo" if quantile < 0.5 else "hi"
    return None, None


def _of_model(pattern, column, model):
    found = pattern.fullmatch(str(column))
    return found if found and found["model"] == str(model) else None
