"""What a detector found, and the table that users see."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Scores:
    """Score (n,) of every row, each channel's part of it and its expectation (n, n_channels).

    The score is NaN where nothing was observed.
    """

    score: np.ndarray
    parts: np.ndarray
    expected: np.ndarray


@dataclass(frozen=True)
class Judged:
    """Scores of rows, without NaN in `score`, levels, events and the rows marked."""

    index: pd.Index
    scored: Scores
    score: np.ndarray
    enter: np.ndarray
    leave: np.ndarray
    events: np.ndarray
    flags: np.ndarray

    def of_own_rows(self, own):
        """Return the same of the user's rows, see `OwnRows`."""
        places, scored = own.places, self.scored
        return Judged(
            own.index,
            Scores(scored.score[places], scored.parts[places], scored.expected[places]),
            *(array[places] for array in (self.score, self.enter, self.leave)),
            own.events(self.events),
            self.flags[places],
        )


def table(index, names, scored, enter, flags, calibration):
    """Build the answer of ``scores`` on `index` for channels `names`."""
    score = np.nan_to_num(scored.score)
    columns = {
        "score": score,
        "threshold": enter,
        "p_value": calibration.p_values(score),
        "is_anomaly": flags,
    }
    for column, name in enumerate(names):
        columns[f"{name}_expected"] = scored.expected[:, column]
        columns[f"{name}_score"] = scored.parts[:, column]
    return pd.DataFrame(columns, index=index)
