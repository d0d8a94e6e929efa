"""What the detection metrics share: checked labels and scores, and runs of flagged rows."""

import numpy as np


def read_flags(name, values):
    """Return `values` (n,) of 0 and 1 as booleans.

    Raises
    ------
    ValueError
        If `values` is empty, not one-dimensional or holds anything but 0 and 1.
    """
    values = np.asarray(values)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"{name} must be one-dimensional and not empty, got shape {values.shape}")
    if values.dtype == bool:
        return values
    try:
        flags = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold 0 and 1, got dtype {values.dtype}") from error
    wrong = (flags != 0) & (flags != 1)
    if wrong.any():
        hint = "; pass predict(X) == -1" if (flags[wrong] == -1).all() else ""
        raise ValueError(f"{name} must hold 0 and 1 only, got {flags[wrong][0]:g}{hint}")
    return flags.astype(bool)


def read_pair(y_true, y_pred):
    """Return both as booleans (n,), see `read_flags`; raise ValueError if lengths differ."""
    y_true, y_pred = read_flags("y_true", y_true), read_flags("y_pred", y_pred)
    _check_lengths("y_pred", y_true, y_pred)
    return y_true, y_pred


def read_scored(y_true, score):
    """Return labels as booleans and scores as float64, both (n,).

    Raises
    ------
    ValueError
        If lengths differ, `y_true` is refused by `read_flags` or holds no anomaly, or `score` is
        not one-dimensional or not finite.
    """
    y_true = read_flags("y_true", y_true)
    check_has_event(y_true)
    score = np.asarray(score, dtype=np.float64)
    if score.ndim != 1:
        raise ValueError(f"score must be one-dimensional, got shape {score.shape}")
    _check_lengths("score", y_true, score)
    if not np.isfinite(score).all():
        bad = np.flatnonzero(~np.isfinite(score))
        raise ValueError(f"score must be finite, got {score[bad[0]]} in row {bad[0]}")
    return y_true, score


def check_has_event(y_true):
    """Raise ValueError if no row is labelled: what is to be found must exist."""
    if not y_true.any():
        raise ValueError("y_true must hold at least one anomaly, got none")


def runs(flags):
    """First row and the row after the last (n_runs, 2) of each run of True in `flags` (n,)."""
    steps = np.diff(flags.astype(np.int8), prepend=0, append=0)
    return np.column_stack((np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)))


def hits(events, flags):
    """Tell for each of `events` (n_events, 2) if any of its rows is in `flags` (n,)."""
    before = np.concatenate(([0], np.cumsum(flags)))
    return before[events[:, 1]] > before[events[:, 0]]


def harmonic_mean(precision, recall):
    """F1 of two floats, 0 if both are 0."""
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def _check_lengths(name, y_true, other):
    if len(other) != len(y_true):
        raise ValueError(
            f"y_true and {name} must be of one length, got {len(y_true)} and {len(other)}"
        )
