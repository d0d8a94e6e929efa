"""From rows to scores in one pass each: what NumPy does in many, which a single row cannot bear.

Every row is computed from its own values alone and in the same order, however many there are.
"""

import math

import numpy as np

from tsrnn._jit import kernel
from tsrnn.kernels.quantile import running_factors
from tsrnn.kernels.trailing import trailing_means


@kernel
def is_complete(values):
    """Whether values (n, C) have no NaN."""
    for i in range(values.shape[0]):
        for c in range(values.shape[1]):
            if values[i, c] != values[i, c]:
                return False
    return True


@kernel
def has_infinite(values):
    """Whether values (n,) have one that is infinite."""
    found = False
    for i in range(values.size):
        found |= abs(values[i]) == np.inf
    return found


@kernel
def scale_rows(values, mean, scale, most, inputs, targets, units, out_inputs, out_targets):
    """Centre, scale and clip to `most` the columns `inputs` and `targets` of values (n, C).

    **out_inputs** (n, inputs.size); **out_targets** (n, targets.size), divided by `units`, (n, ...)
    or (1, ...) for the same in all rows.
    """
    for i in range(values.shape[0]):
        for j in range(inputs.size):
            c = inputs[j]
            out_inputs[i, j] = min(max((values[i, c] - mean[c]) / scale[c], -most), most)
        for j in range(targets.size):
            c = targets[j]
            scaled = min(max((values[i, c] - mean[c]) / scale[c], -most), most)
            out_targets[i, j] = scaled / units[i if units.shape[0] > 1 else 0, j]


@kernel
def squared_errors(values, expected, ignored, scale, spread, least, doubt, factor, out):
    """``out = ((values - expected) / unit) ** 2``, NaN where `ignored`; all (n, C).

    The unit is `scale` (C,) but at least `least` of `spread` (C,), and, where `doubt` is (n, C) and
    not (0, C), the root of its square and that of `doubt`. The first errors are multiplied by
    `factor` (m, C).
    """
    for i in range(values.shape[0]):
        for c in range(values.shape[1]):
            unit = max(scale[c], least * spread[c])
            if doubt.shape[0] > 0:
                unit = math.hypot(unit, doubt[i, c])
            error = (values[i, c] - expected[i, c]) / unit
            if i < factor.shape[0]:
                error *= factor[i, c]
            out[i, c] = np.nan if ignored[i, c] else error * error


@kernel
def observed_means(squares, out):
    """Mean over the channels that were observed: squares (n, S, C), **out** (n, S)."""
    for i in range(squares.shape[0]):
        for s in range(squares.shape[1]):
            total, count = 0.0, 0
            for c in range(squares.shape[2]):
                value = squares[i, s, c]
                if value == value:
                    total += value
                    count += 1
            out[i, s] = total / count if count > 0 else np.nan


@kernel
def largest(total, units, weights, out):
    """Divide **total** (n, S) by `units` (S,); **out** (n,), its maximum times `weights` (S,)."""
    for i in range(total.shape[0]):
        out[i] = np.nan
        for s in range(total.shape[1]):
            total[i, s] /= units[s]
            value = total[i, s] * weights[s]
            if not value <= out[i] and value == value:
                out[i] = value


@kernel
def combine(
    window, falling, units, weights, least, ratio, level, weight, counts, counted, below, place,
    usual, squares, total, best,
):  # fmt: skip
    """Smooth and average **squares** (n, S, C), turn down scorers that got louder: **total, best**.

    As `trailing_means` of `window` with `falling`, `observed_means`, `running_factors`, whose
    arguments those from `least` to `usual` are, and `largest` make them.
    """
    trailing_means(window, falling, squares.reshape(len(squares), -1))
    observed_means(squares, total)
    factors = np.empty(total.shape)
    running_factors(
        total, least, ratio, level, weight, counts, counted, below, place, usual, factors
    )
    for i in range(total.shape[0]):
        for s in range(total.shape[1]):
            total[i, s] /= factors[i, s]
    largest(total, units, weights, best)
