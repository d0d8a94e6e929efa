"""Windows over time-ordered data: views, supervised tables, splits that respect time.

Everything takes arrays or pandas objects, answers in kind and leaves what it was given as it is. No
feature is ever later than its target minus the horizon.
"""

from tsrnn.windows.lags import lag_matrix
from tsrnn.windows.normalization import NORMALIZATIONS
from tsrnn.windows.sliding import sliding_windows
from tsrnn.windows.split import temporal_split
from tsrnn.windows.splitters import BlockedSplit, PurgedKFold
from tsrnn.windows.supervised import Supervised, make_supervised

__all__ = [
    "NORMALIZATIONS",
    "BlockedSplit",
    "PurgedKFold",
    "Supervised",
    "lag_matrix",
    "make_supervised",
    "sliding_windows",
    "temporal_split",
]
