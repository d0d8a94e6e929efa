"""Targets and weights, one per time step or one per sequence, and which of them count."""

import numpy as np
from sklearn.utils.validation import _check_sample_weight, check_array

from tsrnn.estimators._inputs import is_ragged


def refuse_steps(y):
    """Raise ValueError if `y` holds sequences of unequal length where one target each is wanted."""
    if not isinstance(y, list | tuple) and not is_ragged(y):
        return
    if len({len(a) for a in y if isinstance(a, list | tuple) or getattr(a, "ndim", 0)}) > 1:
        raise ValueError(
            "y holds sequences of unequal length: set return_sequences=True to learn a target for "
            "each time step, or give one target for each sequence"
        )


def pad_steps(values, lengths, name="y"):
    """Return what there is one of per time step as an array (n_samples, n_timesteps[, n]).

    A list is padded with its first element, see `inside`.

    Raises
    ------
    ValueError
        If a sequence has not as many steps as that of X.
    """
    if not isinstance(values, list | tuple) and not is_ragged(values):
        values = np.asarray(values)
        if values.ndim < 2 or values.shape[:2] != (len(lengths), lengths.max()):
            raise ValueError(
                f"with return_sequences=True, {name} must have the shape (n_samples, n_timesteps"
                f"[, n_outputs]) = ({len(lengths)}, {lengths.max()}[, n_outputs]), got "
                f"{values.shape}"
            )
        return values
    if len(values) != len(lengths):
        raise ValueError(f"{name} has {len(values)} sequences, X has {len(lengths)}")
    arrays = [np.asarray(a) for a in values]
    for i, (a, n) in enumerate(zip(arrays, lengths, strict=True)):
        if a.ndim == 0 or len(a) != n:
            raise ValueError(f"{name}[{i}] must have {n} steps like X[{i}], got shape {a.shape}")
    widths = {a.shape[1:] for a in arrays}
    if len(widths) > 1:
        raise ValueError(
            f"the sequences in {name} must all have the same number of outputs, got the shapes "
            f"{sorted(a.shape for a in arrays)}"
        )
    dtype = object if any(a.dtype == object for a in arrays) else np.result_type(*arrays)
    out = np.empty((len(arrays), lengths.max(), *widths.pop()), dtype)
    out[...] = arrays[0][0]
    for row, a in zip(out, arrays, strict=True):
        row[: len(a)] = a
    return out


def inside(lengths):
    """Return which steps of a padded array are real, (n_samples, n_timesteps)."""
    return np.arange(lengths.max()) < lengths[:, None]


def target_weights(sample_weight, X, lengths, target):
    """Return the weights of targets, zero where a target is unknown (NaN) or padded.

    Parameters
    ----------
    sample_weight : array-like of shape (n_samples,), or None
        Where there are targets per time step, also (n_samples, n_timesteps) or a list of
        (n_timesteps_i,).
    X : ndarray of shape (n_samples, n_timesteps, n_features)
    lengths : ndarray of shape (n_samples,)
    target : ndarray of shape (n_samples, n_targets) or (n_samples, n_timesteps, n_targets)

    Returns
    -------
    ndarray, shape of `target`

    Raises
    ------
    ValueError
        If the shape is none of those, a weight is negative or not finite, or none is left above 0.
    """
    every_step = target.ndim == 3
    known = np.isfinite(target)
    if every_step:
        known &= inside(lengths)[:, :, None]
    if sample_weight is None:
        weight = known.astype(X.dtype)
    elif every_step and _has_steps(sample_weight):
        weight = check_array(
            pad_steps(sample_weight, lengths, "sample_weight"),
            dtype=X.dtype, input_name="sample_weight", ensure_non_negative=True,
        )  # fmt: skip
        weight = np.where(known, weight[:, :, None], 0)
    else:
        weight = _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True)
        weight = np.where(known, weight.reshape(-1, *[1] * (target.ndim - 1)), 0)
    if not weight.any():
        what = "every target is missing" if sample_weight is None else "sample_weight is all zeros"
        raise ValueError(f"there is nothing to learn from: {what}")
    return weight


def _has_steps(sample_weight):
    if isinstance(sample_weight, list | tuple):
        return len(sample_weight) > 0 and np.ndim(sample_weight[0]) > 0
    return is_ragged(sample_weight) or np.ndim(sample_weight) > 1
