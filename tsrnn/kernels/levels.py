"""How far levels of channels, exponentially weighted means, are from where they used to be."""

import numpy as np

from tsrnn._jit import kernel


@kernel
def follow_levels(values, missing, most, rate, level, out):
    """Write into **out** (n, C) what becomes of **level** (C,) as it follows values (n, C).

    Values count up to `most` (C,) on both sides of 0; those `missing` leave the level where it is.
    """
    for i in range(values.shape[0]):
        for c in range(values.shape[1]):
            if not missing[i, c]:
                value = min(max(values[i, c], -most[c]), most[c])
                level[c] += rate * (value - level[c])
            out[i, c] = level[c]


@kernel
def level_excess(values, missing, most, rate, level, limit, weight, ignored, out):
    """Squared binary logarithms of `follow_levels` over `limit` (C,), 0 below: **level, out**.

    Times `weight` (C,), and (n - 1) / n with n channels that are not `ignored`; NaN where they are:
    a channel alone has no others that could bear witness.
    """
    levels = np.empty(values.shape)
    follow_levels(values, missing, most, rate, level, levels)
    for i in range(values.shape[0]):
        count = 0
        for c in range(values.shape[1]):
            count += not ignored[i, c]
        for c in range(values.shape[1]):
            out[i, c] = np.nan if ignored[i, c] else 0.0
            away = abs(levels[i, c])
            if away > limit[c] and not ignored[i, c]:
                out[i, c] = weight[c] * (count - 1) / count * np.log2(away / limit[c]) ** 2
