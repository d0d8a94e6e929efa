"""Weighted averages of the rows up to each row, gaps left out."""

import numpy as np

from tsrnn._jit import kernel


@kernel
def trailing_means(window, weights, out):
    """Average the rows of `window` that begin at each row of **out**, with `weights` (width, C).

    window (n + width - 1, C), NaN is left out; **out** (n, C) is NaN where all are. Sums run in the
    order of time whatever n and C are, so that a row's bits do not depend on them.
    """
    n, n_columns = out.shape
    seen = np.empty(n_columns, window.dtype)
    for i in range(n):
        out[i] = 0.0
        seen[:] = 0.0
        for k in range(weights.shape[0]):
            for c in range(n_columns):
                value, weight = window[i + k, c], weights[k, c]
                known = value == value
                out[i, c] += weight * value if known else 0.0
                seen[c] += weight if known else 0.0
        for c in range(n_columns):
            out[i, c] = out[i, c] / seen[c] if seen[c] > 0 else np.nan
