"""What covariates that are known in the future do to the series: a regression of all of them.

The series are regressed on the columns of a `Basis` after quasi-differences, both free of what
repeats with the season (Cochrane & Orcutt 1949, JASA; Frisch & Waugh 1933, Econometrica), so that
levels, trends and seasons, which the rest of the forecaster models, are not taken for effects. Each
series has coefficients of its own, drawn to those of the panel.
"""

from dataclasses import dataclass

import numpy as np

# What the panel's coefficients count for in those of a series, and zero in those of the panel, in
# observations.
_PANEL_COUNTS = 50
_ZERO_COUNTS = 5
# The last part of each series says how much of the effects to believe.
_TESTED = 0.25
_STRENGTHS = np.linspace(0, 1, 11)
_ROUNDS = 3


@dataclass(frozen=True)
class Effects:
    """Coefficients of the panel and of its series.

    Parameters
    ----------
    usual : ndarray of shape (n_columns,)
        Of a series that was not there.
    own : ndarray of shape (n_series, n_columns)
    phi : float
        Autocorrelation of what the effects leave.
    strength : float
        What share of the effects to believe; of all coefficients, which have been multiplied.
    """

    usual: np.ndarray
    own: np.ndarray
    phi: float
    strength: float

    @classmethod
    def learn(cls, series, columns, m):
        """Regress each series on its columns.

        Parameters
        ----------
        series : list of ndarray of shape (n_i,)
            In units in which effects are alike, NaN for missing.
        columns : list of ndarray of shape (n_i, n_columns)
        m : int
            Season length.

        Returns
        -------
        effects : Effects
        loss : float
            Absolute errors in the last part of the series, relative to those without effects.
        """
        heads = [int(len(y) * (1 - _TESTED)) for y in series]
        before = _learn(
            [y[:n] for y, n in zip(series, heads, strict=True)],
            [c[:n] for c, n in zip(columns, heads, strict=True)],
            m,
        )
        strength, loss = _believe(before, series, columns, m)
        usual, own, phi = _learn(series, columns, m)
        return cls(strength * usual, strength * own, phi, strength), loss

    def of(self, i, columns):
        """Return the effects in series `i`, -1 for one that is new, from (n_steps, n_columns)."""
        return columns @ (self.usual if i < 0 else self.own[i])


def _learn(series, columns, m):
    phi = 1.0
    for _ in range(_ROUNDS):
        gram, moment, count = _sums(series, columns, m, phi)
        mean = gram / max(count, 1)
        # A column that never changes has no coefficient.
        diagonal = np.diag(mean)
        ridge = np.diag(np.maximum(diagonal, 1e-12 + 1e-6 * diagonal.max(initial=0)))
        usual = np.linalg.solve(gram + _ZERO_COUNTS * ridge, moment)
        rests = (_demeaned(y - c @ usual, m) for y, c in zip(series, columns, strict=True))
        phi = _autocorrelation(rests)
    prior = _PANEL_COUNTS * (mean + 0.01 * ridge)
    own = np.empty((len(series), len(usual)))
    for i, (y, c) in enumerate(zip(series, columns, strict=True)):
        gram, moment, _ = _sums([y], [c], m, phi)
        own[i] = np.linalg.solve(gram + prior, moment + prior @ usual)
    return usual, own, phi


def _sums(series, columns, m, phi):
    """Return the normal equations of the regression of all series, and their observations."""
    n_columns = columns[0].shape[1]
    gram, moment, count = np.zeros((n_columns, n_columns)), np.zeros(n_columns), 0
    for y, c in zip(series, columns, strict=True):
        dy, dc = _differences(y, c, m, phi)
        if len(dy) >= 2:
            # Series with more noise say less.
            precision = 1 / max(np.mean(dy**2), 1e-12)
            gram += precision * dc.T @ dc
            moment += precision * dc.T @ dy
            count += len(dy)
    return gram, moment, count


def _differences(y, c, m, phi):
    """Return quasi-differences of a series and its columns without season, where both are known."""
    y, c = _demeaned(y, m), _demeaned(c, m)
    dy, dc = y[1:] - phi * y[:-1], c[1:] - phi * c[:-1]
    known = np.isfinite(dy)
    return dy[known], dc[known]


def _demeaned(values, m):
    """Return values (n, ...) less the means of their phases of the season, where it repeats."""
    m = m if len(values) >= 3 * m else 1
    n_cycles = -(-len(values) // m)
    padded = np.full((n_cycles * m, *values.shape[1:]), np.nan)
    padded[: len(values)] = values
    folded = padded.reshape(n_cycles, m, *values.shape[1:])
    known = np.isfinite(folded)
    means = np.where(known, folded, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return (folded - means).reshape(padded.shape)[: len(values)]


def _autocorrelation(rests):
    """Return the first autocorrelation of several series of mean zero together, in [0, 1]."""
    product = square = 0.0
    for rest in rests:
        variance = np.nanmean(rest**2) if np.isfinite(rest).any() else 0.0
        if variance > 0:
            scaled = rest / np.sqrt(variance)
            product += np.nansum(scaled[1:] * scaled[:-1])
            square += np.nansum(scaled**2)
    return float(np.clip(product / square, 0, 1)) if square else 1.0


def _believe(learnt, series, columns, m):
    """Return the share of the effects with the least absolute errors in the last part, and these.

    They are relative to those without effects.
    """
    _, own, phi = learnt
    losses = np.zeros(len(_STRENGTHS))
    for y, c, b in zip(series, columns, own, strict=True):
        dy, dc = _differences(y, c, m, phi)
        scale = np.abs(dy).mean() if len(dy) else 0.0
        if scale > 0:
            tested = slice(int(len(dy) * (1 - _TESTED)), None)
            losses += [np.abs(dy[tested] - s * dc[tested] @ b).sum() / scale for s in _STRENGTHS]
    best = int(np.argmin(losses))
    return float(_STRENGTHS[best]), float(losses[best] / losses[0]) if losses[0] > 0 else 1.0
