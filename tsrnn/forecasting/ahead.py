"""Covariates that are known in the steps to forecast."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tsrnn._validation import check_once, shown
from tsrnn.forecasting.assembly import raw_codes
from tsrnn.forecasting.frames import check_same_ids, kind_of_times, read_stamps

_SHOWN = 3


@dataclass(frozen=True)
class Ahead:
    """Covariates in the next steps of each series of a panel.

    Parameters
    ----------
    names : tuple of str
    values : ndarray of shape (n_series, h, n_names)
    """

    names: tuple
    values: np.ndarray

    def of(self, names, h):
        """Return the values of some covariates in the next `h` steps, (n_series, h, n_names).

        What is not known beyond the steps given stays as it is last.
        """
        places = [self.names.index(name) for name in names]
        steps = np.minimum(np.arange(h), self.values.shape[1] - 1)
        return self.values[:, :, places][:, steps]


def read_ahead(X_df, covariates, panel, h):
    """Read the covariates of the `h` steps after each series of `panel`.

    Parameters
    ----------
    X_df : DataFrame
    covariates : Covariates
    panel : Panel
    h : int

    Raises
    ------
    TypeError
        If `X_df` is no DataFrame, or its times or identifiers are of another kind than those of
        the panel.
    ValueError
        If it lacks the column of identifiers or times, holds no covariate, or a column, row or
        value that is needed is missing, or there twice; the message names them.
    """
    form = panel.form
    if not isinstance(X_df, pd.DataFrame):
        raise TypeError(f"X_df must be a DataFrame, got {type(X_df).__name__}")
    for column in [form.id_col, form.time_col]:
        if column is not None and column not in X_df.columns:
            raise ValueError(f"X_df must have the column {column!r}, got {list(X_df.columns)}")
    check_once([form.id_col, form.time_col], X_df.columns, "X_df")
    names = tuple(name for name in covariates.columns if name in X_df.columns)
    if not names:
        raise ValueError(
            f"X_df holds none of the covariates {list(covariates.columns)}, "
            f"got {list(X_df.columns)}"
        )
    future = panel.axis.decode(panel.future_codes(h).reshape(-1))
    stamps = read_stamps(X_df[form.time_col], f"time_col {form.time_col!r} of X_df")
    if kind_of_times(stamps) != kind_of_times(future):
        raise TypeError(
            f"X_df must have times like those of fit, {future.dtype}, got {stamps.dtype}"
        )
    series = np.repeat(np.arange(len(panel)), h)
    ids = np.zeros(len(X_df), int)
    if form.id_col is not None:
        given = pd.Index(X_df[form.id_col])
        check_same_ids(given, panel.ids, "X_df")
        ids = panel.ids.get_indexer(given)
    of_panel = np.flatnonzero(ids >= 0)
    rows = pd.MultiIndex.from_arrays([ids, raw_codes(stamps.astype(future.dtype))])[of_panel]
    wanted = pd.MultiIndex.from_arrays([series, raw_codes(future)])
    if rows.has_duplicates:
        i, _ = rows[rows.duplicated()][0]
        raise ValueError(f"X_df has a time of series {shown(panel.ids[i])} more than once")
    place = rows.get_indexer(wanted)
    _refuse(place < 0, "X_df lacks rows", panel, series, future)
    values = covariates.read_ahead(X_df.iloc[of_panel[place]], names)
    for k, name in enumerate(names):
        _refuse(np.isnan(values[:, k]), f"X_df lacks values of {name!r}", panel, series, future)
    return Ahead(names, values.reshape(len(panel), h, -1))


def _refuse(missing, what, panel, series, stamps):
    if not missing.any():
        return
    rows = np.flatnonzero(missing)
    first = ", ".join(f"({shown(panel.ids[series[i]])}, {stamps[i]})" for i in rows[:_SHOWN])
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    remedy = ""
    if (panel.last[series[rows]] < panel.last.max()).any():
        remedy = (
            "; a series that ends before others is forecast from its own end on: leave it out, or "
            "let it end with them by a row without target"
        )
    raise ValueError(f"{what} that the forecast needs: {first}{more}{remedy}")
