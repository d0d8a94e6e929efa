"""Windows of rows compared with remembered ones, what is not known left out."""

import numpy as np

from tsrnn._jit import kernel
from tsrnn.kernels.products import accumulate_packed

# Python's integers are types of their own to Numba: `_nearer` would be compiled twice.
_NONE_YET = np.intp(0)


@kernel
def gather_points(values, missing, starts, box, out, known):
    """Mean of every `box` rows from each of `starts` (n,) on: **out**, **known** (n, P, C).

    values, missing (m, C). A point is **known** if at least half of its values are.
    """
    for i in range(starts.size):
        for p in range(out.shape[1]):
            row = starts[i] + p * box
            for c in range(out.shape[2]):
                total, count = 0.0, 0
                for b in range(box):
                    total += values[row + b, c]
                    count += not missing[row + b, c]
                out[i, p, c] = total / box
                known[i, p, c] = 2 * count >= box


@kernel
def flatten(windows, level_weight, unit, most, out):
    """Write windows (n, P, C) with `level_weight` (C,) of their means, by `unit` (C,): **out**.

    **out** (n, P C) is clipped to `most`: squares of single precision must not overflow.
    """
    n, n_points, n_channels = windows.shape
    for i in range(n):
        for c in range(n_channels):
            level = 0.0
            for p in range(n_points):
                level += windows[i, p, c]
            level *= (1.0 - level_weight[c]) / n_points
            for p in range(n_points):
                value = (windows[i, p, c] - level) / unit[c]
                out[i, p * n_channels + c] = min(max(value, -most), most)


@kernel
def distances(query, known, windows, found, reachable, level_weight, unit, point, out, expected):
    """Mean square of query (n, P, C) minus the windows `found` (n,) over the points `known`.

    `level_weight` (C,) of the difference in level counts. **out** (n, C) in units of `unit` (C,),
    NaN where nothing is known or `reachable`; **expected** (n, C), what is then at `point`.
    """
    n, n_points, n_channels = query.shape
    for i in range(n):
        window = windows[found[i]]
        for c in range(n_channels):
            total, square, count = 0.0, 0.0, 0
            for p in range(n_points):
                if known[i, p, c]:
                    difference = query[i, p, c] - window[p, c]
                    total += difference
                    square += difference * difference
                    count += 1
            level = total / count if count > 0 else 0.0
            weight = level_weight[c]
            expected[i, c] = window[point, c] + (1.0 - weight) * level
            out[i, c] = np.nan
            if count > 0 and reachable[i]:
                square = max(square / count - (1.0 - weight * weight) * level * level, 0.0)
                out[i, c] = square / (unit[c] * unit[c])


@kernel
def begins_alike(values, row, box, window, tolerance):
    """Whether the mean of `box` rows from `row` of values (m, C) on is the first point of window.

    window (P, C); within `tolerance`.
    """
    for c in range(values.shape[1]):
        total = 0.0
        for b in range(box):
            total += values[row + b, c]
        if not abs(total / box - window[0, c]) <= tolerance:
            return False
    return True


@kernel
def _least_squares(query, centre, directions, coordinates, out):
    """Least squared distances **out** (W,) of query (D,), as coordinates (K + 1, W) tell of them.

    The last coordinate is the length that the `directions` (D, K) leave; returns the squared length
    of query from `centre` (D,), and from 0.
    """
    found = np.zeros(coordinates.shape[0])
    length, whole = 0.0, 0.0
    for d in range(query.size):
        value = query[d] - centre[d]
        length += value * value
        whole += float(query[d]) * float(query[d])
        for k in range(directions.shape[1]):
            found[k] += value * directions[d, k]
    rest = length
    for k in range(directions.shape[1]):
        rest -= found[k] * found[k]
    found[directions.shape[1]] = np.sqrt(max(rest, 0.0))
    out[:] = 0
    for k in range(found.size):
        at = np.float32(found[k])
        for j in range(out.size):
            out[j] += (coordinates[k, j] - at) * (coordinates[k, j] - at)
    return length, whole


@kernel
def _nearer(query, panel, panels, squares, least, part, best, found):
    """Windows of one panel against the nearest so far: return the least gap and which has it.

    A gap is the squared distance to query (1, D) but for the query's square; windows whose `least`
    (W,) is infinite do not count; **part** (1, lanes) is for working.
    """
    lanes = part.shape[1]
    begin, end = panel * lanes, min((panel + 1) * lanes, squares.size)
    part[:] = 0
    for j in range(begin, end):
        part[0, j - begin] = squares[j]
    accumulate_packed(query, panels[panel : panel + 1], part)
    for j in range(begin, end):
        gap = part[0, j - begin]
        if least[j] < np.inf and (gap < best or (gap == best and j < found)):
            best, found = gap, j
    return best, found


@kernel
def _nearest(
    query, barred, panels, squares, centre, directions, coordinates, rounding, longest, least, left,
    part,
):  # fmt: skip
    """Return the window nearest to query (1, D), of those not `barred`, and its gap.

    The other arguments are those of `search_pruned`; **least** (W,), **left** (W + 1,) and **part**
    (1, lanes) are for working.
    """
    length, whole = _least_squares(query[0], centre, directions, coordinates, least)
    for k in range(barred.size):
        least[barred[k]] = np.inf
    whole += rounding * (length + whole + longest)
    first = done = np.argmin(least) // part.shape[1]
    best, found = _nearer(query, done, panels, squares, least, part, np.inf, _NONE_YET)
    # Without a branch per window: there are thousands, and few are left.
    n_left = 0
    for j in range(least.size):
        left[n_left] = j
        n_left += least[j] <= best + whole
    for k in range(n_left):
        panel = left[k] // part.shape[1]
        if panel != done and panel != first and least[left[k]] <= best + whole:
            best, found = _nearer(query, panel, panels, squares, least, part, best, found)
            done = panel
    return found, best


@kernel
def search_pruned(
    queries, panels, squares, centre, directions, coordinates, rounding, longest, barred_queries,
    barred_windows, nearest, reachable,
):  # fmt: skip
    """Write which of W windows is **nearest** to each query (n, D), and if any is **reachable**.

    panels of the windows times -2 and their `squares` (W,), by which squared distances are known
    up to the query's square; those above what another window has already are not computed. See
    `PrunedSearch`.
    """
    n_windows, begin = squares.size, 0
    least, left = np.empty(n_windows, np.float32), np.empty(n_windows + 1, np.int64)
    part = np.empty((1, panels.shape[2]), np.float32)
    for i in range(queries.shape[0]):
        end = begin
        while end < barred_queries.size and barred_queries[end] == i:
            end += 1
        nearest[i], gap = _nearest(
            queries[i : i + 1], barred_windows[begin:end], panels, squares, centre, directions,
            coordinates, rounding, longest, least, left, part,
        )  # fmt: skip
        reachable[i], begin = gap < np.inf, end


@kernel
def compare_whole(
    values, missing, starts, box, own_rows, own_windows, windows, level_weight, unit, most, point,
    panels, squares, centre, directions, coordinates, rounding, longest, out, expected, left_out,
):  # fmt: skip
    """Compare the windows at `starts`, ascending, of which all is known; return how many are not.

    What `gather_points`, `flatten`, `search_pruned` and `distances`, whose arguments these are, do
    one after the other, in one call: that many cost a single row more than what they do. Remembered
    windows that begin at `own_rows`, ascending, of these values do not count where they share rows.
    **left_out** (n,) marks what was not known in part, of which nothing is written.
    """
    n_windows, n_points, n_channels = windows.shape
    least, left = np.empty(n_windows, np.float32), np.empty(n_windows + 1, np.int64)
    part = np.empty((1, panels.shape[2]), np.float32)
    query = np.empty((1, n_points, n_channels))
    known, flat = np.empty(query.shape, np.bool_), np.empty((1, query.size), np.float32)
    found, reachable = np.empty(1, np.int64), np.empty(1, np.bool_)
    n_left_out, begin = 0, 0
    for i in range(starts.size):
        gather_points(values, missing, starts[i : i + 1], box, query, known)
        left_out[i] = False
        for whole in known.reshape(-1):
            left_out[i] |= not whole
        if left_out[i]:
            n_left_out += 1
            continue
        # A window that begins within the last box of the query does not count: of its first point
        # the query's rows do not tell all.
        while begin < own_rows.size and own_rows[begin] <= starts[i] - n_points * box:
            begin += 1
        end = begin
        while end < own_rows.size and own_rows[end] <= starts[i] + (n_points - 1) * box:
            end += 1
        flatten(query, level_weight, unit, most, flat)
        found[0], gap = _nearest(
            flat, own_windows[begin:end], panels, squares, centre, directions, coordinates,
            rounding, longest, least, left, part,
        )  # fmt: skip
        reachable[0] = gap < np.inf
        distances(
            query, known, windows, found, reachable, level_weight, unit, point,
            out[i : i + 1], expected[i : i + 1],
        )  # fmt: skip
    return n_left_out
