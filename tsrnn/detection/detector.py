"""The recurrent anomaly detector."""

from tsrnn._validation import as_generator, check_choice, check_int, check_n_jobs, check_verbose
from tsrnn.detection.autoencoder import WindowAutoencoder
from tsrnn.detection.ensemble import Member
from tsrnn.detection.ensemble_detector import EnsembleDetector
from tsrnn.detection.level import LEVEL_ROWS, LevelScorer
from tsrnn.detection.reconstruction import ReconstructionScorer
from tsrnn.detection.recurrent import RecurrentResidual
from tsrnn.detection.regular import check_regular
from tsrnn.detection.scoring import ForecastScorer, MemoryScorer
from tsrnn.detection.stuck import StuckScorer
from tsrnn.network import Network, Plan
from tsrnn.network.dropout import warn_if_idle

# Method -> the views that it takes.
METHODS = {
    "forecast": ("forecast",),
    "reconstruct": ("reconstruction",),
    "memory": ("memory",),
    "ensemble": ("forecast", "memory", "stuck", "level"),
}
# Rows of a remembered window. Longer ones, by the period, find no more (benchmarks/README.md), and
# most of one is over by the time that it tells of an anomaly.
_MEMORY_WINDOW = 32
# Scores of a channel that stands still for twice as long as ever, what the default threshold is at,
# and of channels all of whose levels are twice as far out as ever.
_STUCK, _LEVEL = 3.0, 8.0


class RNNDetector(EnsembleDetector):
    """Anomaly detector for rows in time order: forecast errors and windows never seen before.

    Four views are combined. A forecast of each row from the rows before it fails where the
    dynamics change; a memory of training windows knows no neighbour where the shape is new; a
    channel is stuck where a value repeats for longer than it ever did; and several channels have
    left for good where means of them are farther out than they ever were. Each is smoothed and
    divided by its usual size, and the largest counts: a score of 1 is usual.

    Parameters
    ----------
    method : {"ensemble", "forecast", "memory", "reconstruct"}, default="ensemble"
        All views, or one. "reconstruct" takes another one, an encoder-decoder of windows that
        rebuilds what it has seen in training and fails to rebuild other things.
    cell : str, default="gru"
        Recurrent cell of the part that learns what the linear forecast leaves.
    hidden_layer_sizes : tuple of int, default=(32,)
        Units of its stacked layers.
    window : int, default=64
        Most rows the forecast looks back, at least 1; rows of a window to reconstruct, at least 2.
        Data too short for it shorten it.
    n_horizons : int, default=1
        Rows ahead that are forecast, at least 1, a quarter of the rows that are learnt from at
        most. With several, the error of a row is the mean over the forecasts of it from one row
        before to `n_horizons` rows before, each squared and in units of its usual size; what is
        expected (``<channel>_expected``) is still the forecast from one row before. For drifts that
        are slow enough to be followed from row to row; on public benchmarks four were as good as
        one. Of no effect on the other views.
    threshold : str, float or callable, default="auto"
        Name in `tsrnn.thresholds.THRESHOLDS`, a level, or a callable ``(scores) -> float``; it is
        given the scores of the calibration rows. "auto" is 2.5 times their .95 quantile or, if
        that is less, the quantile and five times its distance from their median, but at least
        twice the quantile. Of causal scores, which are averaged over fewer rows, it is 3.2 times
        the quantile, and this is drawn half way, on a logarithmic scale, to the median of it and
        those of the two stretches before that are as long (3 times it alone by "reconstruct").
    false_alarms_per : str, Timedelta or int, default=None
        Tolerate one false alarm per this duration, or this number of rows, instead of `threshold`.
        Alarms are counted in all rows of ``fit``, those before the calibration rows as if they had
        not been learnt, except by "reconstruct", of which that is not known.
    contamination : "auto" or float in (0, 0.5], default="auto"
        A number flags that share of the training rows instead of using `threshold`; then there is
        no hysteresis.
    smoothing : "auto" or int, default="auto"
        Rows over which scores are averaged, those nearest most: nearly all of the weight lies in
        the middle three fifths, for causal scores in the last half. "auto" is six times the period
        within 300 to 450, 450 without one, divided by the .75th power of the number of scored
        channels, whose mean is the steadier the more there are; at most the training rows and two
        years. Causal scores take the period within 64 to 100, divided by the .6th power, at most a
        quarter of the training rows and a year. Events of loud faults reach up to half of
        `smoothing_` rows before and after them. 1 turns it off, for anomalies of single rows. In
        causal scores distances of windows, 32 rows already, are averaged over 31 rows fewer, at
        least half.
    causal : bool, default=False
        True scores every row from itself and the rows before it, for live use. False also looks at
        the rows after it, and at all rows scored together to learn their scale: more accurate.
        Streams (``update``, ``score_one``) are always scored causally.
    target_channels : "auto" or list of str, default="auto"
        Channels that are scored; the others only help to predict them. "auto": all with more than
        ten distinct values; if there is none, more than two; if there is none, all. A channel that
        was constant in training counts by the values that it has shown since. Columns of text,
        categories or booleans are never scored.
    calibration_fraction : float, default=0.2
        Share of the rows, the last ones, on which errors are measured and the threshold is set.
    min_duration : int, default=1
        Shortest event in rows.
    merge_gap : int, default=0
        Events with at most this many rows between them are one.
    hysteresis : float in (0, 1], default=0.5
        An event ends where the score falls to this share of the threshold, or to the .95 quantile
        of the calibration scores, drawn as for "auto", if that is higher.
    irregular : {"ignore", "raise", "resample"}, default="ignore"
        What uneven steps of the index are: nothing, rows count as one step apart; an error; or a
        reason to score means over even steps, those without rows as missing. Answers are on the
        rows of `X` all the same: those of one step share its score.
    freq : str, Timedelta or number, default=None
        The even step, "1min" for example, a number for an index of numbers. None takes the median
        step at fit.
    duplicates : {"raise", "mean", "last"}, default="raise"
        What to make of rows with the same index label: an error, their mean, or the last of them.
        Streams and causal scores take rows as they come and refuse to merge any.
    dropout : float in [0, 1), default=0.0
        Share of a layer's outputs dropped before the next layer in training.
    solver : {"adam", "rmsprop", "sgd"}, default="adam"
    learning_rate_init : "auto" or float, default="auto"
        "auto" is 0.01, by "reconstruct" 0.005. Warmed up, then lowered along a cosine.
    alpha : float >= 0, default=0.0
        Decoupled weight decay.
    batch_size : "auto" or int, default="auto"
        Streams that the rows are cut into, to be learnt side by side, 16 by "auto", at most; by
        "reconstruct" windows per update, 64 by "auto".
    clip_norm : float or None, default=1.0
        Largest L2 norm of the gradient.
    max_iter : "auto" or int, default="auto"
        Most epochs of training.
    random_state : None or int, default=None
        Seed.
    n_jobs : None or int, default=None
        Threads.
    verbose : int or bool, default=0
        Progress messages.

    Attributes
    ----------
    offset_ : float
        Minus the threshold: ``score_samples(X) < offset_`` starts an event.
    period_ : int
        Period found in the training rows, 0 for none.
    smoothing_ : int
        Rows of smoothing in use.
    calibration_scores_ : ndarray
        Scores of the calibration rows, in time order, without stretches that look like a fault.
    n_iter_ : int
        Epochs of training; 1 where there was nothing to iterate.
    n_features_in_ : int
        Number of channels.
    feature_names_in_ : ndarray of str
        Names of the channels, if `X` had any.
    categories_ : dict of str to tuple of str
        Levels of the channels of text, in order.

    Notes
    -----
    The threshold is set with a model that has not seen the calibration rows; afterwards the memory
    and the linear part of the forecast take these rows in as well. Stretches of them in which
    errors get to four times the highest of the rows before, and that are less than half of
    them, are taken for faults: nothing is learnt from them, so that they hide no later ones. Gaps
    are carried forward as inputs but never scored, and a forecast error is divided by what the
    carried values it rests on may be off, too, as known from the changes of the channels in
    training: neither a gap nor its end is an anomaly.

    Text, of up to 32 levels, helps to forecast the other channels, a column of 0 and 1 for each
    level; what is scored is how the others behave in a state, never the state. A level that was not
    seen in training, or in few of its rows, is no error and no anomaly: it counts as the average
    of the others. Where a new state is what you look for, compare with ``categories_``.

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn import RNNDetector
    >>> t = np.arange(1200.0)
    >>> noise = np.random.default_rng(0).normal(scale=0.1, size=1200)
    >>> X = (np.sin(t / 5) + noise)[:, None]
    >>> X[1000:1030] += 2
    >>> events = RNNDetector(random_state=0).fit(X[:800]).detect(X)
    >>> len(events), bool(events["start"][0] <= 1000 < 1030 <= events["end"][0])
    (1, True)
    """

    def __init__(
        self,
        method="ensemble",
        *,
        cell="gru",
        hidden_layer_sizes=(32,),
        window=64,
        n_horizons=1,
        threshold="auto",
        false_alarms_per=None,
        contamination="auto",
        smoothing="auto",
        causal=False,
        target_channels="auto",
        calibration_fraction=0.2,
        min_duration=1,
        merge_gap=0,
        hysteresis=0.5,
        irregular="ignore",
        freq=None,
        duplicates="raise",
        dropout=0.0,
        solver="adam",
        learning_rate_init="auto",
        alpha=0.0,
        batch_size="auto",
        clip_norm=1.0,
        max_iter="auto",
        random_state=None,
        n_jobs=None,
        verbose=0,
    ):
        self.method = method
        self.cell = cell
        self.hidden_layer_sizes = hidden_layer_sizes
        self.window = window
        self.n_horizons = n_horizons
        self.threshold = threshold
        self.false_alarms_per = false_alarms_per
        self.contamination = contamination
        self.smoothing = smoothing
        self.causal = causal
        self.target_channels = target_channels
        self.calibration_fraction = calibration_fraction
        self.min_duration = min_duration
        self.merge_gap = merge_gap
        self.hysteresis = hysteresis
        self.irregular = irregular
        self.freq = freq
        self.duplicates = duplicates
        self.dropout = dropout
        self.solver = solver
        self.learning_rate_init = learning_rate_init
        self.alpha = alpha
        self.batch_size = batch_size
        self.clip_norm = clip_norm
        self.max_iter = max_iter
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    def _check_parameters(self):
        super()._check_parameters()
        check_choice("method", self.method, METHODS)
        check_regular(self)
        check_int("n_horizons", self.n_horizons, 1)
        check_n_jobs(self.n_jobs)
        check_verbose(self.verbose)
        if self.batch_size != "auto":
            check_int("batch_size", self.batch_size, 1)
        # What no network can be made of or trained by is refused before any work.
        warn_if_idle(Network(1, self.hidden_layer_sizes, 1, cell=self.cell, dropout=self.dropout))
        Plan(**self._plan())

    @property
    def n_iter_(self):
        """Epochs of training; 1 where there was nothing to iterate."""
        return max(scorer.n_iter for scorer in self._ensemble.scorers)

    def _members(self, n_train, n_targets):
        seed = int(as_generator(self.random_state).integers(2**31))
        views, members = METHODS[self.method], []
        if "forecast" in views:
            forecast = ForecastScorer(self.window, self._recurrent_part(seed), self.n_horizons)
            members.append(Member(forecast))
        if "reconstruction" in views:
            members.append(Member(ReconstructionScorer(self._autoencoder(seed, n_train))))
        if "memory" in views:
            # Distances of several channels are noisier than errors of several forecasts.
            weight = 1.0 if n_targets == 1 else 0.5
            length = max(2, min(_MEMORY_WINDOW, n_train // 4))
            members.append(Member(MemoryScorer(length, self.period_, seed), weight, span=length))
        if "stuck" in views:
            members.append(Member(StuckScorer(), _STUCK, unit=1.0))
        if "level" in views:
            members.append(Member(LevelScorer(self.period_), _LEVEL, unit=1.0, span=LEVEL_ROWS))
        return members

    def _autoencoder(self, seed, n_train):
        return WindowAutoencoder(
            max(2, min(self.window, n_train // 4)), self.cell, self.hidden_layer_sizes,
            **self._training(seed),
        )  # fmt: skip

    def _recurrent_part(self, seed):
        """Model of what the linear part leaves, see `ForecastScorer`."""
        return RecurrentResidual(self.cell, self.hidden_layer_sizes, **self._training(seed))

    def _training(self, seed):
        return {
            "plan": self._plan(),
            "batch_size": self.batch_size,
            "dropout": self.dropout,
            "random_state": seed,
            "n_jobs": self.n_jobs,
            "verbose": self.verbose,
        }

    def _plan(self):
        """Arguments of `Plan` that are not "auto"."""
        names = ("solver", "learning_rate_init", "alpha", "clip_norm", "max_iter")
        return {name: value for name in names if (value := getattr(self, name)) != "auto"}
