"""Columns as heights to draw: numbers as they are, texts in alphabetical order."""

import numpy as np
import pandas as pd

_MOST_NAMED = 12


def heights(column):
    """Heights (n,) of the values of a column (Series), NaN where missing; and names of the heights.

    The names, a list, are those of 0, 1, ... if the column holds at most 12 different texts.

    Examples
    --------
    >>> heights(pd.Series(["on", "off", None]))
    (array([ 1.,  0., nan]), ['off', 'on'])
    """
    try:
        return column.to_numpy(dtype=float, na_value=np.nan), []
    except (TypeError, ValueError):
        texts = column.astype(object).map(str, na_action="ignore")
    codes, names = pd.factorize(texts, sort=True)
    return np.where(codes < 0, np.nan, codes), list(names) if len(names) <= _MOST_NAMED else []
