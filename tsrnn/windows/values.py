"""What users pass in as floating-point numbers."""

import numpy as np
import pandas as pd


def as_floats(X):
    """Return numbers, booleans and missing values as float32 if they all are, else float64.

    Raises
    ------
    ValueError
        If a value is not a number; of a DataFrame, the message names the column.
    """
    if isinstance(X, pd.DataFrame):
        if set(X.dtypes) in ({np.dtype(np.float32)}, {np.dtype(np.float64)}):
            return X.to_numpy()
        columns = [_column(f"column {name!r}", column) for name, column in X.items()]
        return np.column_stack(columns) if columns else np.empty((len(X), 0))
    if isinstance(X, pd.Series):
        return _column("the Series" if X.name is None else f"Series {X.name!r}", X)
    return _column("X", np.asarray(X))


def _column(what, values):
    kind = getattr(values.dtype, "kind", "O")
    if values.dtype == np.float32:
        return np.asarray(values)
    if kind not in "biufO" or (kind == "O" and any(isinstance(v, str) for v in np.ravel(values))):
        raise ValueError(f"{what} must hold numbers, got dtype {values.dtype}")
    try:
        if isinstance(values, pd.Series):
            return values.to_numpy(dtype=np.float64, na_value=np.nan)
        return values.astype(np.float64, copy=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what} must hold numbers: {error}") from None
