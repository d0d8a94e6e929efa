"""From what users have (long frame, Series, wide frame) to a `Panel`."""

import numpy as np
import pandas as pd
from pandas.api.types import infer_dtype

from tsrnn._times import plain_index
from tsrnn._validation import check_column, check_once, shown
from tsrnn.forecasting.assembly import assemble, raw_codes
from tsrnn.forecasting.panel import Form


def to_panel(df, *, freq=None, id_col="unique_id", time_col="ds", target_col="y", covariates=None):
    """Read a long frame, a Series or a wide frame.

    Parameters
    ----------
    df : DataFrame or Series
        A long frame with an identifier, a time and a target column (without the identifier column:
        one series), rows in any order; a Series; or a wide frame with one numeric column per
        series. Series and wide frame have an increasing DatetimeIndex, PeriodIndex or integer
        index. Times may also be integers or ISO 8601 strings in a long frame. Missing rows become
        NaN.
    freq : str, int or pandas offset, optional
        Frequency; None infers it from the most common step.
    id_col, time_col, target_col : str
        Column names of a long frame.
    covariates : Covariates, optional
        What else to read of a long frame; None for nothing.

    Returns
    -------
    Panel
        The series of a long frame sorted by identifier, those of a wide frame in its order; each
        regular and starting with an observation.

    Raises
    ------
    TypeError
        If `df` is neither a DataFrame nor a Series, or the times or `freq` have a wrong type.
    ValueError
        If `df` is empty, or lacks a column or has it twice, the target has a value that is not a
        number or is infinite, a series has only NaN, an identifier or a time is missing, a series
        has a time twice, the index of a Series or wide frame is not sorted, the times do not lie on
        the frequency, or, where it is inferred, a series clearly has another one.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-04"])
    >>> panel = to_panel(pd.Series([1.0, 2.0, 4.0], index=days, name="sales"))
    >>> panel.series(0), panel.season_length
    (array([ 1.,  2., nan,  4.]), 7)
    """
    rows = read_rows(df, id_col, time_col, target_col)
    if covariates is None:
        return assemble(*rows, freq)
    return covariates.with_static(assemble(*rows, freq, covariates.read(df)))


def read_rows(df, *names):
    """Return the rows of `df` as `assemble` wants them; see `to_panel`."""
    if not isinstance(df, pd.DataFrame | pd.Series):
        raise TypeError(f"df must be a pandas DataFrame or Series, got {type(df).__name__}")
    if df.size == 0:
        raise ValueError(f"df is empty: shape {df.shape}")
    if isinstance(df, pd.Series):
        return _read_wide(df.to_frame(df.name if df.name is not None else "y"), "series", *names)
    if is_wide(df, *names[:2]):
        return _read_wide(df, "wide", *names)
    return _read_long(df, *names)


def is_wide(df, id_col, time_col):
    """Return whether a DataFrame is wide, with one column per series."""
    if time_col in df.columns or id_col in df.columns:
        return False
    index = plain_index(df.index)
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        return True
    if not all(pd.api.types.is_numeric_dtype(dtype) for dtype in df.dtypes):
        return False
    return pd.api.types.is_integer_dtype(index.dtype) or _begins_with_time(index)


def _begins_with_time(index):
    """Return whether an index of texts or dates begins with one that is a time."""
    if infer_dtype(index, skipna=True) not in ("string", "date", "datetime"):
        return False
    return pd.to_datetime(index[:1], format="ISO8601", errors="coerce").notna().all()


def _read_long(df, id_col, time_col, target_col):
    check_long(df, id_col, time_col, target_col)
    stamps = read_stamps(df[time_col], f"time_col {time_col!r}")
    y = _read_values(df[target_col], f"target_col {target_col!r}")
    if id_col in df.columns or id_col != "unique_id":
        check_column("id_col", id_col, df.columns)
        codes, ids = pd.factorize(df[id_col], sort=True)
    else:
        codes, ids, id_col = np.zeros(len(df), dtype=np.int64), pd.Index([target_col]), None
    if (codes < 0).any():
        row = int(np.argmax(codes < 0))
        raise ValueError(f"id_col {id_col!r} has a missing value in row {row}")
    if stamps.hasnans:
        row = int(np.argmax(stamps.isna()))
        raise ValueError(f"time_col {time_col!r} has a missing time in row {row}")
    form = Form("long", id_col, time_col, target_col)
    return pd.Index(ids), codes, stamps, y, form


def check_long(df, id_col, time_col, target_col):
    """Raise ValueError unless a long frame has its times and its target as columns."""
    levels = [name for name in df.index.names if name in (id_col, time_col)]
    if levels:
        raise ValueError(
            f"df has {' and '.join(map(repr, levels))} in its index: use df.reset_index()"
        )
    try:
        for name, column in (("time_col", time_col), ("target_col", target_col)):
            check_column(name, column, df.columns)
    except ValueError as error:
        remedy = _wide_remedy(df)
        if remedy is None or id_col in df.columns:
            raise
        raise ValueError(f"{error}; if each column is a series, {remedy}") from None


def _wide_remedy(df):
    """Return what makes a frame a wide one, None if it looks like none."""
    times = [name for name in df.columns if pd.api.types.is_datetime64_any_dtype(df[name])]
    rest = df.columns.difference(times, sort=False)
    if not all(pd.api.types.is_numeric_dtype(dtype) for dtype in df[rest].dtypes):
        return None
    if len(times) == 1:
        return f"make the times the index: df.set_index({times[0]!r})"
    if not times and not pd.api.types.is_integer_dtype(df.index.dtype):
        return f"its index must hold datetimes, periods or integers, got {df.index.dtype}"
    return None


def _read_wide(df, kind, id_col, time_col, target_col):
    if df.columns.nlevels > 1:
        raise ValueError(
            f"the columns of df have {df.columns.nlevels} levels; make them one, the names of the "
            "series: df.columns = ['_'.join(map(str, names)) for names in df.columns]"
        )
    check_once(df.columns[df.columns.duplicated()], df.columns)
    index = df.index
    stamps = read_stamps(index, "the index of df")
    if stamps.hasnans:
        raise ValueError(f"the index of df has a missing time in row {np.argmax(stamps.isna())}")
    raw = raw_codes(stamps)
    if (raw[1:] < raw[:-1]).any():
        row = int(np.argmax(raw[1:] < raw[:-1])) + 1
        raise ValueError(
            f"the index of df is not sorted: {stamps[row]} comes after {stamps[row - 1]}; "
            "use df.sort_index()"
        )
    y = [_read_values(df.iloc[:, i], f"column {df.columns[i]!r}") for i in range(df.shape[1])]
    n_rows, n_series = df.shape
    codes = np.repeat(np.arange(n_series), n_rows)
    tiled = stamps if n_series == 1 else stamps.take(np.tile(np.arange(n_rows), n_series))
    if kind == "series":
        # A series may be called as a backtest calls its times, until they become the index.
        time_col = "time" if df.columns[0] == time_col else time_col
        form = Form(kind, None, time_col, df.columns[0], index.name)
    else:
        form = Form(kind, id_col, time_col, target_col, index.name, df.columns.name)
    return df.columns, codes, tiled, np.concatenate(y), form


def check_same_ids(ids, known, what):
    """Raise TypeError if `ids` are text and those `known` are none, or the other way round.

    None of them would be found among the others, '7' among 7 and 8 for example.
    """
    kinds = [infer_dtype(some.astype(object)) == "string" for some in (ids, known)]
    if len(ids) and kinds[0] != kinds[1]:
        raise TypeError(
            f"{what} must have identifiers like those of the series, such as {shown(known[0])}, "
            f"got {shown(ids[0])}"
        )


def kind_of_times(stamps):
    """Return what two kinds of times must share to be compared."""
    return type(stamps).__name__, getattr(stamps, "tz", None) is None


def read_stamps(values, what):
    """Return datetimes, periods or int64 as an Index."""
    stamps = plain_index(values)
    if infer_dtype(stamps, skipna=True) in ("string", "date", "datetime"):
        return _read_iso(stamps, what)
    if isinstance(stamps, pd.DatetimeIndex | pd.PeriodIndex):
        return stamps
    if pd.api.types.is_integer_dtype(stamps.dtype) and not stamps.hasnans:
        return pd.Index(stamps.to_numpy(dtype=np.int64))
    raise TypeError(f"{what} must hold datetimes, periods or integers, got {stamps.dtype}")


def _read_iso(stamps, what):
    """Return texts or dates as a DatetimeIndex."""
    try:
        return pd.DatetimeIndex(pd.to_datetime(stamps, format="ISO8601"))
    except ValueError:
        read = pd.to_datetime(stamps, format="ISO8601", errors="coerce", utc=True)
    wrong = read.isna() & stamps.notna()
    if not wrong.any():
        raise ValueError(
            f"{what} mixes differences from UTC, as summer and winter time do; make it one zone: "
            "pd.to_datetime(..., utc=True).dt.tz_convert(...)"
        )
    row = int(np.argmax(wrong))
    raise ValueError(
        f"{what} has {stamps[row]!r} in row {row}, which is no time in ISO 8601 like "
        "'2024-12-31'; convert it: pd.to_datetime(..., format=...)"
    )


def _read_values(column, what):
    """Return the column as float64 with NaN for missing values."""
    if pd.api.types.is_numeric_dtype(column.dtype) and column.dtype.kind != "c":
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    if column.dtype == object:
        numbers = pd.to_numeric(column, errors="coerce")
        texts = column.map(lambda value: isinstance(value, str))
        wrong = (numbers.isna() & column.notna()) | texts
        if not wrong.any():
            return numbers.to_numpy(dtype=np.float64)
        value = column[wrong].iloc[0]
    else:
        value = column.dropna().iloc[0] if column.notna().any() else column.iloc[0]
    raise ValueError(f"{what} must be numeric, got {value!r} (dtype {column.dtype})")
