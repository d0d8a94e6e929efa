"""Any scikit-learn outlier detector, on windows of rows."""

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import IsolationForest

from tsrnn.baselines._detector import BaselineDetector
from tsrnn.detection.smoothing import smooth
from tsrnn.detection.windows import BoxWindows

_BLOCK = 4096


class WindowedOutlier(BaselineDetector):
    """Outlier detector for independent samples, shown windows as samples.

    Windows of the standardised channels, averaged to at most 32 points, one every window / 16 rows.
    The score of a window is written at its centre (or end, if causal) and smoothed over a window.

    Parameters
    ----------
    estimator : scikit-learn outlier detector, default=None
        Has ``fit`` and ``score_samples`` or ``decision_function`` (higher is more normal). A clone
        of it is fitted, of ``LocalOutlierFactor`` one with ``novelty=True``, which scores new
        samples. A transformer with ``inverse_transform``, such as ``PCA(0.9)``, is scored by its
        mean squared error of reconstruction. None stands for
        ``IsolationForest(random_state=random_state)``.
    window : "auto" or int, default="auto"
        Rows, at least 2. "auto" is the period within 32 to 200, a quarter of the rows at most.
    causal : bool, default=False
        True never looks ahead.
    threshold : str, float or callable, default="auto"
        As for `tsrnn.RNNDetector`, like all that follow.
    false_alarms_per : str, Timedelta or int, default=None
        Tolerated false alarms: one per this duration or number of rows.
    contamination : "auto" or float in (0, 0.5], default="auto"
        Share of the training rows to flag.
    target_channels : "auto" or list of str, default="auto"
        Channels that are scored.
    calibration_fraction : float, default=0.2
        Share of the rows, the last ones, that set the threshold.
    min_duration, merge_gap : int, default=1 and 0
        Shortest event, and longest gap inside one, in rows.
    hysteresis : float in (0, 1], default=0.5
        Share of the threshold at which an event ends.
    random_state : None or int, default=None
        Seed of the default estimator and of the draw from more than 4,000 training windows.

    Notes
    -----
    Outlier scores have no common unit. Here 0 is the median of the calibration rows (lower scores
    count as 0) and 1 their .95 quantile. The parts of the channels are their shares of the window's
    squared standardised values, since the estimator gives none.

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn.baselines import WindowedOutlier
    >>> X = np.sin(np.arange(600) / 5) + np.random.default_rng(0).normal(scale=0.1, size=600)
    >>> X[450:500] += 3
    >>> model = WindowedOutlier(random_state=0).fit(X[:400, None])
    >>> int(model.score_samples(X[:, None]).argmin()) in range(440, 510)
    True

    With other estimators:

    >>> from sklearn.decomposition import PCA
    >>> from sklearn.neighbors import LocalOutlierFactor
    >>> for estimator in (LocalOutlierFactor(), PCA(0.9)):
    ...     model = WindowedOutlier(estimator).fit(X[:400, None])
    ...     print(int(model.score_samples(X[:, None]).argmin()) in range(440, 510))
    True
    True
    """

    def __init__(
        self,
        estimator=None,
        window="auto",
        *,
        causal=False,
        threshold="auto",
        false_alarms_per=None,
        contamination="auto",
        target_channels="auto",
        calibration_fraction=0.2,
        min_duration=1,
        merge_gap=0,
        hysteresis=0.5,
        random_state=None,
    ):
        super().__init__(
            window,
            threshold=threshold,
            false_alarms_per=false_alarms_per,
            contamination=contamination,
            target_channels=target_channels,
            calibration_fraction=calibration_fraction,
            min_duration=min_duration,
            merge_gap=merge_gap,
            hysteresis=hysteresis,
        )
        self.estimator = estimator
        self.causal = causal
        self.random_state = random_state

    def _check_parameters(self):
        super()._check_parameters()
        if self.estimator is not None and not any(
            hasattr(self.estimator, method)
            for method in ("score_samples", "decision_function", "inverse_transform", "novelty")
        ):
            raise TypeError(
                "estimator must be a scikit-learn outlier detector with score_samples or "
                "decision_function, or a transformer with inverse_transform, "
                f"got {self.estimator!r}"
            )

    def _fit_scaled(self, train):
        layout = BoxWindows(self.window_)
        starts = layout.starts(len(train), self.random_state)
        # The estimator knows the channels it was fitted on and no others.
        self._scored = np.flatnonzero(train.counts)
        values = train.target_values[:, self._scored]
        windows = layout.gather(layout.points(values), starts)
        self.estimator_ = self._unfitted().fit(windows.reshape(len(windows), -1))
        # Rows that windows and smoothing find before the first scored row.
        self._before = values[-2 * layout.span :]
        self._centre = self._unit = None

    def _unfitted(self):
        if self.estimator is None:
            return IsolationForest(random_state=self.random_state)
        estimator = clone(self.estimator)
        if hasattr(estimator, "novelty"):
            estimator.set_params(novelty=True)
        return estimator

    def _calibrate(self, score, n_train):
        score = score[n_train:]
        centre = float(np.median(score))
        # A spread at rounding level means that all windows look alike to the estimator.
        rounding = 1e-9 * max(1.0, abs(centre))
        self._centre = centre + rounding
        self._unit = max(float(np.quantile(score, 0.95)) - self._centre, 1e3 * rounding)
        return self._in_units(score)

    def _score_scaled(self, scaled):
        layout, values = BoxWindows(self.window_), scaled.target_values[:, self._scored]
        n_before = 0
        # A seam is a window like no other: training rows go before only where they must.
        if self.causal or len(values) < layout.span:
            n_before = len(self._before)
            values = np.concatenate((self._before, values))
        ends = np.arange(layout.span - 1, len(values), layout.stride)
        points = layout.points(values)
        raw, energy = np.empty(len(ends)), np.empty((len(ends), values.shape[1]))
        for first in range(0, len(ends), _BLOCK):
            block = slice(first, first + _BLOCK)
            windows = layout.gather(points, ends[block] + 1 - layout.span)
            raw[block] = self._outlyingness(windows.reshape(len(windows), -1))
            energy[block] = (windows**2).mean(axis=1)
        energy /= np.maximum(energy.sum(axis=1, keepdims=True), 1e-300)
        spread = self._to_rows(np.column_stack((raw, energy)), ends, len(values))
        score = smooth(spread[:, 0], self.window_, causal=self.causal)[n_before:]
        score = self._in_units(score)
        parts, expected = np.zeros((2, *scaled.target_values.shape))
        parts[:, self._scored] = spread[n_before:, 1:] * score[:, None]
        return score, parts, expected

    def _in_units(self, score):
        """Outlyingness above the usual one; as it comes, of any sign, until that is known."""
        if self._centre is None:
            return score
        return np.maximum((score - self._centre) / self._unit, 0.0)

    def _to_rows(self, values, ends, n_rows):
        """Values of windows at their centre, interpolated, or, causal, from their end on."""
        rows = np.arange(n_rows)
        if self.causal:
            return values[np.maximum(np.searchsorted(ends, rows, side="right") - 1, 0)]
        centre = ends - (BoxWindows(self.window_).span - 1) / 2
        return np.column_stack([np.interp(rows, centre, column) for column in values.T])

    def _outlyingness(self, windows):
        # scikit-learn's trees work in single precision, whose squares must not overflow.
        windows = np.clip(windows, -1e15, 1e15)
        estimator = self.estimator_
        if hasattr(estimator, "inverse_transform"):
            rebuilt = estimator.inverse_transform(estimator.transform(windows))
            return np.square(windows - rebuilt).mean(axis=1)
        score = getattr(estimator, "score_samples", None) or estimator.decision_function
        return -score(windows)
