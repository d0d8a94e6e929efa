"""Compile the kernels of detectors ahead of their first use."""

import warnings

import numpy as np
import pandas as pd

from tsrnn.detection.detector import RNNDetector

_N_ROWS = 400


def warm_up():
    """Fit small detectors and watch with one, which compiles what detectors need.

    Kernels are loaded if they were compiled before.
    """
    steps = np.arange(float(_N_ROWS))[:, None]
    rows = pd.DataFrame(np.sin(steps * [0.3, 0.2]), columns=["a", "b"])
    # Gaps have kernels of their own.
    rows.iloc[50:60, 0] = rows.iloc[-20:-10, 0] = np.nan
    known, further = rows[: _N_ROWS // 2], rows[_N_ROWS // 2 :]
    with warnings.catch_warnings():
        # So few rows are not what a detector should learn from.
        warnings.simplefilter("ignore")
        for causal in (False, True):
            detector = RNNDetector(causal=causal, max_iter=1, random_state=0).fit(known)
            detector.scores(further)
        detector.update(further[:-1])
        detector.score_one(further.iloc[-1])
