"""Methods of a detector that watches: rows come in, scores and alarms go out."""

import math

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from tsrnn.detection.alarms import check_live
from tsrnn.detection.answers import table
from tsrnn.detection.calibration import LiveVerdicts, calibrate
from tsrnn.detection.regular import check_even
from tsrnn.detection.rows import read_block, read_row
from tsrnn.detection.stream import Stream


class Watch:
    """A stream's scores and verdicts so far.

    Parameters
    ----------
    detector : EnsembleDetector
        Fitted.
    """

    def __init__(self, detector):
        self.stream = Stream(detector._channels, detector._ensemble)
        self.verdicts = LiveVerdicts(detector, detector._live_calibration)


class Streaming:
    """Adds ``update``, ``score_one``, ``partial_fit`` and ``reset_stream`` to a detector.

    A stream is scored causally, whatever `causal` says, with a threshold of its own that was
    calibrated at ``fit`` on causal scores: scores and alarms equal, bit for bit and however the
    rows are cut into blocks, those of ``scores`` of the same detector with ``causal=True`` on all
    rows since the stream began. Between calls a detector keeps what it needs of the rows before:
    the hidden state, as many rows as it looks back, an event that has begun. A row costs the same
    for ever. ``save`` and pickle keep all that.
    """

    def update(self, X):
        """Score the next rows of the stream.

        Parameters
        ----------
        X : DataFrame, Series or array-like of shape (n_timesteps, n_channels)
            Rows that follow those of the call before; their index must go on increasing. Rows
            without an index are counted.

        Returns
        -------
        DataFrame
            As ``scores`` gives it; `is_anomaly` marks alarms as they are raised.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If `X` is refused as in ``score_samples`` or does not come after the rows before, one
            step later with ``irregular="raise"``; if the threshold needs all rows at once
            ("benjamini_hochberg"). The stream is then as before.

        Examples
        --------
        >>> import numpy as np
        >>> from tsrnn import RNNDetector
        >>> rng = np.random.default_rng(0)
        >>> detector = RNNDetector(max_iter=2, random_state=0).fit(rng.normal(size=(400, 2)))
        >>> live = rng.normal(size=(60, 2))
        >>> live[40:] += 6
        >>> alarms = [detector.update(live[i : i + 20])["is_anomaly"].any() for i in (0, 20, 40)]
        >>> np.array(alarms)
        array([False, False,  True])
        """
        watch = self._watch()
        rows = read_block(self, X, watch.stream.next_label)
        self._check_next(rows.index[0])
        scored = watch.stream.push(rows)
        enter, flags = watch.verdicts.push(self, np.nan_to_num(scored.score))
        return table(rows.index, rows.names, scored, enter, flags, self._live_calibration)

    def score_one(self, row):
        """Score the next row of the stream.

        Parameters
        ----------
        row : array-like of shape (n_channels,), Series, mapping or DataFrame of one row
            The values by channel, NaN where missing, text where it was text at fit; a number if
            there is one channel. The name of a Series is the row's index label.

        Returns
        -------
        float
            The score, as ``update`` would give it; 0 where nothing was observed so far.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If the row lacks channels or has others, has an infinite value, or does not come after
            the rows before; if the threshold needs all rows at once. The stream is then as before.
        TypeError
            If a value is no number, and its channel was none of text.

        Examples
        --------
        >>> import numpy as np
        >>> from tsrnn import RNNDetector
        >>> rng = np.random.default_rng(0)
        >>> detector = RNNDetector(max_iter=2, random_state=0).fit(rng.normal(size=(400, 2)))
        >>> usual, odd = detector.score_one([0.1, -0.3]), detector.score_one([9.0, -9.0])
        >>> usual < odd
        True
        """
        watch = self._watch()
        row = read_row(self, row, watch.stream.next_label)
        self._check_next(row.index[0])
        score = float(watch.stream.score(row)[0])
        score = 0.0 if math.isnan(score) else score
        watch.verdicts.push_one(self, score)
        return score

    def partial_fit(self, X, y=None):
        """Learn from the next rows of the stream, which are believed to be normal.

        The first time it is ``fit``. From then on the memory takes in the windows of `X` (up to
        4,000 are kept, drawn evenly from all rows so far), and the threshold is set anew from the
        calibration scores so far and those of `X`, as by ``recalibrate``. Forecasts are not trained
        further. The stream then stands after the last row of `X`.

        Parameters
        ----------
        X : DataFrame, Series or array-like of shape (n_timesteps, n_channels)
            Rows as for ``update``; the first time, at least 8.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As ``fit`` the first time, and as ``update`` and ``recalibrate`` from then on.
        """
        if not hasattr(self, "offset_"):
            self.fit(X)
            self._watch().stream.push(read_block(self, X, 0))
            return self
        self._check_recalibration()
        watch = self._watch()
        rows = read_block(self, X, watch.stream.next_label)
        self._check_next(rows.index[0])
        self._check_observed(rows)
        scores = watch.stream.push(rows).score
        self._add_calibration(rows, scores)
        scaled = self._channels.transform(rows, carried=watch.stream.carried)
        self._ensemble.learn(scaled, watch.stream.ensemble.streams)
        return self

    def reset_stream(self):
        """Forget the rows of the stream: the next one is the first of another.

        Returns
        -------
        self
        """
        self._stream = None
        return self

    def _watch(self):
        if vars(self).get("_stream") is None:
            check_is_fitted(self, "offset_")
            check_live(self)
            self._stream = Watch(self)
        return self._stream

    def _check_next(self, label):
        """Raise ValueError unless the row with `label` may come next."""
        stream = self._stream.stream
        stream.check_order(label)
        if self.irregular == "raise" and None not in (label, stream.label):
            check_even(pd.Index([stream.label, label]), self._row_step, stream.n_rows - 1)

    def _add_calibration(self, rows, live_scores=None):
        self._check_observed(rows)
        if live_scores is None:
            live_scores = Stream(self._channels, self._ensemble).push(rows).score
        scores = live_scores if self.causal else self._score_rows(rows).score
        self._recalibrate_alarms(scores)
        before = self._live_calibration
        self._calibrate_stream(np.concatenate((before.scores, live_scores)), before=before)
        if self._stream is not None:
            self._stream.verdicts.recalibrate(self, self._live_calibration)

    def _calibrate_stream(self, live_scores, **known):
        """Set the stream's calibration; that of the detector itself is set before."""
        if self.causal:
            self._live_calibration = self._calibration
        else:
            run = self._ensemble.widths[True]
            self._live_calibration = calibrate(self, live_scores, run, self._live_auto, **known)

    def _check_observed(self, rows):
        if np.isnan(rows.values[:, self._channels.targets_]).all():
            raise ValueError("X holds no value of a scored channel to learn from")
