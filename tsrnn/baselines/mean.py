"""The mean of all observations as forecast."""

from dataclasses import dataclass

import numpy as np

from tsrnn.baselines.local import LocalForecaster


class Mean(LocalForecaster):
    """Forecast the mean of all observations.

    Intervals are normal with standard deviation ``sigma * sqrt(1 + 1 / n)``, n the number of
    observations and sigma their sample standard deviation (FPP3, table 5.2 [1]_). A single
    observation has no spread, and intervals of width 0.

    Parameters
    ----------
    h : int, optional
        Default horizon, at least 1.
    freq : str, int or pandas offset, optional
        Frequency; None infers it.
    season_length : int or "auto"
        Not used by the method; kept for a uniform interface.
    n_jobs : int, optional
        Threads; None is 1, -1 all processors.
    verbose : int
        Above 0: a progress bar on standard error.
    alias : str, optional
        Name of the model in the output; None for "Mean".

    Attributes
    ----------
    models_ : list
        Fitted model of each series.
    fallbacks_ : dict
        Identifier to reason, of the series that got the seasonal naive forecast instead.

    References
    ----------
    .. [1] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([1.0, 4.0, 4.0], index=pd.date_range("2024", periods=3, freq="D"))
    >>> Mean().fit(y).predict(h=2)
    2024-01-04    3.0
    2024-01-05    3.0
    Name: Mean, dtype: float64
    """

    def _fit_series(self, y, m):
        seen = y[~np.isnan(y)]
        n = len(seen)
        sigma = float(np.std(seen, ddof=1)) if n > 1 else 0.0
        return MeanModel(float(np.mean(seen)), sigma * np.sqrt(1 + 1 / n))


@dataclass(frozen=True)
class MeanModel:
    """One value for all steps.

    Parameters
    ----------
    mean : float
        The forecast.
    sigma : float
        Standard deviation of its error.
    """

    mean: float
    sigma: float

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        return np.full(h, self.mean), np.full(h, self.sigma)

    def paths(self, shocks):
        """Return sample paths of independent steps; see `LocalForecaster`."""
        return self.mean + self.sigma * shocks[:, 1:]
