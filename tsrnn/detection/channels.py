"""Scale, fill and sort channels into targets, inputs and constants, from training rows alone."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from tsrnn._rebuilt import Rebuilt
from tsrnn.detection.categories import one_hot
from tsrnn.detection.variety import Variety
from tsrnn.kernels.scores import is_complete, scale_rows

_MOST = 1e50
_ROUNDING = 1e-9


@dataclass
class Scaled:
    """Channels in units of their training deviation.

    `inputs` (n, C_in) and `target_values` (n, C_target), the columns that are scored, have no gaps;
    `missing` (n, C_target) marks target values that were not observed; `counts` (C_target,) or
    (n, C_target) tells which targets are scored, see `Variety`; `flat` (C_target,) marks those that
    were constant in training; `index` labels the rows; `spread` (C_target,) is the deviation over
    training and these rows together, in training deviations; `stale` (n, C_in) marks inputs that
    were not observed, None if all were.

    Not frozen, like `Rows`: that takes thrice as long to make, and a stream makes one a row.
    """

    inputs: np.ndarray
    target_values: np.ndarray
    missing: np.ndarray
    counts: np.ndarray
    flat: np.ndarray
    index: pd.Index
    spread: np.ndarray
    stale: np.ndarray | None = None

    def __len__(self):
        return len(self.inputs)

    def __getitem__(self, part):
        return replace(
            self,
            inputs=self.inputs[part],
            target_values=self.target_values[part],
            missing=self.missing[part],
            counts=self.counts if self.counts.ndim == 1 else self.counts[part],
            index=self.index[part],
            stale=None if self.stale is None else self.stale[part],
        )

    @cached_property
    def ignored(self):
        """Target values (n, C_target) that are not to be scored."""
        return self.missing if self.counts.all() else self.missing | ~self.counts


@dataclass
class Carried(Rebuilt):
    """What a stream of rows hands on: last value of every channel, variety and units of targets."""

    last: np.ndarray
    variety: Variety
    units: np.ndarray


class Channels:
    """Mean, deviation and role of every channel.

    Channels that are constant in training are no inputs. Targets are the channels of the richest
    kind (signals, if there are any, see `Variety`), and those that were constant: they are scored
    once they have shown to be of that kind too. Text and booleans are never targets; text is an
    input by a table of its levels.

    Parameters
    ----------
    targets : "auto" or sequence of str
        Names of the scored channels.

    Attributes
    ----------
    mean_, scale_, fill_ : ndarray of shape (n_channels,)
        Training mean, deviation and median. A constant channel has the scale 1. Of text: NaN, 1 and
        the place of unknown levels.
    inputs_, targets_ : ndarray of int
        Channel numbers used to predict, and channel numbers that are or may be scored.
    tables_ : dict of int to ndarray
        By number of the text channels, the inputs that stand for the places of levels, `one_hot`.
    flat_ : ndarray of bool of shape (n_targets,)
        Which targets were constant.
    variety_ : Variety
        Of the targets.
    """

    _state_version = 2

    def __init__(self, targets="auto"):
        self.targets = targets

    @classmethod
    def _upgrade_state(cls, state, version):
        """Text was refused in version 1."""
        return state | {"tables_": {}}

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
        moving = deviation > _ROUNDING * np.maximum(np.abs(self.mean_), 1e-300)
        self.scale_ = np.where(moving, deviation, 1.0)
        self._learn_texts(rows)
        texts = np.isin(np.arange(values.shape[1]), rows.texts)
        moving &= ~texts
        # If nothing moved so far, then any movement at all is news.
        self.inputs_ = np.flatnonzero((moving | ~moving.any()) & ~texts)
        self.targets_ = self._choose_targets(rows, moving)
        self.flat_ = ~moving[self.targets_]
        self.variety_ = Variety(self._told_apart(values))
        return self

    def _learn_texts(self, rows):
        self.tables_ = {}
        for channel in rows.texts:
            n_levels = len(rows.helpers[channel])
            table = one_hot(rows.values[:, channel], n_levels)
            if table.shape[1]:
                self.tables_[channel] = table
            self.mean_[channel], self.scale_[channel] = np.nan, 1.0
            self.fill_[channel] = n_levels

    @property
    def n_inputs(self):
        """Number of columns of `Scaled.inputs`."""
        return len(self.inputs_) + sum(table.shape[1] for table in self.tables_.values())

    @property
    def n_signals_(self):
        """Number of targets that are scored as signals, at least 1."""
        named = not isinstance(self.targets, str)
        return len(self.targets_) if named else max(self.variety_.n_signals, 1)

    def _choose_targets(self, rows, moving):
        if isinstance(self.targets, str):
            scored = ~np.isin(np.arange(len(moving)), list(rows.helpers))
            kinds = np.where(moving & scored, Variety(rows.values).kinds, 0)
            return np.flatnonzero(scored & (~moving | (kinds == kinds.max())))
        return np.array([rows.names.index(name) for name in dict.fromkeys(self.targets)])

    def _told_apart(self, values):
        """Values (n, n_targets) of the targets, without the rounding noise of constants."""
        values, mean = values[:, self.targets_], self.mean_[self.targets_]
        noise = self.flat_ & (np.abs(values - mean) <= _ROUNDING * np.abs(mean))
        return np.where(noise, mean, values)

    def transform(self, rows, *, pool=False, carried=None):
        """Fill gaps (carry forward, then the training median), centre and scale.

        With `pool`, `spread` and the choice of the scored channels take these rows into account;
        without, they are those of training, or of a stream that `carried` them on.
        """
        filled, gaps, stale, _ = self._fill(rows, self.fill_)
        carried = carried or self.start()
        variety, units, spread = carried.variety, carried.units, np.ones(len(self.targets_))
        if pool:
            variety.follow(self._told_apart(rows.values))
            spread = self._pooled(self._scale(filled)[:, self.targets_])
            units = np.where(self.flat_, spread, units)
            spread = np.where(self.flat_, 1.0, spread)
        counts = self._counts(variety)
        return self._scaled(rows.index, filled, gaps, counts, units, spread, stale)

    def start(self):
        """Return what is carried into the first row of a stream, for `transform_next`."""
        return Carried(self.fill_, self.variety_.copy(), np.ones(len(self.targets_)))

    def transform_next(self, rows, carried):
        """Scale the next rows of a stream, from what was `carried` on, which is brought forward.

        A channel that was constant in training is measured in the deviation of its distinct values
        so far, up to eleven.
        """
        rebuilt, n_targets = carried.rebuilt, len(self.targets_)
        if "same" not in rebuilt:
            none = np.zeros((1, n_targets), bool)
            rebuilt["same"] = np.ones(n_targets), ~none[0], none
        spread, counts, none = rebuilt["same"]
        filled, gaps, stale, carried.last = self._fill(rows, carried.last)
        if isinstance(self.targets, str) and not carried.variety.all_signals:
            counts, units = self._follow(self._told_apart(rows.values), carried)
            return self._scaled(rows.index, filled, gaps, counts, units, spread, stale)
        missing = none if gaps is None and len(filled) == 1 else None
        scaled = self._scaled(
            rows.index, filled, gaps, counts, carried.units, spread, stale, missing
        )
        # As all count: a stream of single rows has no time to find out.
        vars(scaled)["ignored"] = scaled.missing
        return scaled

    def _follow(self, values, carried):
        counts, news = carried.variety.follow(values)
        news = [(channel, rows) for channel, rows in news if self.flat_[channel]]
        if not news:
            return counts, carried.units
        units = np.repeat(carried.units[None], len(values), axis=0)
        for channel, rows in news:
            seen = carried.variety.seen[channel]
            seen = seen[~np.isnan(seen)]
            for row, n_seen in zip(
                rows, range(len(seen) - len(rows) + 1, len(seen) + 1), strict=True
            ):
                units[row:, channel] = seen[:n_seen].std() if n_seen > 1 else 1.0
        carried.units = units[-1]
        return counts, units

    def _counts(self, variety):
        return variety.counts if isinstance(self.targets, str) else np.ones(len(self.flat_), bool)

    def _fill(self, rows, last):
        values, gaps, stale = rows.values, None, None
        if not (rows.finite or is_complete(values)):
            gaps = np.isnan(values)
            values, stale = _carry_forward(values, gaps, last), self._stale(gaps)
        return values, gaps, stale, values[-1]

    def _scale(self, values):
        scaled = (values - self.mean_) / self.scale_
        # Absurd values stay absurd, but their squares do not overflow.
        return np.minimum(np.maximum(scaled, -_MOST), _MOST)

    def _scaled(self, index, filled, gaps, counts, units, spread, stale, missing=None):
        n = len(filled)
        inputs, targets = np.empty((n, len(self.inputs_))), np.empty((n, len(self.targets_)))
        scale_rows(
            filled, self.mean_, self.scale_, _MOST, self.inputs_, self.targets_,
            units if units.ndim == 2 else units[None], inputs, targets,
        )  # fmt: skip
        if self.tables_:
            texts = [table[filled[:, c].astype(np.intp)] for c, table in self.tables_.items()]
            inputs = np.column_stack([inputs, *texts])
        if gaps is not None:
            missing = gaps.take(self.targets_, axis=1)
        elif missing is None:
            missing = np.zeros(targets.shape, bool)
        return Scaled(inputs, targets, missing, counts, self.flat_, index, spread, stale)

    def _stale(self, gaps):
        """Which inputs (n, C_in) are those of `gaps` (n, n_channels)."""
        texts = [np.repeat(gaps[:, [c]], t.shape[1], axis=1) for c, t in self.tables_.items()]
        return np.column_stack([gaps[:, self.inputs_], *texts])

    def _pooled(self, values):
        """Deviation of training rows (mean 0) and `values` together; at least that of the former.

        1 for what has always been constant.
        """
        share = len(values) / (len(values) + self.n_rows_)
        mean, square = values.mean(axis=0), np.mean(values**2, axis=0)
        before = np.where(self.flat_, 0.0, 1.0)
        variance = (1 - share) * before + share * square - (share * mean) ** 2
        variance = np.maximum(variance, before)
        return np.sqrt(np.where(variance > 0, variance, 1.0))

    def restore(self, scaled):
        """Back from scaled targets (n, C_target) to the users' units."""
        return scaled * self.scale_[self.targets_] + self.mean_[self.targets_]

    def _check_loaded(self, parts):
        inputs, tables = self.inputs_, self.tables_
        if not (isinstance(inputs, np.ndarray) and inputs.ndim == 1 and inputs.dtype.kind == "i"):
            raise ValueError(f"inputs_ must be channel numbers, got {inputs!r}")
        if not all(isinstance(table, np.ndarray) and table.ndim == 2 for table in tables.values()):
            raise ValueError("tables_ must hold an array of two dimensions for each text channel")


def _carry_forward(values, gaps, start):
    last = np.where(gaps, -1, np.arange(len(values))[:, None])
    last = np.maximum.accumulate(last, axis=0)
    carried = np.take_along_axis(values, np.maximum(last, 0), axis=0)
    return np.where(last < 0, start, carried)
