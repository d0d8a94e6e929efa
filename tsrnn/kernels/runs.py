"""How long values have been the same."""

import numpy as np

from tsrnn._jit import kernel


@kernel
def run_lengths(values, missing, last, length, out):
    """Write into **out** (n, C) for how many rows values (n, C) have been what they are.

    The value before, **last** (C,), and how long it has been that, **length** (C,), are brought
    forward; 0 where `missing`, which ends a run.
    """
    for i in range(values.shape[0]):
        for c in range(values.shape[1]):
            if missing[i, c]:
                length[c] = 0
            elif values[i, c] == last[c]:
                length[c] += 1
            else:
                last[c], length[c] = values[i, c], 1
            out[i, c] = length[c]


@kernel
def whole_runs(lengths):
    """Replace **lengths** (n, C) by `run_lengths` by the length at the end of the same run."""
    for c in range(lengths.shape[1]):
        whole = following = 0
        for i in range(lengths.shape[0] - 1, -1, -1):
            length = lengths[i, c]
            if length == 0 or following != length + 1:
                whole = length
            following, lengths[i, c] = length, whole


@kernel
def excess_squares(lengths, usual, ignored, out):
    """Squared binary logarithms of lengths (n, C) over `usual` (C,), 0 below: **out** (n, C).

    NaN where `ignored`. Multiplied by the number of the others, so that their mean is the sum: one
    channel that stands still is as bad among many as alone.
    """
    for i in range(lengths.shape[0]):
        count = 0
        for c in range(lengths.shape[1]):
            count += not ignored[i, c]
        for c in range(lengths.shape[1]):
            out[i, c] = np.nan if ignored[i, c] else 0.0
            if lengths[i, c] > usual[c] and not ignored[i, c]:
                out[i, c] = count * np.log2(lengths[i, c] / usual[c]) ** 2


@kernel
def live_excess(values, missing, last, length, usual, ignored, out):
    """`excess_squares` of the `run_lengths` so far, in one call: **last, length, out**."""
    lengths = np.empty(values.shape, np.int64)
    run_lengths(values, missing, last, length, lengths)
    excess_squares(lengths, usual, ignored, out)
