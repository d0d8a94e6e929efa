"""The line through the first and the last observation."""

from dataclasses import dataclass

import numpy as np

from tsrnn.baselines.adjusted import check_observed
from tsrnn.baselines.local import LocalForecaster


class Drift(LocalForecaster):
    """Continue the line from the first to the last observation.

    Intervals are normal with standard deviation ``sigma * sqrt(k * (1 + k / (n - 1)))`` for step k,
    n the length of the series and sigma the standard deviation of ``y[t] - y[t - 1]`` (FPP3,
    table 5.2 [1]_). Pairs with a missing value have no part in sigma. A single observation is
    repeated.

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
        Name of the model in the output; None for "Drift".

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
    >>> y = pd.Series([1.0, 4.0, 5.0], index=pd.date_range("2024", periods=3, freq="D"))
    >>> Drift().fit(y).predict(h=2)
    2024-01-04    7.0
    2024-01-05    9.0
    Name: Drift, dtype: float64
    """

    def _fit_series(self, y, m):
        check_observed(y, 2, "a line")
        steps = np.diff(y)
        steps = steps[~np.isnan(steps)]
        slope = (y[-1] - y[0]) / (len(y) - 1)
        sigma = np.sqrt(np.sum((steps - slope) ** 2) / (len(steps) - 1)) if len(steps) > 1 else 0.0
        return DriftModel(float(y[-1]), float(slope), float(sigma), len(y))


@dataclass(frozen=True)
class DriftModel:
    """A line from the last observation on.

    Parameters
    ----------
    last : float
        The last observation.
    slope : float
        Growth of a step.
    sigma : float
        Standard deviation of the differences of neighbours.
    n : int
        Length of the series.
    """

    last: float
    slope: float
    sigma: float
    n: int

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        steps = np.arange(1, h + 1)
        sigma = self.sigma * np.sqrt(steps * (1 + steps / (self.n - 1)))
        return self.last + self.slope * steps, sigma

    def paths(self, shocks):
        """Return sample paths: random walks, the slope of each uncertain; see `LocalForecaster`."""
        steps = np.arange(1, shocks.shape[1])
        slope_error = shocks[:, :1] / np.sqrt(self.n - 1)
        walks = np.cumsum(shocks[:, 1:], axis=1) + slope_error * steps
        return self.last + self.slope * steps + self.sigma * walks
