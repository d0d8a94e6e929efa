"""Comparators: established methods with the interface of the networks.

Each registry maps a public name to its class.
"""

from tsrnn.baselines.ets import ETS
from tsrnn.baselines.lag_regressor import LagRegressor
from tsrnn.baselines.moving_energy import MovingEnergy
from tsrnn.baselines.naive import Naive, SeasonalNaive
from tsrnn.baselines.rolling_zscore import RollingZScore
from tsrnn.baselines.theta import Theta
from tsrnn.baselines.windowed_outlier import WindowedOutlier

FORECASTERS = {
    "Naive": Naive,
    "SeasonalNaive": SeasonalNaive,
    "ETS": ETS,
    "Theta": Theta,
    "LagRegressor": LagRegressor,
}

DETECTORS = {
    "RollingZScore": RollingZScore,
    "MovingEnergy": MovingEnergy,
    "WindowedOutlier": WindowedOutlier,
}

__all__ = ["DETECTORS", "FORECASTERS", *DETECTORS, *FORECASTERS]
