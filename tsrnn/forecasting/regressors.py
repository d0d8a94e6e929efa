"""What covariates bring: effects if they are known in the future, else inputs of the network."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tsrnn.forecasting.basis import Basis, stack
from tsrnn.forecasting.calendar_features import CALENDAR, calendar_codes
from tsrnn.forecasting.effects import Effects
from tsrnn.forecasting.time_axis import FixedAxis, fixed_length

# The network works in logs; effects add only if that leaves at most this part of the errors.
_MUCH_BETTER = 0.9
_MOST_OF_A_DAY = pd.Timedelta(hours=6)
# In the columns of all series together.
_MAX_NUMBERS = 30_000_000


@dataclass(frozen=True)
class Regressors:
    """The way from a panel with covariates to one without their effects, and back.

    Parameters
    ----------
    future : tuple of str
        Covariates that are known in the future.
    columns : ndarray of shape (n_future,)
        Their places among the covariates of the panel.
    calendar : tuple of str
        Keys of CALENDAR.
    effects : Effects or None
    bases : list of Basis
        Of `future`, then `calendar`.
    is_log : bool
        Whether effects multiply.
    ids : Index of shape (n_series,)
        Series that were learnt from.
    rest : ndarray of shape (n_rest,)
        Places of the covariates that the network sees.
    inputs : list of Basis
        Of them.
    by_hour : bool
        Whether effects differ by the hour of the day.
    """

    future: tuple
    columns: np.ndarray
    calendar: tuple
    effects: object
    bases: list
    is_log: bool
    ids: pd.Index
    rest: np.ndarray
    inputs: list
    by_hour: bool = False

    @classmethod
    def learn(cls, panel, future, calendar, *, m, take_log, sees_inputs):
        """Learn from a panel.

        Parameters
        ----------
        panel : Panel
        future, calendar : tuple of str
        m : int
            Season length.
        take_log : bool
            Whether effects multiply if all series are positive.
        sees_inputs : bool
            Whether the network takes inputs.
        """
        names = () if panel.covariates is None else panel.covariates.names
        columns = np.array([names.index(name) for name in future], dtype=np.int64)
        others = [k for k in range(len(names)) if k not in set(columns)] if sees_inputs else []
        rest = np.array(others, dtype=np.int64)
        bases = [Basis.of_covariate(panel, k) for k in columns]
        bases += [Basis(0.0, 1.0, np.empty(0), CALENDAR[name][1]) for name in calendar]
        inputs = [Basis.of_covariate(panel, k, bends=False) for k in rest]
        by_hour = bool(bases) and _has_hours(panel, bases)
        found = cls(
            tuple(future),
            columns,
            tuple(calendar),
            None,
            bases,
            False,
            panel.ids,
            rest,
            inputs,
            by_hour,
        )
        if not bases:
            return found
        series = [panel.series(i) for i in range(len(panel))]
        past = found._past_columns(panel)
        forms = {False: [y / _unit(y) for y in series]}
        if take_log and np.nanmin(panel.y) > 0:
            forms[True] = [np.log(y) for y in series]
        learnt = {is_log: Effects.learn(form, past, m) for is_log, form in forms.items()}
        is_log = True in learnt and learnt[False][1] > _MUCH_BETTER * learnt[True][1]
        return replace(found, effects=learnt[is_log][0], is_log=is_log)

    @property
    def n_inputs(self):
        """Inputs of the network at each step."""
        return sum(basis.of(np.zeros(1)).shape[1] for basis in self.inputs)

    def remove(self, panel):
        """Return `panel` without effects, with the inputs of the network for covariates."""
        x = stack(self.inputs, panel.x[:, self.rest]) if self.inputs else None
        y = panel.y
        if self.effects is not None:
            parts = zip(self._rows(panel), self._past_columns(panel), strict=True)
            past = [self.effects.of(row, columns) for row, columns in parts]
            removed = [
                y / np.exp(e) if self.is_log else y - _unit(y) * e
                for y, e in ((panel.series(i), e) for i, e in enumerate(past))
            ]
            y = np.concatenate(removed)
        return replace(panel, y=y, x=x, ahead=None)

    def restore(self, panel, values):
        """Return forecasts for `panel` without effects, (..., n_series, h), with them.

        `panel` has the covariates of the future ahead.
        """
        if self.effects is None:
            return values
        h = values.shape[-1]
        codes = []
        if self.future:
            codes.append(panel.ahead.of(self.future, h))
        if self.calendar:
            stamps = panel.axis.decode(panel.future_codes(h).reshape(-1))
            codes.append(calendar_codes(stamps, self.calendar).reshape(len(panel), h, -1))
        columns = self._columns(np.concatenate(codes, axis=2), panel, panel.future_codes(h))
        effect = np.stack(
            [self.effects.of(row, columns[i]) for i, row in enumerate(self._rows(panel))]
        )
        if self.is_log:
            return values * np.exp(effect)
        units = np.array([_unit(panel.series(i)) for i in range(len(panel))])
        values = values + units[:, None] * effect
        smallest = np.array([np.nanmin(panel.series(i)) for i in range(len(panel))])
        return np.where(smallest[:, None] >= 0, np.maximum(values, 0), values)

    def _columns(self, values, panel, times):
        """Return the columns of the regression for covariates (..., n_covariates) at `times`."""
        columns = stack(self.bases, values)
        if not self.by_hour:
            return columns
        hours = calendar_codes(panel.axis.decode(times.reshape(-1)), ["hour"]).reshape(times.shape)
        straight = [b.of(values[..., k])[..., : b.n_straight] for k, b in enumerate(self.bases)]
        straight = np.concatenate(straight, axis=-1)
        by_hour = straight[..., None] * (hours[..., None] == np.arange(24))[..., None, :]
        return np.concatenate([columns, by_hour.reshape(*times.shape, -1)], axis=-1)

    def _rows(self, panel):
        return self.ids.get_indexer(panel.ids)

    def _past_columns(self, panel):
        """Return the columns of the regression, one (n_i, n_columns) array per series."""
        codes = []
        if self.future:
            codes.append(carried(panel.x[:, self.columns], panel.indptr))
        if self.calendar:
            codes.append(calendar_codes(panel.stamps(), self.calendar))
        columns = self._columns(np.concatenate(codes, axis=1), panel, panel.codes())
        return np.split(columns, panel.indptr[1:-1])


def _has_hours(panel, bases):
    """Return whether a day has several steps, and there is room for a column for each hour."""
    if not isinstance(panel.axis, FixedAxis) or fixed_length(panel.freq) > _MOST_OF_A_DAY:
        return False
    n_columns = 24 * sum(basis.n_straight for basis in bases)
    return n_columns * len(panel.y) <= _MAX_NUMBERS


def _unit(y):
    return float(np.nanstd(y)) or 1.0


def carried(x, indptr):
    """Return covariates with the last known value of the same series in the place of NaN."""
    rows = np.arange(len(x))[:, None]
    first = np.repeat(indptr[:-1], np.diff(indptr))[:, None]
    last_seen = np.maximum.accumulate(np.where(np.isfinite(x), rows, first), axis=0)
    return np.take_along_axis(x, np.maximum(last_seen, first), axis=0)
