"""A plant whose sensors follow common causes, without anomalies."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

# Channel: usual level, then its swing with (slow cycle, load, fast cycle, valve), noise, and the
# time constant of its first-order response as a share of the slow cycle. All in the channel's unit.
_CHANNELS = {
    "pressure_bar": (6.0, (0.30, 0.40, 0.20, -0.60), 0.04, 0.005),
    "flow_l_min": (120.0, (6.0, 9.0, 4.0, 18.0), 1.2, 0.01),
    "valve": None,  # binary command, 0 closed and 1 open
    "temperature_C": (55.0, (5.0, 4.0, 0.0, -1.5), 0.15, 0.08),
    "current_A": (14.0, (0.8, 2.5, 0.9, 1.0), 0.2, 0.002),
    "vibration_mm_s": (2.8, (0.0, 0.40, 0.45, 0.0), 0.15, 0.001),
    "speed_rpm": (1480.0, (0.0, -12.0, 4.0, 0.0), 1.5, 0.003),
    "level_mm": (850.0, (25.0, -40.0, 0.0, -30.0), 3.0, 0.12),
    "power_kW": (7.5, (0.4, 1.3, 0.4, 0.5), 0.08, 0.004),
    "humidity_pct": (48.0, (-6.0, 0.0, 0.0, 0.0), 0.6, 0.05),
    "torque_N_m": (46.0, (0.0, 8.0, 3.0, 2.0), 0.8, 0.002),
    "ambient_C": (21.0, (4.0, 0.0, 0.0, 0.0), 0.2, 0.02),
}


@dataclass
class Plant:
    """A simulated log and what the anomalies need to know of it.

    Attributes
    ----------
    values : ndarray of shape (n_timesteps, n_channels)
        The readings, noise included; anomalies are **written** here.
    signal : ndarray of shape (n_timesteps, n_channels)
        The same without noise.
    stroke : ndarray of shape (n_timesteps, n_channels)
        The part of `signal` that comes from the machine's fast cycle.
    scale : ndarray of shape (n_channels,)
        Standard deviation of the clean readings.
    analogue : ndarray of int
        Columns that are measurements, not binary commands.
    cycle_length, stroke_length : int
        Rows in one slow and one fast cycle.
    """

    values: np.ndarray
    signal: np.ndarray
    stroke: np.ndarray
    scale: np.ndarray
    analogue: np.ndarray
    cycle_length: int
    stroke_length: int


def channel_names(n_channels):
    """List the column names; from the thirteenth on the names repeat with a number."""
    kinds = list(_CHANNELS)
    rounds = [divmod(c, len(kinds)) for c in range(n_channels)]
    return [kinds[k] if not turn else f"{kinds[k]}_{turn + 1}" for turn, k in rounds]


def make_clean(n_timesteps, names, rng):
    """Simulate without anomalies; rows before the first let the channels' inertia settle."""
    cycle = int(np.clip(n_timesteps // 20, 40, 1440))
    stroke = max(8, cycle // 12)
    settle = 2 * cycle
    causes = _make_causes(settle + n_timesteps, cycle, stroke, rng)
    signal = np.empty((n_timesteps, len(names)))
    fast, noise = np.zeros_like(signal), np.zeros_like(signal)
    analogue = []
    for c, name in enumerate(names):
        kind = list(_CHANNELS)[c % len(_CHANNELS)]
        if _CHANNELS[kind] is None:
            # The first command is the valve that acts on the channels; a further one is idle.
            command = causes[:, 3] if name == kind else _make_command(len(causes), cycle, rng)
            signal[:, c] = command[settle:]
            continue
        analogue.append(c)
        level, gains, noise_level, inertia = _CHANNELS[kind]
        gains = np.array(gains) * rng.uniform(0.8, 1.2, size=4)
        if "valve" not in names:
            gains[3] = 0.0
        decay = np.exp(-1.0 / max(inertia * cycle, 1e-3))
        response = lfilter([1 - decay], [1, -decay], causes * gains, axis=0)[settle:]
        signal[:, c] = level * rng.uniform(0.95, 1.05) + response.sum(axis=1)
        fast[:, c] = response[:, 2]
        noise[:, c] = noise_level * rng.standard_normal(n_timesteps)
    values = signal + noise
    scale = values.std(axis=0)
    return Plant(values, signal, fast, scale, np.array(analogue), cycle, stroke)


def _make_causes(n_rows, cycle, stroke, rng):
    """Columns: slow cycle, load, fast cycle (each about -1..1, the load to about 3), valve."""
    t = np.arange(n_rows)
    slow = 2 * np.pi * t / cycle + rng.uniform(0, 2 * np.pi)
    fast = 2 * np.pi * t / stroke + rng.uniform(0, 2 * np.pi)
    load = rng.standard_normal(n_rows)
    for _ in range(2):
        decay = np.exp(-8.0 / cycle)
        load = lfilter([1 - decay], [1, -decay], load)
    return np.column_stack(
        [
            0.8 * np.sin(slow) + 0.3 * np.sin(2 * slow + 1.0),
            load / load.std(),
            0.8 * np.sin(fast) + 0.3 * np.sin(2 * fast + 0.5),
            _make_command(n_rows, cycle, rng),
        ]
    )


def _make_command(n_rows, cycle, rng):
    """0 and 1 in turn, each for a quarter to a whole slow cycle."""
    n_runs = n_rows // (cycle // 4) + 1
    runs = rng.integers(cycle // 4, cycle, size=n_runs, endpoint=True)
    return np.repeat(np.arange(n_runs) % 2.0, runs)[:n_rows]
