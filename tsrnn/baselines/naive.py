"""Naive and seasonal naive forecasts."""

from tsrnn.baselines.local import LocalForecaster
from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel


class Naive(LocalForecaster):
    """Repeat the last observation.

    Intervals are normal with standard deviation sigma * sqrt(k) for step k, sigma the root mean
    square of ``y[t] - y[t - 1]`` (FPP3, table 5.2 [1]_).

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
        Name of the model in the output; None for "Naive".

    Attributes
    ----------
    models_ : list
        Fitted model of each series.
    fallbacks_ : dict
        Always empty.

    References
    ----------
    .. [1] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([1.0, 4.0, 3.0], index=pd.date_range("2024", periods=3, freq="D"))
    >>> Naive().fit(y).predict(h=2)
    2024-01-04    3.0
    2024-01-05    3.0
    Name: Naive, dtype: float64
    """

    def _fit_series(self, y, m):
        return SeasonalNaiveModel.fit(y, 1)


class SeasonalNaive(LocalForecaster):
    """Repeat the last season.

    Missing values in the last season are taken from the season before. Intervals are normal with
    standard deviation sigma * sqrt(k + 1), k the number of complete seasons before the step and
    sigma the root mean square of ``y[t] - y[t - season_length]`` (FPP3, table 5.2 [1]_).

    Parameters
    ----------
    h : int, optional
        Default horizon, at least 1.
    freq : str, int or pandas offset, optional
        Frequency; None infers it.
    season_length : int or "auto"
        Season length in steps; "auto": the usual one of the frequency.
    n_jobs : int, optional
        Threads; None is 1, -1 all processors.
    verbose : int
        Above 0: a progress bar on standard error.
    alias : str, optional
        Name of the model in the output; None for "SeasonalNaive".

    Attributes
    ----------
    models_ : list
        Fitted model of each series.
    fallbacks_ : dict
        Always empty.

    References
    ----------
    .. [1] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.

    Examples
    --------
    >>> import pandas as pd
    >>> quarters = pd.period_range("2023Q1", periods=5, freq="Q")
    >>> SeasonalNaive(h=2).fit(pd.Series([1.0, 4.0, 3.0, 7.0, 2.0], index=quarters)).predict()
    2024Q2    4.0
    2024Q3    3.0
    Freq: Q-DEC, Name: SeasonalNaive, dtype: float64
    """

    def _fit_series(self, y, m):
        return SeasonalNaiveModel.fit(y, m)
