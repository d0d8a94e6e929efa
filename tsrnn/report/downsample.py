"""Which rows to draw of a long series so that it looks the same."""

import numpy as np

# Rows of a span: its share of what there is for all, within these.
_FEWEST, _MOST = 20, 160


def rows_to_draw(values, n_most, spans=()):
    """Choose rows of a long series: the least and the greatest value of every stretch.

    Parameters
    ----------
    values : array of shape (n_rows,)
        NaN where missing; a stretch without values keeps a row, so that gaps stay gaps.
    n_most : int
        About how many rows to keep, at least 4; those of `spans` come on top.
    spans : sequence of (start, stop)
        Stretches to keep in detail, the most important first: 20 to 160 rows each, about `n_most`
        in all.

    Returns
    -------
    ndarray of int
        Ascending, with the first and the last row; all rows if there are no more than `n_most`.

    Examples
    --------
    >>> import numpy as np
    >>> spike = np.zeros(10_000)
    >>> spike[4321] = 7.0
    >>> rows = rows_to_draw(spike, 100)
    >>> len(rows) <= 102, 4321 in rows
    (True, True)
    """
    n_rows = len(values)
    if n_rows <= n_most:
        return np.arange(n_rows)
    chosen = [np.array([0, n_rows - 1]), _extremes(values, 0, n_rows, n_most)]
    left = n_most
    each = int(np.clip(n_most // max(1, len(spans)), _FEWEST, _MOST))
    for start, stop in spans:
        start, stop = max(0, start), min(n_rows, stop)
        rows = _extremes(values, start, stop, min(each, left))
        left -= len(rows)
        chosen.append(rows)
        if left < 4:
            break
    return np.unique(np.concatenate(chosen))


def _extremes(values, start, stop, n_most):
    """Least and greatest of each of n_most / 2 stretches of equal length; all if they are few."""
    if stop - start <= n_most:
        return np.arange(start, stop)
    edges = np.linspace(start, stop, max(1, n_most // 2) + 1).astype(np.int64)
    firsts = edges[:-1]
    part = values[start:stop]
    n_each = np.diff(edges)
    stretch = np.repeat(np.arange(len(firsts)), n_each)
    found = []
    for filled, sign in ((np.inf, 1.0), (-np.inf, -1.0)):
        known = np.where(np.isnan(part), filled, part)
        # A stable sort by value inside each stretch: its first row is the extreme.
        order = np.lexsort((sign * known, stretch))
        found.append(order[firsts - start] + start)
    return np.unique(np.concatenate(found))
