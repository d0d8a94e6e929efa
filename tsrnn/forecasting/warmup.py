"""Compile the kernels of forecasters ahead of their first use."""

import numpy as np
import pandas as pd

from tsrnn.forecasting.forecaster import RNNForecaster


def warm_up():
    """Fit a small forecaster, which compiles what forecasters need.

    Kernels are loaded if they were compiled before.
    """
    wave = pd.Series(np.sin(np.arange(60.0)), name="wave")
    RNNForecaster(2, max_iter=1, season_length=1).fit(wave).predict(level=[80])
