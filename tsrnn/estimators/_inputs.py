"""From what users pass as X to a padded array and lengths."""

import numpy as np
from sklearn.utils.validation import _check_feature_names, check_array, validate_data

from tsrnn._validation import check_int


def is_ragged(sequences):
    """Return whether `sequences` holds one array or frame per sample, as opposed to being one.

    It is a list, a tuple, or a 1-D array of dtype object.
    """
    if isinstance(sequences, np.ndarray) and (sequences.dtype != object or sequences.ndim != 1):
        return False
    return (
        isinstance(sequences, list | tuple | np.ndarray)
        and len(sequences) > 0
        and all(isinstance(s, np.ndarray) or hasattr(s, "iloc") for s in sequences)
    )


def check_sequences(estimator, X, *, reset):
    """Return X as a padded array and its lengths.

    Parameters
    ----------
    estimator : BaseRNN
        Has `n_channels`. Where `reset` it gets `n_features_in_`, `feature_names_in_` (from frames),
        `_n_inputs` (features per time step) and `_fitted_on_rows` (whether X was 2-D).
    X : array-like of shape (n_samples, n_timesteps * n_channels) or \
            (n_samples, n_timesteps, n_features), or list of array-likes of shape \
            (n_timesteps_i, n_features) or (n_timesteps_i * n_channels,)
    reset : bool
        Whether this is `fit`. Afterwards sequences may have any length, 2-D rows that of `fit`
        where `fit` was given such, and the features must be those of `fit`.

    Returns
    -------
    X : ndarray of shape (n_samples, n_timesteps, n_features)
        float64 if X was, else float32; zero at padded steps.
    lengths : ndarray of shape (n_samples,), int64

    Raises
    ------
    ValueError
        If the shape is none of those, a value is not finite, or the features are not those of
        `fit`.
    """
    n_channels = check_int("n_channels", estimator.n_channels, 1)
    if getattr(X, "ndim", 2) > 3:
        raise ValueError(
            f"X must have the dimensions (n_samples, n_timesteps, n_features) at most, got {X.ndim}"
        )
    if is_ragged(X):
        out, lengths = pad([_steps(s, n_channels, f"X[{i}]") for i, s in enumerate(X)])
        _check_features(estimator, out, reset)
        _check_names(estimator, X, reset)
        return out, lengths
    # Lists of Python numbers are float64, as NumPy has it; integers become float32.
    dtypes = [np.float32, np.float64]
    if not hasattr(X, "dtype") and not hasattr(X, "dtypes"):
        X = _nested_list(X)
        dtypes.reverse()
    if getattr(X, "ndim", 2) == 3:
        X = check_array(X, dtype=dtypes, allow_nd=True, order="C", input_name="X")
        if 0 in X.shape:
            raise ValueError(
                "X must have at least one sample, time step and feature, got the shape "
                f"{X.shape} (n_samples, n_timesteps, n_features)"
            )
        _check_features(estimator, X, reset)
        if reset:
            # Names belong to frames, of which an earlier fit may have left some.
            vars(estimator).pop("feature_names_in_", None)
    else:
        X = _check_rows(estimator, X, n_channels, dtypes, reset)
    return X, np.full(len(X), X.shape[1], np.int64)


def _check_rows(estimator, X, n_channels, dtypes, reset):
    """Return 2-D rows as (n_samples, n_timesteps, n_channels)."""
    if reset or estimator._fitted_on_rows:
        X = validate_data(estimator, X, dtype=dtypes, order="C", reset=reset)
    else:
        X = check_array(X, dtype=dtypes, order="C", input_name="X", estimator=estimator)
    n_columns = X.shape[1]
    X = _split(X, n_channels, f"the {n_columns} columns of X: a 2-D row")
    _check_features(estimator, X, reset, f"with n_channels={n_channels}, ")
    if reset:
        estimator.n_features_in_, estimator._fitted_on_rows = n_columns, True
    return X


def _split(rows, n_channels, what):
    if rows.shape[1] % n_channels:
        raise ValueError(
            f"n_channels={n_channels} does not divide {what} holds n_timesteps * n_channels "
            "values, time-major"
        )
    return rows.reshape(len(rows), -1, n_channels)


def _steps(sequence, n_channels, name):
    """Return an element of a list as (n_timesteps, n_features)."""
    shape = np.shape(sequence)
    if 0 in shape or len(shape) not in (1, 2):
        raise ValueError(
            f"{name} must have at least one time step and the shape (n_timesteps, n_features) or "
            f"(n_timesteps * n_channels,), got {shape}"
        )
    a = check_array(sequence, dtype=[np.float32, np.float64], ensure_2d=False, input_name=name)
    if a.ndim == 2:
        return a
    return _split(a[None], n_channels, f"the {len(a)} values of {name}: a 1-D sequence")[0]


def _nested_list(X):
    """Return a list of lists of lists as a 3-D array, anything else as it is."""
    if not (isinstance(X, list | tuple) and X and all(isinstance(x, list | tuple) for x in X)):
        return X
    if len({len(x) for x in X}) > 1:
        raise ValueError(
            "the lists in X have unequal lengths: pass sequences of unequal length as a list of "
            "arrays (n_timesteps_i, n_features)"
        )
    return np.asarray(X, float) if X[0] and isinstance(X[0][0], list | tuple) else X


def _check_features(estimator, X, reset, given=""):
    if reset:
        estimator.n_features_in_ = estimator._n_inputs = X.shape[2]
        estimator._fitted_on_rows = False
    elif X.shape[2] != estimator._n_inputs:
        raise ValueError(
            f"{given}X has {X.shape[2]} feature(s) per time step, but {type(estimator).__name__} "
            f"is expecting {estimator._n_inputs}, as in fit"
        )


def _check_names(estimator, frames, reset):
    """Check the columns of all frames against those of the first or of `fit`."""
    if not reset and estimator._fitted_on_rows:
        # The names are those of columns in rows, not of features.
        return
    for i, frame in enumerate(frames):
        _check_feature_names(estimator, frame, reset=reset and i == 0)


def as_fitted(X, dtype):
    """Return X in the dtype of the fitted weights; ValueError if that cannot hold it."""
    with np.errstate(over="ignore"):
        cast = X.astype(dtype, copy=False)
    if cast is not X and not np.isfinite(cast).all():
        raise ValueError(f"X has values beyond the range of {dtype}, in which the model was fitted")
    return cast


def pad(arrays):
    """Return a list of (n_timesteps_i, n_features) arrays as one padded array and its lengths."""
    widths = {a.shape[1] for a in arrays}
    if len(widths) > 1:
        raise ValueError(
            f"the sequences in X must all have the same number of features, got {sorted(widths)}"
        )
    lengths = np.array([len(a) for a in arrays], np.int64)
    out = np.zeros((len(arrays), lengths.max(), widths.pop()), np.result_type(*arrays))
    for row, a in zip(out, arrays, strict=True):
        row[: len(a)] = a
    return out, lengths
