"""Several scorers, each smoothed and put in units of its usual size; the loudest one counts."""

from dataclasses import dataclass

import numpy as np

from tsrnn.detection.running import RunningLoudness
from tsrnn.detection.smoothing import Trailing, smooth
from tsrnn.detection.usual import Usual
from tsrnn.kernels.scores import combine, largest, observed_means

# Weights of rows on both sides fall as the cube of a straight line: a peak as narrow as a triangle
# over less than half of the rows, so that events stay apart, and long tails, so that the rows
# around an event are above those that are nothing.
_POWER = 3


@dataclass(frozen=True)
class Member:
    """A scorer with ``fit``, ``extend``, ``learn``, ``errors``, ``start``, ``push``, ``context``.

    Its scores are multiplied by `weight`. Its errors are in a `unit` of their own, or (NaN) in one
    that the ensemble finds; a causal one is a mean over the last `span` rows already. It also has
    ``learns_again``: whether ``extend`` learns anything.
    """

    scorer: object
    weight: float = 1.0
    unit: float = np.nan
    span: int = 1

    def causal_width(self, width):
        """Rows of smoothing that are left of `width`, at least half of them.

        What has been averaged twice is told of twice as late, and for twice as long afterwards.
        """
        return max(width - self.span + 1, (width + 1) // 2)


class Ensemble:
    """Maximum over scorers of their smoothed mean squares, each in its own unit.

    The first scorer's unit is the .95 quantile of its calibration errors; those of the others,
    unless they have their own, are to it as their medians are to its median. Medians are those of
    the calibration rows, or, when rows are scored together, mostly of these rows: a memory that
    knows nothing of all that is usual by now must not outvote a forecast that still holds. In a
    stream `RunningLoudness` sees to it.

    Parameters
    ----------
    members : list of Member
    widths : dict of bool to int
        Rows of smoothing of causal scores (True; at most, see `Member`) and of others.
    power : int
        See `smooth`.

    Attributes
    ----------
    usual_ : dict of bool to Usual
        For causal scores (True) and for those that may use later rows (False), where calibrated.
    """

    _state_version = 2

    def __init__(self, members, widths, power=_POWER):
        self.members = members
        self.widths = widths
        self.power = power

    @classmethod
    def _upgrade_state(cls, state, version):
        """Version 1 smoothed by triangles."""
        return state | {"power": 1}

    @property
    def scorers(self):
        """Scorers of the members."""
        return [member.scorer for member in self.members]

    @property
    def comparable(self):
        """Scorers of the members that share a unit."""
        return [member.scorer for member in self.members if np.isnan(member.unit)]

    @property
    def weights(self):
        """Weights of the members, (n_scorers,)."""
        return np.array([member.weight for member in self.members])

    def fit(self, scaled, n_train):
        """Learn from the first `n_train` rows."""
        self.usual_ = {}
        for scorer in self.scorers:
            scorer.fit(scaled, n_train)
        return self

    def measure(self, scaled, n_train):
        """Measure the size of errors on the rows after `n_train` once more."""
        for scorer in self.scorers:
            scorer.measure(scaled, n_train)

    def totals(self, scaled, width):
        """Mean squares (n, m), in triangles of `width` rows, of the m `comparable` scorers."""
        squares = [scorer.errors(scaled, False).squares for scorer in self.comparable]
        squares = np.stack(squares, axis=1)
        return smooth(observed_mean(squares), width)

    def calibrate(self, scaled, n_train, causal):
        """Learn what is usual from the rows after `n_train`; return their scores, as ``score``."""
        squares = []
        for member in self.members:
            start = max(0, n_train - member.scorer.context)
            smoothed, _ = self._smoothed(member, scaled[start:], causal)
            squares.append(smoothed[n_train - start :])
        squares = np.stack(squares, axis=1)
        total = observed_mean(squares)
        fixed = np.array([member.unit for member in self.members])
        self.usual_[causal] = usual = Usual.of(squares, total, fixed)
        return loudest(total, usual.units, self.weights)

    def extend(self, scaled):
        """Let the scorers use the calibration rows too."""
        for scorer in self.scorers:
            scorer.extend(scaled)

    def learn(self, scaled, streams):
        """Let the scorers learn from rows that the `streams` of the causal ones have just read."""
        for scorer, stream in zip(self.scorers, streams, strict=True):
            scorer.learn(scaled, stream)

    def score(self, scaled):
        """Score rows together, each with the help of the others.

        Returns
        -------
        score : ndarray of shape (n,)
            Few normal rows exceed 1; NaN where nothing was observed.
        parts : ndarray of shape (n, n_targets)
            Each channel's part of the score.
        expected : ndarray of shape (n, n_targets)
            What the first scorer expected, in deviations of the channel.
        """
        found = [self._smoothed(member, scaled, False) for member in self.members]
        squares = np.stack([smoothed for smoothed, _ in found], axis=1)
        total = observed_mean(squares)
        usual = self.usual_[False]
        best = loudest(total, usual.units_among(total), self.weights)
        return best, parts_of(best, total, squares / usual.by_channel), found[0][1]

    def _smoothed(self, member, scaled, causal):
        errors, width = member.scorer.errors(scaled, causal), self.widths[causal]
        if causal:
            width = member.causal_width(width)
        return smooth(errors.squares, width, causal=causal, power=self.power), errors.expected


class EnsembleStream:
    """Causal scores of an `Ensemble`, row by row or block by block.

    Parameters
    ----------
    ensemble : Ensemble
        Calibrated for causal scores.
    """

    def __init__(self, ensemble):
        self.ensemble = ensemble
        self.streams = [scorer.start() for scorer in ensemble.scorers]
        usual = ensemble.usual_[True]
        self.units, self.by_channel, self.weights = usual.units, usual.by_channel, ensemble.weights
        widths = [member.causal_width(ensemble.widths[True]) for member in ensemble.members]
        n_targets = usual.by_channel.shape[1]
        self.trailing = Trailing(np.repeat(widths, n_targets), usual.by_channel.size)
        self.loudness = None
        if len(self.streams) > 1:
            self.loudness = RunningLoudness(usual.quantiles, usual.n_rows, usual.fixed)

    def push(self, scaled):
        """Score the next rows.

        Returns
        -------
        score : ndarray of shape (n,)
            NaN where nothing was observed.
        detail : callable
            Gives ``parts`` and ``expected`` of `Ensemble.score`.
        """
        members = zip(self.ensemble.members, self.streams, strict=True)
        errors = [member.scorer.push(stream, scaled) for member, stream in members]
        n, shape = len(errors[0].squares), self.by_channel.shape
        total, best = np.empty((n, shape[0])), np.empty(n)
        if self.loudness is None:
            squares = self.trailing.push(errors[0].squares).reshape(n, *shape)
            observed_means(squares, total)
            largest(total, self.units, self.weights, best)
        else:
            squares = np.empty((n, *shape))
            combine(
                self.trailing.recent.extend(*[found.squares for found in errors]),
                self.trailing.falling, self.units, self.weights, *self.loudness.state, squares,
                total, best,
            )  # fmt: skip

        def detail():
            return parts_of(best, total, squares / self.by_channel), errors[0].expected

        return best, detail


def observed_mean(squares):
    """Mean over the channels, the last axis, that were observed; NaN where none was."""
    total = np.empty(squares.shape[:2])
    observed_means(squares, total)
    return total


def loudest(total, units, weights):
    """Divide **total** (n, n_scorers) by `units`; return the maximum (n,) over its scores.

    They are weighed by `weights`.
    """
    best = np.empty(len(total))
    largest(total, units, weights, best)
    return best


def parts_of(best, total, relative):
    """Each channel's part (n, n_targets) of the score.

    Within a scorer channels share by their error in units of their own median error, `relative`
    (n, n_scorers, n_targets), or else the noisiest would always lead. How far scorers are above 1
    does not matter, and the later ones have two votes to the first's one: a broken channel spoils
    forecasts of the others, but not their windows.
    """
    voice = np.minimum(np.nan_to_num(total), 1.0)
    voice[:, 1:] *= 2.0
    parts = (_shares(relative) * voice[:, :, None]).sum(axis=1)
    return _shares(parts) * np.nan_to_num(best)[:, None]


def _shares(parts):
    """Divide by the sums over the last axis; NaN counts as 0, and rows of zeros stay."""
    parts = np.nan_to_num(parts)
    whole = parts.sum(axis=-1, keepdims=True)
    return np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0)
