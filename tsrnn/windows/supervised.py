"""Time series as a table for supervised learning: windows as features, later values as targets."""

import numbers
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tsrnn._validation import check_choice, check_int
from tsrnn.windows.gather import gather, window_ends
from tsrnn.windows.lags import check_steps
from tsrnn.windows.normalization import NORMALIZATIONS
from tsrnn.windows.regular import regularise
from tsrnn.windows.roles import check_roles
from tsrnn.windows.sliding import column_names, lag_names
from tsrnn.windows.table import check_columns, is_list, read_table


@dataclass(frozen=True, eq=False)
class Supervised:
    """Windows and their targets, from `make_supervised`; ``X, y = data`` unpacks the two.

    ``data[rows]`` (a slice, positions or a mask) gives those rows as another `Supervised`.

    Parameters
    ----------
    X : ndarray of shape (n_windows, window * n_features) or DataFrame
        One window per row, time-major, oldest row first.
    y : ndarray of shape (n_windows,) or (n_windows, n_horizons * n_targets), Series or DataFrame
        Targets: all of the first horizon, then all of the next.
    window : int
        Rows in a window.
    location, scale : ndarray of shape (n_windows,) or (n_windows, n_horizons * n_targets), or None
        ``y = (value - location) / scale``; None without normalisation.
    """

    X: object
    y: object
    window: int
    location: np.ndarray | None = None
    scale: np.ndarray | None = None

    def __iter__(self):
        return iter((self.X, self.y))

    def __len__(self):
        return len(self.X)

    def __getitem__(self, rows):
        if isinstance(rows, int | np.integer):
            raise TypeError(f"rows must be a slice or an array, got {rows!r}; use X, y = data")
        X, y = (part.iloc[rows] if hasattr(part, "iloc") else part[rows] for part in self)
        if self.location is None:
            return replace(self, X=X, y=y)
        return replace(self, X=X, y=y, location=self.location[rows], scale=self.scale[rows])

    @property
    def sequences(self):
        """X as an array (n_windows, window, n_features), as recurrent networks read it."""
        values = np.asarray(self.X)
        return values.reshape(len(values), self.window, values.shape[1] // self.window)

    def undo(self, y):
        """Bring targets or predictions back to the scale of the data.

        Parameters
        ----------
        y : array-like, Series or DataFrame of the shape of `self.y`
            Row i belongs to window i.

        Returns
        -------
        ndarray, Series or DataFrame
            ``y * scale + location``, of the kind of `y`.

        Raises
        ------
        ValueError
            If the shape is another.
        """
        y = y if hasattr(y, "iloc") else np.asarray(y)
        if y.shape != self.y.shape:
            raise ValueError(f"y must have the shape {self.y.shape} of the targets, got {y.shape}")
        return y if self.location is None else y * self.scale + self.location


def make_supervised(
    df,
    window,
    horizon=1,
    target=None,
    *,
    features=None,
    id_col=None,
    time_col=None,
    freq=None,
    irregular="raise",
    missing="drop",
    normalize=None,
):
    """Turn time series into windows of past values and the values to predict from them.

    The window of a row ends with the row itself, which gives it its label; its target lies
    `horizon` rows later. No feature is later than its target minus the horizon.

    Parameters
    ----------
    df : DataFrame, Series or array-like of shape (n_timesteps,) or (n_timesteps, n_columns)
        The rows of a DataFrame or Series may come in any order, they are sorted by their time. An
        array is in time order; its columns are named 0, 1, ...
    window : int
        Rows in a window, at least 1.
    horizon : int or iterable of int, default 1
        Steps from the window's last row to the target, at least 0; ``range(1, 25)`` for the next 24
        values. 0 is for targets that are not among the features.
    target : column name or list of them, optional
        Default: all columns but those of identifiers and times.
    features : column name or list of them, optional
        Default: all columns but those of identifiers and times, the targets' past included.
    id_col : column name, optional
        Which series a row belongs to; no window reaches from one into another. Where a column
        seems to tell it that is not named, there is a warning.
    time_col : column name, optional
        Times: datetimes, periods or integers. Default: the index.
    freq : str, int or pandas offset, optional
        Step from row to row. Default: whatever it is, if it is constant in time, in months or in
        business days; to resample, the most common one.
    irregular : {"raise", "resample", "ignore"}, default "raise"
        What happens to gaps and irregular steps. "raise" refuses them. "resample" takes, at each
        time of a grid of step `freq`, the mean of the rows after the time before, and a missing
        value if there is none: no value is later than its label. "ignore" counts rows as steps.
    missing : {"drop", "keep"}, default "drop"
        "drop" leaves out windows with a missing feature or target. "keep" keeps all windows, with
        NaN where a value is missing or a target lies after the end: the last rows are those to
        forecast from.
    normalize : {None, "standard", "minmax", "mean", "last"}, default None
        Subtract and divide, for each window and column: "standard", mean and standard deviation;
        "minmax", minimum and range; "mean", nothing and mean absolute value; "last", last value and
        1. Targets are treated by the window of their own past. `Supervised.undo` undoes it.

    Returns
    -------
    Supervised
        Unpacks as ``X, y``. From a DataFrame or Series: a DataFrame X with columns
        ``<column>_lag<k>``, and y with ``<target>_lead<k>``, labelled with the time of the window's
        last row (with `id_col`: identifier and time). From an array: arrays. y has one
        dimension for one horizon, given as an int, and one target, given as a name. float32 if all
        columns are, else float64. X of a single series is a read-only view where nothing had to be
        left out or normalised: copy it to write.

    Raises
    ------
    TypeError
        If `window` or a horizon is not an integer.
    ValueError
        If an argument is not one of those above; a column does not exist, is named twice or has
        values that are not numbers; an identifier or time is missing or a time repeated in a
        series; rows are irregular (with "raise"), or few rows would become very many (with
        "resample");
        a target is its own feature at horizon 0; or no window is left.

    Examples
    --------
    >>> import pandas as pd
    >>> from tsrnn.windows import make_supervised
    >>> days = pd.date_range("2024-01-01", periods=5)
    >>> df = pd.DataFrame({"y": [1.0, 2.0, 4.0, 8.0, 16.0]}, index=days)
    >>> X, y = make_supervised(df, window=2, horizon=1, target="y")
    >>> X.join(y)
                y_lag1  y_lag0  y_lead1
    2024-01-02     1.0     2.0      4.0
    2024-01-03     2.0     4.0      8.0
    2024-01-04     4.0     8.0     16.0
    >>> data = make_supervised(df, window=2, horizon=1, target="y", normalize="last")
    >>> data.y.to_list(), data.undo(data.y).to_list()
    ([2.0, 4.0, 8.0], [4.0, 8.0, 16.0])
    """
    window = check_int("window", window, 1)
    one_step = isinstance(horizon, numbers.Number)
    horizons = check_steps("horizon", [horizon] if one_step else horizon)
    check_choice("missing", missing, ("drop", "keep"))
    if normalize is not None:
        check_choice("normalize", normalize, NORMALIZATIONS)
    frame, features, targets = _pick(df, features, target, id_col, time_col)
    check_roles(frame, [*features, *targets], id_col, time_col)
    if 0 in horizons and set(targets) & set(features):
        raise ValueError("horizon 0 needs targets that are not among the features: pass features")
    table = regularise(read_table(frame, features, targets, id_col, time_col), irregular, freq)
    rows = window_ends(table, window, horizons, missing)
    X, y, location, scale = gather(table, rows, window, horizons, normalize)
    one_target = np.ndim(df) == 1 if target is None else not is_list(target)
    if one_step and one_target:
        y = y[:, 0]
        location, scale = (None if part is None else part[:, 0] for part in (location, scale))
    if isinstance(df, pd.DataFrame | pd.Series):
        index = table.index_of(rows)
        X = pd.DataFrame(X, index, lag_names(features, range(window - 1, -1, -1)), copy=False)
        names = [f"{name}_lead{step}" for step in horizons for name in targets]
        y = pd.DataFrame(y, index, names) if y.ndim == 2 else pd.Series(y, index, name=names[0])
    return Supervised(X, y, window, location, scale)


def _pick(df, features, target, id_col, time_col):
    """Return the data as a DataFrame, and the names of features and targets."""
    if isinstance(df, pd.Series):
        frame = df.to_frame(*column_names(df))
    else:
        frame = df if isinstance(df, pd.DataFrame) else pd.DataFrame(np.asarray(df), copy=False)
    for name, column in (("id_col", id_col), ("time_col", time_col)):
        if column is not None:
            check_columns(name, [column], frame)
    own = [column for column in frame.columns if column not in (id_col, time_col)]
    features = check_columns("features", own if features is None else features, frame)
    return frame, features, check_columns("target", own if target is None else target, frame)
