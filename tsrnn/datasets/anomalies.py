"""The kinds of anomaly a synthetic sensor log can hold: one function each, listed in a registry.

Every function takes the simulated plant, the rows it may use and a random generator. It writes into
``plant.values`` and returns the rows it changed and the channels, most changed first.
"""

import numpy as np


def spike(plant, slot, rng):
    """Push one to three rows 6 to 9 standard deviations away."""
    rows = _place(slot, rng, 1, 3)
    channel = rng.choice(plant.analogue)
    plant.values[rows, channel] += _either_sign(rng, 6, 9) * plant.scale[channel]
    return rows, [channel]


def level_shift(plant, slot, rng):
    """Add an offset of 2 to 3.5 standard deviations that ends with the event."""
    rows = _place(slot, rng, 0.15 * plant.cycle_length, 0.3 * plant.cycle_length)
    channel = rng.choice(plant.analogue)
    plant.values[rows, channel] += _either_sign(rng, 2, 3.5) * plant.scale[channel]
    return rows, [channel]


def drift(plant, slot, rng):
    """Let the reading creep away in a straight line, by 3 to 5 standard deviations at the end."""
    rows = _place(slot, rng, 0.3 * plant.cycle_length, 0.6 * plant.cycle_length)
    channel = rng.choice(plant.analogue)
    reach = _either_sign(rng, 3, 5) * plant.scale[channel]
    plant.values[rows, channel] += np.linspace(0, reach, rows.stop - rows.start + 1)[1:]
    return rows, [channel]


def stuck(plant, slot, rng):
    """Repeat the last reading before the event."""
    rows = _place(slot, rng, 0.1 * plant.cycle_length, 0.3 * plant.cycle_length)
    channel = rng.choice(plant.analogue)
    plant.values[rows, channel] = plant.values[rows.start - 1, channel]
    return rows, [channel]


def dropout(plant, slot, rng):
    """Lose the readings (NaN) of one to three sensors."""
    rows = _place(slot, rng, 0.05 * plant.cycle_length, 0.2 * plant.cycle_length)
    n_channels = rng.integers(1, min(3, len(plant.analogue)), endpoint=True)
    channels = rng.choice(plant.analogue, size=n_channels, replace=False)
    plant.values[rows, channels] = np.nan
    return rows, list(channels)


def noise_burst(plant, slot, rng):
    """Add white noise of 1 to 2 standard deviations."""
    rows = _place(slot, rng, 0.1 * plant.cycle_length, 0.3 * plant.cycle_length)
    channel = rng.choice(plant.analogue)
    noise = rng.uniform(1, 2) * plant.scale[channel] * rng.normal(size=rows.stop - rows.start)
    plant.values[rows, channel] += noise
    return rows, [channel]


def changed_period(plant, slot, rng):
    """Make the machine's fast cycle take twice as long, in every channel that shows it."""
    rows = _place(slot, rng, 4 * plant.stroke_length, 6 * plant.stroke_length)
    slowed = rows.start + 0.5 * np.arange(rows.stop - rows.start)
    whole = np.arange(len(plant.stroke))
    affected = [c for c in plant.analogue if plant.stroke[:, c].any()]
    for channel in affected:
        stroke = plant.stroke[:, channel]
        plant.values[rows, channel] += np.interp(slowed, whole, stroke) - stroke[rows]
    visible = plant.stroke.std(axis=0) / plant.scale
    return rows, sorted(affected, key=lambda c: -visible[c])


def broken_correlation(plant, slot, rng):
    """Turn one channel against those it normally follows, within its usual range.

    All but the fast cycle is mirrored at the straight line between the ends of the event, so that
    nothing jumps, and clipped to the range it has in the whole log. The channel is drawn from those
    that this changes at least half as much as the most changed one.
    """
    rows = _place(slot, rng, 0.3 * plant.cycle_length, 0.6 * plant.cycle_length)
    slow = plant.signal - plant.stroke
    before = slow[rows]
    mirrored = 2 * np.linspace(before[0], before[-1], len(before)) - before
    change = np.clip(mirrored, slow.min(axis=0), slow.max(axis=0)) - before
    visible = np.sqrt(np.mean(change**2, axis=0))[plant.analogue] / plant.scale[plant.analogue]
    channel = rng.choice(plant.analogue[visible >= 0.5 * visible.max()])
    plant.values[rows, channel] += change[:, channel]
    return rows, [channel]


ANOMALY_KINDS = {
    "spike": spike,
    "level_shift": level_shift,
    "drift": drift,
    "stuck": stuck,
    "dropout": dropout,
    "changed_period": changed_period,
    "broken_correlation": broken_correlation,
}
# What can be put into any log, whatever it is of: of the plant these need `values`, `analogue`,
# `scale` and `cycle_length` only.
SENSOR_FAULTS = {
    "spike": spike,
    "level_shift": level_shift,
    "drift": drift,
    "stuck": stuck,
    "noise_burst": noise_burst,
}

_SHORTEST = 8  # rows of an event that lasts


def _place(slot, rng, shortest, longest):
    """Rows of an event of `shortest` to `longest` rows (at most 60 % of `slot`) inside `slot`.

    A fifth of the slot is left free at each end, which keeps neighbouring events apart.
    """
    low, high = round(shortest), round(longest)
    if high > _SHORTEST:
        room = int(0.6 * (slot.stop - slot.start))
        low, high = (min(max(rows, _SHORTEST), room) for rows in (low, high))
    length = rng.integers(low, high, endpoint=True)
    margin = (slot.stop - slot.start) // 5
    start = rng.integers(slot.start + margin, slot.stop - margin - length, endpoint=True)
    return slice(int(start), int(start + length))


def _either_sign(rng, low, high):
    return rng.choice((-1.0, 1.0)) * rng.uniform(low, high)
