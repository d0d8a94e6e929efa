"""Several scorers, each smoothed and put in units of its usual size; the loudest one counts."""

import numpy as np
import pandas as pd

from tsrnn.detection.smoothing import smooth

# One hundredth of a channel's deviation, squared: an error below it is never news.
_LEAST_UNIT = 1e-4
_GRID = np.linspace(0, 1, 1001)
# The share of calibration rows that a score of 1 leaves behind.
_UNIT_QUANTILE = 0.95


class Ensemble:
    """Maximum over scorers of their smoothed mean squares, each divided by its own usual high.

    The unit of each scorer is the .95 quantile of its calibration errors, so that one threshold
    suits all of them. When rows are scored together, the unit grows in proportion if the median
    over training and these rows exceeds that of the calibration rows: what has become usual
    everywhere is no anomaly.

    Parameters
    ----------
    scorers : list of (scorer, weight)
        Objects with ``fit``, ``extend``, ``errors`` and ``context``; the weight multiplies.
    width : int
        Length of the triangular smoothing in rows.
    causal : bool
        False lets the score of a row use later rows.

    Attributes
    ----------
    usual_ : list of ndarray
        Quantiles of each scorer's smoothed error on the calibration rows.
    by_channel_ : list of ndarray of shape (n_targets,)
        Median of each scorer's smoothed error, channel by channel.
    n_rows_ : int
        Training rows, calibration included.
    """

    def __init__(self, scorers, width, causal):
        self.scorers = scorers
        self.width = width
        self.causal = causal

    def fit(self, scaled, n_train):
        """Learn from the first `n_train` rows and return the scores of the others, as ``score``."""
        self.usual_, self.by_channel_, self.n_rows_, best = [], [], len(scaled), None
        for scorer, weight in self.scorers:
            scorer.fit(scaled, n_train)
            start = max(0, n_train - scorer.context)
            squares, _ = self._smoothed(scorer, scaled[start:])
            squares = squares[n_train - start :]
            total = _observed_mean(squares)
            known = total[~np.isnan(total)]
            self.usual_.append(np.quantile(known, _GRID) if len(known) else np.ones(1))
            # The median channel by channel; 1 for a channel that was not observed.
            middle = pd.DataFrame(squares).median().fillna(1.0).to_numpy()
            self.by_channel_.append(np.maximum(middle, _LEAST_UNIT))
            total *= weight / _unit(self.usual_[-1])
            best = total if best is None else np.fmax(best, total)
        return best

    def extend(self, scaled):
        """Let the scorers use the calibration rows too."""
        for scorer, _ in self.scorers:
            scorer.extend(scaled)

    def score(self, scaled):
        """Score the rows.

        Returns
        -------
        score : ndarray of shape (n,)
            Few normal rows exceed 1; NaN where nothing was observed.
        parts : ndarray of shape (n, n_targets)
            Each channel's part of the score. Within a scorer channels share by their error in units
            of their own median error, or else the noisiest would always lead; scorers above 1 have
            an equal say: a broken channel spoils forecasts of the others, but not their windows.
        expected : ndarray of shape (n, n_targets)
            What the first scorer expected, in deviations of the channel.
        """
        best = parts = expected = None
        fitted = zip(self.scorers, self.usual_, self.by_channel_, strict=True)
        for (scorer, weight), usual, by_channel in fitted:
            squares, expectation = self._smoothed(scorer, scaled)
            total = _observed_mean(squares)
            unit = _unit(usual) / weight
            if not self.causal:
                unit *= self._drift(usual, total)
            total /= unit
            voice = np.minimum(np.nan_to_num(total), 1.0)
            shares = _shares(squares / by_channel) * voice[:, None]
            if best is None:
                best, parts, expected = total, shares, expectation
            else:
                best = np.fmax(best, total)
                parts += shares
        return best, _shares(parts) * np.nan_to_num(best)[:, None], expected

    def _drift(self, usual, scored):
        """Median over training and scored rows in medians of the calibration rows."""
        scored = scored[~np.isnan(scored)]
        values = np.concatenate((usual, scored))
        weights = np.repeat([self.n_rows_ / len(usual), 1.0], [len(usual), len(scored)])
        order = np.argsort(values)
        weights = np.cumsum(weights[order])
        pooled = values[order][np.searchsorted(weights, weights[-1] / 2)]
        return max(pooled, _LEAST_UNIT) / max(np.median(usual), _LEAST_UNIT)

    def _smoothed(self, scorer, scaled):
        errors = scorer.errors(scaled, self.causal)
        return smooth(errors.squares, self.width, causal=self.causal), errors.expected


def _observed_mean(squares):
    """Mean over the channels that were observed (n,), NaN where none was."""
    observed = ~np.isnan(squares)
    count = observed.sum(axis=1)
    total = np.where(observed, squares, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _shares(parts):
    """Divide rows by their sums; NaN counts as 0, and rows of zeros stay."""
    parts = np.nan_to_num(parts)
    whole = parts.sum(axis=1, keepdims=True)
    return np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0)


def _unit(usual):
    return max(float(np.quantile(usual, _UNIT_QUANTILE)), _LEAST_UNIT)
