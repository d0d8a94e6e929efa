"""One series out of a frame of forecasts beside what came: long or indexed by time."""

from dataclasses import dataclass

import pandas as pd

from tsrnn.plots._axes import check_columns
from tsrnn.plots._read_forecast import choose, choose_models, ids_of, read_columns


@dataclass(frozen=True)
class Result:
    """Forecasts of one series and what came.

    Attributes
    ----------
    name : str
        Its id, or the name of the Series.
    frame : DataFrame
        Indexed by time, with `cutoff` and the columns below.
    target : object
        Column of what came.
    labels : dict
        Column of forecasts -> name to show, one per model.
    """

    name: str
    frame: pd.DataFrame
    target: object
    labels: dict

    def actual(self):
        """Return what came, indexed by time, every time once."""
        values = self.frame[self.target]
        return values[~values.index.duplicated()].sort_index()

    def latest(self, model):
        """Return the forecasts of `model`, at every time the one with the latest cutoff."""
        frame = self.frame.sort_values("cutoff", kind="stable")
        return frame.loc[~frame.index.duplicated(keep="last"), model].sort_index()


def read_result(result, id, model):
    """Pick one series and its models.

    Parameters
    ----------
    result : DataFrame
        As from ``cross_validation``.
    id : object
        Identifier, None for the first.
    model : str, list of str or None
        Models, None for all.

    Raises
    ------
    TypeError, ValueError
        As `plot_backtest` says.
    """
    check_columns("result", result, ("cutoff",))
    long = "ds" in result.columns
    if long:
        check_columns("result", result, ("ds", "cutoff", "y"))
    elif before := list(result.columns[: list(result.columns).index("cutoff")]):
        raise ValueError(
            f"result has {', '.join(map(repr, before))} where unique_id and ds are usual: name "
            "them, and the target: id_col, time_col, target_col"
        )
    if not len(result):
        raise ValueError("result must have at least one row, got none")
    id = choose(id, list(ids_of(result)) if long else [None], "result")
    # A Series' target keeps its own name and comes after the cutoff.
    target = "y" if long else _column_after(result, "cutoff")
    frame, target, labels = read_columns(result, id, target)
    labels = choose_models(labels, model)
    name = target if id is None and not long else id
    return Result("" if name is None else str(name), frame, target, labels)


def _column_after(frame, column):
    """Return the column that follows `column`, None if it is the last one."""
    columns = list(frame.columns)
    return next(iter(columns[columns.index(column) + 1 :]), None)
