"""A log that tests of detectors share."""

import numpy as np
import pandas as pd


def two_waves(n=900, seed=0):
    """A wave and, one row later and twice as large, the same again, with noise; no gaps."""
    rng = np.random.default_rng(seed)
    wave = np.sin(np.arange(n) / 6)
    values = np.column_stack((wave, 2 * np.roll(wave, 1))) + 0.1 * rng.normal(size=(n, 2))
    return pd.DataFrame(values, columns=["a", "b"])
