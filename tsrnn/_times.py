"""Times in whatever pandas keeps them in."""

import pandas as pd


def plain_index(values):
    """Return times as an Index of NumPy's kinds, or as they are.

    What Arrow keeps, categories and objects become datetimes, periods or numbers, where they are
    such; texts and dates without time of day stay.

    Parameters
    ----------
    values : Series, Index, array or list

    Examples
    --------
    >>> plain_index(pd.Series([2023, 2024], dtype=object)).dtype
    dtype('int64')
    """
    if isinstance(values, list):
        values = pd.Index(values)
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        values = values.astype(dtype.categories.dtype)
    elif isinstance(dtype, pd.ArrowDtype) and hasattr(dtype.pyarrow_dtype, "unit"):
        zone, unit = getattr(dtype.pyarrow_dtype, "tz", None), dtype.pyarrow_dtype.unit
        values = values.astype(f"datetime64[{unit}]" if zone is None
                               else pd.DatetimeTZDtype(unit, zone))  # fmt: skip
    # Said explicitly, since older versions of pandas infer a dtype and warn that they do.
    return pd.Index(values, dtype=values.dtype).infer_objects()
