"""Text channels: their levels, and the numbers that stand for them."""

import numbers

import numpy as np
import pandas as pd

MOST_LEVELS = 32
# A level in fewer rows teaches a forecast those rows instead of what the level means.
_FEWEST_ROWS, _FEWEST_SHARE = 50, 0.05


def categories_of(estimator):
    """Levels of the text channels that `estimator` was fitted on, by name."""
    return getattr(estimator, "categories_", {})


def is_text(column):
    """Whether a column (Series) is text: strings, also among other objects, or categories."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype | pd.StringDtype):
        return True
    return dtype.kind == "O" and any(isinstance(value, str) for value in column)


def find_levels(name, column):
    """Levels of a text channel.

    Parameters
    ----------
    name : str
        For messages.
    column : Series

    Returns
    -------
    tuple of str
        Sorted; numbers among them as text, without spaces around.

    Raises
    ------
    ValueError
        If there are more than 32, or so many that one is seen in less than two rows on average:
        names of rows or remarks rather than states.
    TypeError
        If it holds objects that are neither text nor numbers.
    """
    codes, texts = _factorize(name, column)
    levels = tuple(sorted(set(texts)))
    if are_few(len(levels), int((codes >= 0).sum())):
        return levels
    raise ValueError(
        f"channel {name!r} is text with {len(levels)} different values in {len(column)} rows, such "
        f"as {texts[0]!r}; at most {MOST_LEVELS}, each in two rows or more on average, can help to "
        f"predict the other channels: {_advice(name, column)}"
    )


def are_few(n_levels, n_values):
    """Whether `n_levels` distinct among `n_values` texts are states that come again."""
    return n_levels <= min(MOST_LEVELS, n_values // 2)


def encode(name, column, levels):
    """Places (n,) in `levels`, of others their number, NaN where missing."""
    codes, texts = _factorize(name, column)
    places = np.append([_place(text, levels) for text in texts], np.nan)
    return places[codes].astype(np.float64)


def encode_one(value, levels):
    """Place of a single value, see `encode`."""
    if not isinstance(value, str) and pd.isna(value) is True:
        return np.nan
    return float(_place(_text(value), levels))


def one_hot(codes, n_levels):
    """Numbers that stand for each place: a column for each level, centred, of joint deviation 1.

    Two levels share a column, since each is the absence of the other; a level in few of the rows
    has none.

    Parameters
    ----------
    codes : ndarray of shape (n,)
        From ``encode``, of training rows.
    n_levels : int

    Returns
    -------
    ndarray of shape (n_levels + 1, n_columns)
        By place. Rows of zeros, the mean, stand for levels of which too little is known.
    """
    shown = codes[~np.isnan(codes)].astype(np.intp)
    count = np.bincount(shown, minlength=n_levels)[:n_levels]
    known = np.flatnonzero(count >= min(_FEWEST_ROWS, _FEWEST_SHARE * len(codes)))
    table = np.zeros((n_levels + 1, len(known)))
    table[known, np.arange(len(known))] = 1.0
    if len(known) == 2:
        table = table[:, 1:]
    columns = table[shown[np.isin(shown, known)]]
    if len(known) < 2:
        return np.zeros((n_levels + 1, 0))
    table = (table - columns.mean(axis=0)) / np.sqrt(columns.var(axis=0).sum())
    table[np.setdiff1d(np.arange(n_levels + 1), known)] = 0.0
    return table


def _factorize(name, column):
    """Places (n,) of the values among distinct texts, -1 where missing, and these texts."""
    try:
        codes, values = pd.factorize(column)
        return codes, [_text(value) for value in values]
    except TypeError as error:
        raise TypeError(f"channel {name!r}: {error}") from error


def _text(value):
    """One text for one value, whatever its type: 3, 3.0 and "3" are the same level."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_):
        return str(int(value)) if float(value).is_integer() else str(value)
    if np.ndim(value):
        raise TypeError(f"{value!r} is neither text nor a number")
    return str(value)


def _place(text, levels):
    return levels.index(text) if text in levels else len(levels)


def _advice(name, column):
    """Say what to do with a channel of too many texts."""
    as_numbers = pd.to_numeric(column.astype(object), errors="coerce")
    wrong = (as_numbers.isna() & column.notna()).to_numpy()
    n_values = int(column.notna().sum())
    if not wrong.any():
        return f"it holds numbers as text, convert them by pd.to_numeric(X[{name!r}])"
    if wrong.sum() < n_values / 2:
        row = int(wrong.argmax())
        return f"most are numbers, correct those that are not, {column.iloc[row]!r} in row {row}"
    return (
        f"drop it, X.drop(columns={name!r}), or group its values; if it is the time, make it the "
        f"index, X.set_index(pd.to_datetime(X[{name!r}])).drop(columns={name!r})"
    )
