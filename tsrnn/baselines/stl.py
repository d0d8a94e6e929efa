"""Long seasons: the seasonal component by STL, any other method for the rest."""

from dataclasses import dataclass

import numpy as np

# The window of forecast::stlf.
_WINDOW = 11


@dataclass(frozen=True)
class STLModel:
    """Seasonal component by STL, a model without season for the rest (FPP3, section 5.7 [1]_).

    Parameters
    ----------
    season : array of shape (m,)
        Last cycle of the seasonal component.
    rest : object
        Model of the seasonally adjusted series; its ``forecast(h)`` returns points and standard
        deviations.

    References
    ----------
    .. [1] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.
    """

    season: np.ndarray
    rest: object

    @classmethod
    def fit(cls, y, m, fit_rest):
        """Return the model of `y` (n,), n > 2 m; `fit_rest` turns the adjusted series into one."""
        seasonal = np.asarray(decompose(y, m).seasonal)
        return cls(seasonal[-m:], fit_rest(y - seasonal))

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        point, sigma = self.rest.forecast(h)
        return point + self.season[np.arange(h) % len(self.season)], sigma

    def paths(self, shocks):
        """Return sample paths; see `LocalForecaster`."""
        steps = np.arange(shocks.shape[1] - 1)
        return self.rest.paths(shocks) + self.season[steps % len(self.season)]


def decompose(y, m):
    """Return statsmodels' STL decomposition of `y` (n,), n > 2 m, with season length `m`."""
    from statsmodels.tsa.seasonal import STL

    return STL(y, period=m, seasonal=_WINDOW).fit()
