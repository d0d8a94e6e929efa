"""Rules that turn scores of normal rows into an alarm threshold.

Every rule in `THRESHOLDS` is called as ``rule(scores) -> float``; `scores` are anomaly scores
(higher is more anomalous) of rows believed to be normal, in time order, which only "ndt" and
"dspot" depend on. A row is an alarm if its score is above the threshold. To use a rule with other
settings, pass any callable to a detector, for example ``functools.partial(thresholds.pot, q=1e-3)``
or ``thresholds.Spot(q=1e-3)``.

Rules whose threshold moves with the scores it judges, `Spot`, `DSpot` and `BenjaminiHochberg`, also
have a method ``levels(calibration, scores)``, the threshold of every row; see `find_levels`.
"""

from tsrnn.thresholds.discovery import BenjaminiHochberg, benjamini_hochberg
from tsrnn.thresholds.distribution import auto, conformal, iqr, mad, pot, quantile, sigma
from tsrnn.thresholds.dynamic import ndt
from tsrnn.thresholds.rate import tolerated
from tsrnn.thresholds.registry import THRESHOLDS, check_rule, find_levels, find_threshold
from tsrnn.thresholds.streaming import DSpot, Spot

__all__ = [
    "THRESHOLDS",
    "BenjaminiHochberg",
    "DSpot",
    "Spot",
    "auto",
    "benjamini_hochberg",
    "check_rule",
    "conformal",
    "find_levels",
    "find_threshold",
    "iqr",
    "mad",
    "ndt",
    "pot",
    "quantile",
    "sigma",
    "tolerated",
]
