"""Covariates as numbers: the other columns of a long frame, and one row per series beside it."""

import numbers
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tsrnn._validation import check_once, shown
from tsrnn.forecasting.frames import check_long, check_same_ids, is_wide

# A column with more is an identifier or a text.
_MAX_CATEGORIES = 100


@dataclass(frozen=True)
class Covariates:
    """How to read the covariates of a frame.

    Parameters
    ----------
    names : tuple of str
        Columns of the frame, then those of the table of series.
    categories : dict of str to list
        Of the columns that hold no numbers.
    static_names : tuple of str
        Those of the table of series.
    static_ids : Index of shape (n_ids,), optional
    static : ndarray of shape (n_ids, n_static), optional
    """

    names: tuple
    categories: dict
    static_names: tuple = ()
    static_ids: pd.Index | None = None
    static: np.ndarray | None = None

    @classmethod
    def learn(cls, df, static_df=None, *, id_col, time_col, target_col):
        """Return the covariates of a fit, None if there are none.

        Parameters
        ----------
        df : DataFrame or Series
            Long frame; other forms have no covariates.
        static_df : DataFrame or None
        id_col, time_col, target_col : str
            The columns of `df` that are no covariates.

        Raises
        ------
        TypeError, ValueError
            If a column is there twice or holds neither numbers nor at most 100 categories, or
            `static_df` has no or not one row per series, or the series have no identifiers.
        """
        if not isinstance(df, pd.DataFrame) or is_wide(df, id_col, time_col):
            if static_df is not None:
                raise ValueError("static_df can only be used with a long frame")
            return None
        check_long(df, id_col, time_col, target_col)
        columns = [name for name in df.columns if name not in (id_col, time_col, target_col)]
        static_columns = _static_columns(static_df, columns, df, id_col)
        if not columns and not static_columns:
            return None
        check_once(columns, df.columns)
        categories = {name: _categories(df[name]) for name in columns}
        categories |= {name: _categories(static_df[name]) for name in static_columns}
        known = {name: found for name, found in categories.items() if found is not None}
        covariates = cls((*columns, *static_columns), known, tuple(static_columns))
        if not static_columns:
            return covariates
        table = covariates._numbers(static_df, static_columns, "static_df")
        return replace(covariates, static_ids=pd.Index(static_df[id_col]), static=table)

    @property
    def columns(self):
        """Names of the columns that change in time."""
        return self.names[: len(self.names) - len(self.static_names)]

    def read(self, df):
        """Return the columns of a long frame as numbers, (n_rows, n_columns), NaN for missing.

        Raises
        ------
        ValueError
            If `df` is no long frame, or a column is not there or holds something else than in the
            fit.
        """
        if not isinstance(df, pd.DataFrame):
            raise ValueError(f"df must be a long frame with the covariates {list(self.columns)}")
        missing = [name for name in self.columns if name not in df.columns]
        if missing:
            raise ValueError(f"df lacks the covariates {missing}, which fit got")
        return self._numbers(df, self.columns, "df")

    def read_ahead(self, X_df, names):
        """Return the columns `names` of covariates in the future as numbers."""
        return self._numbers(X_df, names, "X_df")

    def with_static(self, panel):
        """Return `panel` with the covariates of its series behind those that change in time."""
        panel = replace(panel, covariates=self)
        if self.static is None:
            return panel
        check_same_ids(panel.ids, self.static_ids, "df")
        rows = np.vstack([self.static, np.full(self.static.shape[1], np.nan)])
        own = rows[self.static_ids.get_indexer(panel.ids)]
        x = np.hstack([panel.x, np.repeat(own, panel.lengths, axis=0)])
        return replace(panel, x=x)

    def _numbers(self, df, names, what):
        check_once(names, df.columns, what)
        columns = [self._column(df[name], name, what) for name in names]
        return np.column_stack(columns) if columns else np.empty((len(df), 0))

    def _column(self, column, name, what):
        if name in self.categories:
            known = self.categories[name]
            place = pd.Index(known).get_indexer(column.astype(object))
            # One that fit did not see is none of those that it did.
            place = np.where(place < 0, len(known), place).astype(np.float64)
            return np.where(column.isna(), np.nan, place)
        column = _plain(column)
        if not pd.api.types.is_numeric_dtype(column.dtype) and column.notna().any():
            value = column.dropna().iloc[0]
            raise ValueError(
                f"covariate {name!r} of {what} must be numeric as in fit, got {value!r}"
            )
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        if np.isinf(values).any():
            row = column.index[int(np.argmax(np.isinf(values)))]
            raise ValueError(f"covariate {name!r} of {what} is infinite in row {row}")
        return values


def _plain(column):
    """Return a column without categories, of the dtype of its values."""
    if column.dtype == "category":
        column = column.astype(object)
    return column.infer_objects()


def _static_columns(static_df, columns, df, id_col):
    if static_df is None:
        return []
    if not isinstance(static_df, pd.DataFrame):
        raise TypeError(f"static_df must be a DataFrame, got {type(static_df).__name__}")
    if id_col not in static_df.columns:
        raise ValueError(
            f"static_df must have the column {id_col!r}, got {list(static_df.columns)}"
        )
    if id_col not in df.columns:
        raise ValueError(
            f"static_df needs series with identifiers, got a df without the column {id_col!r}"
        )
    check_once(static_df.columns, static_df.columns, "static_df")
    twice = static_df[id_col].duplicated()
    if twice.any():
        raise ValueError(
            f"static_df must have one row per series, got several of "
            f"{static_df.loc[twice, id_col].iloc[0]!r}"
        )
    ids = pd.Index(df[id_col].unique())
    check_same_ids(pd.Index(static_df[id_col]), ids, "static_df")
    missing = ids.difference(static_df[id_col])
    if len(missing):
        raise ValueError(f"static_df has no row of series {shown(missing[0])}")
    names = [name for name in static_df.columns if name != id_col]
    both = sorted(set(names) & set(columns))
    if both:
        raise ValueError(f"static_df and df both have the columns {both}")
    return names


def _categories(column):
    """Return the categories of a column, None if it holds numbers."""
    if pd.api.types.is_numeric_dtype(column.dtype) and column.dtype.kind != "c":
        return None
    values = column.dropna().astype(object)
    names = values.map(lambda value: isinstance(value, str | bool)).to_numpy(dtype=bool)
    # Numbers in a column of categories are names too, whoever made it says.
    are_names = column.dtype == "category" and pd.api.types.is_numeric_dtype(_plain(column).dtype)
    if not (names.all() or are_names):
        wrong = values[~names].iloc[0]
        if not names.any() and all(isinstance(value, numbers.Real) for value in values):
            return None
        raise TypeError(
            f"covariate {column.name!r} must hold numbers, or names only, got {wrong!r}; leave the "
            "column out or turn it into one of these"
        )
    found = _plain(values).unique().tolist() if are_names else set(values)
    found = sorted(found, key=None if are_names else str)
    if len(found) > _MAX_CATEGORIES:
        raise ValueError(
            f"covariate {column.name!r} has {len(found)} categories, at most {_MAX_CATEGORIES} are "
            "accepted; leave the column out or group its values"
        )
    return found
