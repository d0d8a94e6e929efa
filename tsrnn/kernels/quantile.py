"""Quantiles of a stream so far, from counts in bins."""

import numpy as np

from tsrnn._jit import kernel


@kernel
def running_quantiles(bins, level, weight, counts, total, below, place, out):
    """Count each row of `bins` and write the bin of the quantile `level` so far into **out**.

    bins (n, C), -1 for nothing to count; each counts `weight`. **counts** (C, n_bins), **total**
    (C,), **below** (C,), the count of the bins before **place** (C,), that of the quantile, are the
    state. **out** (n, C). Counts are integers: the order of the rows leaves no trace in them.
    """
    n, n_columns = bins.shape
    for i in range(n):
        for c in range(n_columns):
            found = bins[i, c]
            if found >= 0:
                counts[c, found] += weight
                total[c] += weight
                if found < place[c]:
                    below[c] += weight
                wanted = level * total[c]
                while below[c] > wanted:
                    place[c] -= 1
                    below[c] -= counts[c, place[c]]
                while below[c] + counts[c, place[c]] < wanted:
                    below[c] += counts[c, place[c]]
                    place[c] += 1
            out[i, c] = place[c]


@kernel
def log_bins(values, least, ratio, n_bins, out):
    """Write the bin of each of `values` into **out**: bin b holds `least` * `ratio` ** (b, b + 1).

    Values beyond the ends are in the first and the last bin; NaN is in none, -1. Both (n, C).
    """
    scale = 1.0 / np.log(ratio)
    for i in range(values.shape[0]):
        for c in range(values.shape[1]):
            value = values[i, c]
            if value != value:
                out[i, c] = -1
            elif value <= least:
                out[i, c] = 0
            else:
                place = np.log(value / least) * scale
                out[i, c] = int(place) if place < n_bins else n_bins - 1


@kernel
def running_factors(
    values, least, ratio, level, weight, counts, total, below, place, usual, out
):  # fmt: skip
    """Factor, at least 1, by which a column's quantile so far rose above that of the first column.

    values (n, C), in bins by `log_bins`; **counts, total, below, place** as of `running_quantiles`;
    both quantiles are compared with the `usual` bins (C,). **out** (n, C).
    """
    bins, places = np.empty(values.shape, np.int64), np.empty(values.shape, np.int64)
    log_bins(values, least, ratio, counts.shape[1], bins)
    running_quantiles(bins, level, weight, counts, total, below, place, places)
    for i in range(places.shape[0]):
        first = places[i, 0] - usual[0]
        for c in range(places.shape[1]):
            out[i, c] = ratio ** float(max(places[i, c] - usual[c] - first, 0))
