"""Comparators: established methods with the interface of the networks.

Each registry maps a public name to its class.
"""

from tsrnn.baselines.arima import ARIMA
from tsrnn.baselines.auto_regression import AutoRegression
from tsrnn.baselines.comb import Comb
from tsrnn.baselines.drift import Drift
from tsrnn.baselines.ets import ETS
from tsrnn.baselines.holt import Holt
from tsrnn.baselines.holt_winters import HoltWinters
from tsrnn.baselines.lag_regressor import LagRegressor
from tsrnn.baselines.mean import Mean
from tsrnn.baselines.moving_energy import MovingEnergy
from tsrnn.baselines.naive import Naive, SeasonalNaive
from tsrnn.baselines.naive2 import Naive2
from tsrnn.baselines.rolling_mad import RollingMAD
from tsrnn.baselines.rolling_zscore import RollingZScore
from tsrnn.baselines.ses import SES
from tsrnn.baselines.stl_residual import STLResidual
from tsrnn.baselines.theta import Theta
from tsrnn.baselines.windowed_outlier import WindowedOutlier

FORECASTERS = {
    "Naive": Naive,
    "SeasonalNaive": SeasonalNaive,
    "Drift": Drift,
    "Mean": Mean,
    "Naive2": Naive2,
    "SES": SES,
    "Holt": Holt,
    "HoltWinters": HoltWinters,
    "ETS": ETS,
    "ARIMA": ARIMA,
    "Theta": Theta,
    "Comb": Comb,
    "LagRegressor": LagRegressor,
}

DETECTORS = {
    "RollingZScore": RollingZScore,
    "RollingMAD": RollingMAD,
    "STLResidual": STLResidual,
    "MovingEnergy": MovingEnergy,
    "AutoRegression": AutoRegression,
    "WindowedOutlier": WindowedOutlier,
}

__all__ = ["DETECTORS", "FORECASTERS", *DETECTORS, *FORECASTERS]
