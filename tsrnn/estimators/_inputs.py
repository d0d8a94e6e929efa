"""From what users pass as X and y to padded arrays and lengths."""

import numpy as np
from sklearn.utils.validation import check_array, validate_data

from tsrnn._validation import check_int


def is_ragged(sequences):
    """Return whether `sequences` is a list of arrays, one per sample, as opposed to an array."""
    return (
        isinstance(sequences, list | tuple)
        and len(sequences) > 0
        and all(isinstance(s, np.ndarray) or hasattr(s, "iloc") for s in sequences)
    )


def check_sequences(estimator, X, *, reset):
    """Return X as a padded array and its lengths.

    Parameters
    ----------
    estimator : BaseEstimator
        Has `n_channels`; gets `n_features_in_` and `feature_names_in_` where `reset`.
    X : array-like of shape (n_samples, n_timesteps * n_channels), ndarray of shape \
            (n_samples, n_timesteps, n_features), or list of ndarray (n_timesteps_i, n_features)
    reset : bool
        Whether this is `fit`.

    Returns
    -------
    X : ndarray of shape (n_samples, n_timesteps, n_features)
        float64 if X was, else float32; zero at padded steps.
    lengths : ndarray of shape (n_samples,), int64

    Raises
    ------
    ValueError
        If the shape is none of those, a value is not finite, or the number of features is not that
        of `fit`.
    """
    if is_ragged(X):
        X, lengths = pad(X, "X")
        _check_n_features(estimator, X, reset)
        return X, lengths
    # Lists of Python numbers are float64, as NumPy has it; integers become float32.
    dtypes = [np.float32, np.float64]
    if not hasattr(X, "dtype") and not hasattr(X, "dtypes"):
        dtypes.reverse()
    if getattr(X, "ndim", 2) == 3:
        X = check_array(X, dtype=dtypes, allow_nd=True, order="C", input_name="X")
        if 0 in X.shape:
            raise ValueError(
                "X must have at least one sample, time step and feature, got the shape "
                f"{X.shape} (n_samples, n_timesteps, n_features)"
            )
        _check_n_features(estimator, X, reset)
    else:
        n_channels = check_int("n_channels", estimator.n_channels, 1)
        X = validate_data(estimator, X, dtype=dtypes, order="C", reset=reset)
        if X.shape[1] % n_channels:
            raise ValueError(
                f"n_channels={n_channels} does not divide the {X.shape[1]} columns of X: a 2-D row "
                "holds n_timesteps * n_channels values, time-major"
            )
        X = X.reshape(len(X), -1, n_channels)
    return X, np.full(len(X), X.shape[1], np.int64)


def _check_n_features(estimator, X, reset):
    if reset:
        estimator.n_features_in_ = X.shape[2]
        # Names belong to 2-D input, of which an earlier fit may have left some.
        vars(estimator).pop("feature_names_in_", None)
    elif X.shape[2] != estimator.n_features_in_:
        raise ValueError(
            f"X has {X.shape[2]} features, but {type(estimator).__name__} is expecting "
            f"{estimator.n_features_in_} features as input"
        )


def pad(sequences, name):
    """Return a list of (n_timesteps_i, n_features) arrays as one padded array and its lengths."""
    arrays = [
        check_array(s, dtype=[np.float32, np.float64], input_name=f"{name}[{i}]")
        for i, s in enumerate(sequences)
    ]
    widths = {a.shape[1] for a in arrays}
    if len(widths) > 1:
        raise ValueError(
            f"the sequences in {name} must all have the same number of features, got "
            f"{sorted(widths)}"
        )
    lengths = np.array([len(a) for a in arrays], np.int64)
    out = np.zeros((len(arrays), lengths.max(), widths.pop()), np.result_type(*arrays))
    for row, a in zip(out, arrays, strict=True):
        row[: len(a)] = a
    return out, lengths


def pad_targets(y, lengths, name="y"):
    """Return per-step targets as an array (n_samples, n_timesteps[, n_outputs]).

    A list is padded with its first element, which is masked by `lengths` later.

    Raises
    ------
    ValueError
        If a target has not as many steps as its sequence.
    """
    if not isinstance(y, list | tuple):
        y = np.asarray(y)
        if y.ndim < 2 or y.shape[:2] != (len(lengths), lengths.max()):
            raise ValueError(
                f"with return_sequences=True, {name} must have the shape (n_samples, n_timesteps"
                f"[, n_outputs]) = ({len(lengths)}, {lengths.max()}[, n_outputs]), got {y.shape}"
            )
        return y
    arrays = [np.asarray(a) for a in y]
    if len(arrays) != len(lengths):
        raise ValueError(f"{name} has {len(arrays)} sequences, X has {len(lengths)}")
    for i, (a, n) in enumerate(zip(arrays, lengths, strict=True)):
        if a.ndim == 0 or len(a) != n:
            raise ValueError(f"{name}[{i}] must have {n} steps like X[{i}], got shape {a.shape}")
    dtype = np.result_type(*arrays) if arrays[0].dtype.kind != "O" else object
    out = np.empty((len(arrays), lengths.max(), *arrays[0].shape[1:]), dtype)
    out[...] = arrays[0][0]
    for row, a in zip(out, arrays, strict=True):
        row[: len(a)] = a
    return out
