"""Scale, fill and sort channels into targets, inputs and constants, from training rows alone."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

_MOST = 1e50


@dataclass(frozen=True)
class Scaled:
    """Channels in units of their training deviation.

    `inputs` (n, C_in) has no gaps; `targets` are the columns of it that are scored; `missing`
    (n, C_target) marks target values that were not observed; `index` labels the rows; `spread`
    (C_target,) is the deviation over training and these rows together, in training deviations.
    """

    inputs: np.ndarray
    targets: np.ndarray
    missing: np.ndarray
    index: pd.Index
    spread: np.ndarray

    def __len__(self):
        return len(self.inputs)

    def __getitem__(self, part):
        return replace(
            self, inputs=self.inputs[part], missing=self.missing[part], index=self.index[part]
        )

    @cached_property
    def target_values(self):
        """Scored channels (n, C_target), gaps filled."""
        return self.inputs[:, self.targets]


class Channels:
    """Mean, deviation and role of every channel.

    Constant channels are left out. Channels with more than ten distinct values are targets (if
    there is none, those with more than two; if there is none, all): a forecast error of a switch
    says more about the operator than about the plant, so switches only help to predict the others.

    Parameters
    ----------
    targets : "auto" or sequence of str
        Names of the scored channels.

    Attributes
    ----------
    mean_, scale_, fill_ : ndarray of shape (n_channels,)
        Training mean, deviation and median. A constant channel has the scale 1.
    inputs_, targets_ : ndarray of int
        Channel numbers used at all, and channel numbers scored.
    places_ : ndarray of int
        Places of `targets_` among `inputs_`.
    """

    def __init__(self, targets="auto"):
        self.targets = targets

    def fit(self, rows):
        """Learn from `rows` (training rows only)."""
        values = rows.values
        self.n_rows_ = len(values)
        empty = np.isnan(values).all(axis=0)
        safe = np.where(empty, 0.0, values) if empty.any() else values
        self.fill_ = np.nanmedian(safe, axis=0)
        self.mean_ = np.nanmean(safe, axis=0)
        deviation = np.nanstd(safe, axis=0)
        # A deviation at rounding level of the values is a constant, not a signal.
        moving = deviation > 1e-9 * np.maximum(np.abs(self.mean_), 1e-300)
        self.scale_ = np.where(moving, deviation, 1.0)
        self.inputs_ = np.flatnonzero(moving)
        if not len(self.inputs_):
            # Nothing moved so far: then any movement at all is news.
            self.inputs_ = np.arange(values.shape[1])
        self.targets_ = self._choose_targets(rows)
        # Constants that the user wants to be scored are kept.
        self.inputs_ = np.union1d(self.inputs_, self.targets_)
        self.places_ = np.searchsorted(self.inputs_, self.targets_)
        return self

    def check(self, names):
        """Raise ValueError unless `targets` is "auto" or names some of the channels `names`."""
        accepted = 'target_channels must be "auto" or a list of channel names'
        if isinstance(self.targets, str):
            if self.targets != "auto":
                raise ValueError(f"{accepted}, got target_channels={self.targets!r}")
            return
        unknown = [name for name in self.targets if name not in names]
        if unknown or not len(self.targets):
            culprit = f"unknown: {', '.join(map(repr, unknown))}" if unknown else "got none"
            raise ValueError(f"{accepted}, here {', '.join(map(repr, names[:20]))}; {culprit}")

    def _choose_targets(self, rows):
        if isinstance(self.targets, str):
            distinct = np.array([len(pd.unique(rows.values[:, c])) for c in self.inputs_])
            for least in (11, 3):
                if (distinct >= least).any():
                    return self.inputs_[distinct >= least]
            return self.inputs_
        return np.array([rows.names.index(name) for name in dict.fromkeys(self.targets)])

    def transform(self, rows, *, pool=False):
        """Fill gaps (carry forward, then the training median), centre and scale.

        With `pool`, `spread` takes these rows into account; without, it is 1.
        """
        scaled, _ = self.transform_next(rows, self.fill_[self.inputs_])
        return replace(scaled, spread=self._pooled(scaled.target_values)) if pool else scaled

    def transform_next(self, rows, last):
        """Return the scaled rows, gaps filled from `last` (C_in,) on, and their last values."""
        values = rows.values[:, self.inputs_]
        gaps = np.isnan(values)
        if gaps.any():
            values = _carry_forward(values, gaps, last)
        scaled = (values - self.mean_[self.inputs_]) / self.scale_[self.inputs_]
        # Absurd values stay absurd, but their squares do not overflow.
        scaled = np.minimum(np.maximum(scaled, -_MOST), _MOST)
        targets = self.places_
        ones = np.ones(len(targets))
        return Scaled(scaled, targets, gaps[:, targets], rows.index, ones), values[-1]

    def _pooled(self, values):
        """Deviation of training rows (mean 0, deviation 1) and `values` together, at least 1."""
        share = len(values) / (len(values) + self.n_rows_)
        mean, square = values.mean(axis=0), np.mean(values**2, axis=0)
        return np.sqrt(np.maximum(1 - share + share * square - (share * mean) ** 2, 1.0))

    def restore(self, scaled):
        """Back from scaled targets (n, C_target) to the users' units."""
        return scaled * self.scale_[self.targets_] + self.mean_[self.targets_]


def _carry_forward(values, gaps, start):
    last = np.where(gaps, -1, np.arange(len(values))[:, None])
    last = np.maximum.accumulate(last, axis=0)
    carried = np.take_along_axis(values, np.maximum(last, 0), axis=0)
    return np.where(last < 0, start, carried)
