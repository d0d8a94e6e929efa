"""The scale on which the network works: logarithm, season taken out, gaps carried forward."""

from dataclasses import dataclass, replace

import numpy as np

from tsrnn.forecasting.multi_seasonal import find_seasons


@dataclass(frozen=True)
class WorkingScale:
    """One series on the network's scale, and the way back.

    Parameters
    ----------
    z : ndarray of shape (n,), float64
        Logarithm (if all observations are positive) of the seasonally adjusted series; missing
        values hold the last observed one, which looks at no later observation.
    observed : bool ndarray of shape (n,)
    seasons : tuple of Season
        Taken out in this order.
    is_log : bool
    non_negative : bool
        Whether all observations are at least 0, so that forecasts should be.
    level : float > 0
        Mean absolute observation.
    seasonal_variation : float > 0
        Mean absolute difference over one season, of the data.
    spread : float > 0
        Standard deviation of `z`, 1 if that is 0 or `z` a logarithm. Of what is learnt from; if
        that is constant, of all.
    variation : float >= 0
        Mean absolute difference of neighbours in `z`.
    movement : float >= 0
        The same, also of values that nothing is learnt from.
    moves : bool ndarray of shape (n,)
        Where the data differ from the value before.
    inputs : ndarray of shape (n, n_inputs), optional
        What else the network sees at each step.
    row : int, default -1
        Place of the series among those that a network has coefficients of; -1 for none.
    skipped : int, default 0
        Steps of that series before these.
    """

    z: np.ndarray
    observed: np.ndarray
    seasons: tuple
    is_log: bool
    non_negative: bool
    level: float
    seasonal_variation: float
    spread: float
    variation: float
    movement: float
    moves: np.ndarray
    inputs: np.ndarray | None = None
    row: int = -1
    skipped: int = 0

    @classmethod
    def of(
        cls, y, season_length, n_known=None, *,
        take_log=True, deseasonalize=True, inputs=None, row=-1, skipped=0,
    ):  # fmt: skip
        """Bring a series to the working scale.

        Parameters
        ----------
        y : ndarray of shape (n,), float64
            NaN is missing; the first value is not.
        season_length : int
            1 for no season.
        n_known : int, optional
            Learn all that is learnt from the first so many steps; default all.
        take_log : bool
            Take logarithms of positive series.
        deseasonalize : bool
            Take out what `find_seasons` finds.
        inputs : ndarray of shape (n, n_inputs), optional
        row, skipped : int
            See above.
        """
        # What is missing in the end tells nothing, neither of the season nor of how far it moves.
        known = y[:n_known]
        known = known[: len(known) - int(np.argmax(np.isfinite(known[::-1])))]
        seasons = find_seasons(known, season_length) if deseasonalize else ()
        adjusted = y
        for season in seasons:
            adjusted = season.remove(adjusted)
        smallest = np.nanmin(y)
        is_log = bool(take_log and smallest > 0 and np.nanmin(adjusted) > 0)
        z = _carried_forward(np.log(adjusted) if is_log else adjusted)
        known_z = z[: len(known)]
        level = float(np.nanmean(np.abs(known))) or 1.0
        return cls(
            z=z,
            observed=np.isfinite(y),
            seasons=seasons,
            is_log=is_log,
            non_negative=bool(smallest >= 0),
            level=level,
            seasonal_variation=_seasonal_variation(known, season_length) or level,
            spread=1.0 if is_log else _spread(known_z) or _spread(z) or 1.0,
            variation=_mean_difference(known_z),
            movement=_mean_difference(z),
            moves=np.append(False, np.diff(_carried_forward(y)) != 0),
            inputs=inputs,
            row=row,
            skipped=skipped,
        )

    def seen_until(self, n):
        """Return the number of steps up to the last observation among the first `n` (an array)."""
        steps = np.arange(1, len(self.observed) + 1)
        return np.maximum.accumulate(np.where(self.observed, steps, 1))[n - 1]

    def head(self, n):
        """Return the first `n` steps."""
        return self._part(slice(n))

    def tail(self, n):
        """Return the last `n` steps, not fewer than there are."""
        if n >= len(self.z):
            return self
        skipped = self.skipped + len(self.z) - n
        return replace(self._part(slice(-n, None)), skipped=skipped)

    def _part(self, steps):
        inputs = None if self.inputs is None else self.inputs[steps]
        return replace(
            self, z=self.z[steps], observed=self.observed[steps], moves=self.moves[steps],
            inputs=inputs,
        )  # fmt: skip

    def followed_by(self, z):
        """Return the series with working-scale values `z` (n_steps,) after its end."""
        moves = observed = np.ones(len(z), bool)
        observed, moves = np.append(self.observed, observed), np.append(self.moves, moves)
        inputs = self.inputs
        if inputs is not None:
            # What is not known in the future stays as it was last.
            inputs = np.vstack([inputs, np.repeat(inputs[-1:], len(z), axis=0)])
        z = np.append(self.z, z)
        return replace(self, z=z, observed=observed, moves=moves, inputs=inputs)

    def back(self, z, start):
        """Return working-scale values `z` (..., n_steps) of the steps from `start` as data."""
        values = np.exp(z) if self.is_log else z
        for season in reversed(self.seasons):
            values = season.restore(values, start)
        return np.maximum(values, 0) if self.non_negative else values


def _carried_forward(z):
    last_seen = np.maximum.accumulate(np.where(np.isfinite(z), np.arange(len(z)), 0))
    return z[last_seen]


def _spread(z):
    spread = float(np.std(z))
    # That of equal values is an error of rounding.
    return spread if spread > 1e-12 * np.abs(z).max() else 0.0


def _mean_difference(z):
    return float(np.abs(np.diff(z)).mean()) if len(z) > 1 else 0.0


def _seasonal_variation(y, m):
    m = m if len(y) > m else 1
    difference = np.abs(y[m:] - y[:-m])
    difference = difference[np.isfinite(difference)]
    return float(difference.mean()) if len(difference) else 0.0
