"""Checked scores."""

import numpy as np


def check_scores(scores, name="scores"):
    """Return `scores` as float64 (n,); raise ValueError if empty, not 1-D or not finite."""
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 1 or not len(scores) or not np.isfinite(scores).all():
        raise ValueError(
            f"{name} must be one-dimensional, finite and not empty, got "
            f"shape {scores.shape} with {np.count_nonzero(~np.isfinite(scores))} non-finite values"
        )
    return scores
