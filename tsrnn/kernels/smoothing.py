"""Exponential smoothing with a level and a season, and its gradient.

For each row, with values z, level l and season s of length m, all additive::

    l[t] = a * (z[t] - s[t]) + (1 - a) * l[t - 1]
    s[t + m] = g * (z[t] - l[t]) + (1 - g) * s[t]

A step that was not observed changes neither level nor season.
Arrays are (n_rows, n_steps); a row begins at its `first` step, where the level is z - s, and ends
before its `stop`. ``season`` has m more steps than ``z``.
"""

from tsrnn._jit import kernel


@kernel
def smooth(z, observed, first, stop, a, g, start, phase, level, season):
    """Write `level` and `season`, from the seasons `start` (n_rows, m), the first at `phase`."""
    n_rows, m = start.shape
    for b in range(n_rows):
        f = first[b]
        for t in range(f + m):
            season[b, t] = start[b, (phase[b] + t) % m]
        now = z[b, f] - season[b, f]
        for t in range(f):
            level[b, t] = now
        for t in range(f, stop[b]):
            if observed[b, t]:
                if t > f:
                    now += a[b] * (z[b, t] - season[b, t] - now)
                season[b, t + m] = season[b, t] + g[b] * (z[b, t] - now - season[b, t])
            else:
                season[b, t + m] = season[b, t]
            level[b, t] = now


@kernel
def smooth_back(
    z, observed, first, stop, a, g, phase, level, season, d_level, d_season, d_a, d_g, d_start
):
    """Write `d_a`, `d_g` (n_rows,) and `d_start` (n_rows, m); overwrites `d_level`, `d_season`."""
    n_rows, m = d_start.shape
    for b in range(n_rows):
        f = first[b]
        d_start[b] = 0
        d_a[b] = 0
        d_g[b] = 0
        for t in range(stop[b] - 1, f - 1, -1):
            d_next = d_season[b, t + m]
            d_season[b, t] += d_next
            if observed[b, t]:
                d_g[b] += d_next * (z[b, t] - level[b, t] - season[b, t])
                d_level[b, t] -= g[b] * d_next
                d_season[b, t] -= g[b] * d_next
            if t == f:
                d_season[b, t] -= d_level[b, t]
            elif observed[b, t]:
                d_a[b] += d_level[b, t] * (z[b, t] - season[b, t] - level[b, t - 1])
                d_season[b, t] -= a[b] * d_level[b, t]
                d_level[b, t - 1] += (1 - a[b]) * d_level[b, t]
            else:
                d_level[b, t - 1] += d_level[b, t]
        for t in range(f + m):
            d_start[b, (phase[b] + t) % m] += d_season[b, t]


@kernel
def look(z, first, stop, level, season, scale, n_before, window, x, base, bend):
    """Write what a network sees and adds to at the steps from `n_before` on.

    ``x[t, b, :window]``: the last values relative to season and level; ``base[t, b]``: level and
    season of the next steps relative to the value; ``bend[t, b]``: second difference of the level.
    All in units of `scale` (n_steps, n_rows); zero behind the end.
    """
    h = base.shape[2]
    m = season.shape[1] - z.shape[1]
    for t in range(x.shape[0]):
        now = t + n_before
        for b in range(x.shape[1]):
            if now >= stop[b]:
                x[t, b, :window] = 0
                base[t, b] = 0
                bend[t, b] = 0
                continue
            unit = 1 / scale[t, b]
            for i in range(window):
                at = max(now - window + 1 + i, first[b])
                x[t, b, i] = (z[b, at] - season[b, at] - level[b, now]) * unit
            for k in range(h):
                ahead = season[b, now + 1 + k % m]
                base[t, b, k] = (level[b, now] + ahead - z[b, now]) * unit
            bend[t, b] = 0
            if now - 2 >= first[b]:
                change = level[b, now] - 2 * level[b, now - 1] + level[b, now - 2]
                bend[t, b] = change * unit


@kernel
def look_back(first, stop, scale, n_before, window, d_x, d_base, d_bend, d_level, d_season):
    """Add to `d_level` and `d_season` what comes from the gradients to what `look` wrote."""
    h = d_base.shape[2]
    m = d_season.shape[1] - d_level.shape[1]
    for t in range(d_x.shape[0]):
        now = t + n_before
        for b in range(d_x.shape[1]):
            if now >= stop[b]:
                continue
            unit = 1 / scale[t, b]
            for i in range(window):
                at = max(now - window + 1 + i, first[b])
                change = d_x[t, b, i] * unit
                d_season[b, at] -= change
                d_level[b, now] -= change
            for k in range(h):
                change = d_base[t, b, k] * unit
                d_level[b, now] += change
                d_season[b, now + 1 + k % m] += change
            if now - 2 >= first[b]:
                change = d_bend[t, b] * unit
                d_level[b, now] += change
                d_level[b, now - 1] -= 2 * change
                d_level[b, now - 2] += change
