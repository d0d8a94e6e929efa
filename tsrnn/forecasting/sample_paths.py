"""Sample paths of the future, from whole paths of errors that forecasts made in the past.

Errors of one forecast hang together over its horizon: a path keeps the signs and ranks of one past
forecast's errors, and takes its sizes from the prediction intervals, so that at each horizon the
paths are spread as the intervals say. That is ensemble copula coupling (Schefzik, Thorarinsdottir &
Gneiting 2013, Statistical Science 28(4)).
"""

import numpy as np
import pandas as pd

from tsrnn.forecasting.conformal import half_widths

# Levels in percent at which the sizes of errors are read off, between which they are interpolated.
_LEVELS = np.linspace(0.5, 99.5, 100)


def draw_errors(errors, h, size, rng):
    """Return paths of errors, in the unit of `errors`.

    Parameters
    ----------
    errors : ndarray of shape (n_errors, n_steps)
        Of past forecasts; NaN is unknown.
    h : int
        Steps of a path. Beyond `n_steps`, errors add to the one at the end of the block before.
    size : tuple of int
        Shape of the paths.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of shape (*size, h)

    Examples
    --------
    >>> errors = np.array([[1.0, 2.0], [-2.0, -4.0]])
    >>> paths = draw_errors(errors, 2, (50,), np.random.default_rng(0))
    >>> bool((np.sign(paths[:, 0]) == np.sign(paths[:, 1])).all())
    True
    """
    n_steps = errors.shape[1]
    patterns = _patterns(errors)
    sizes = np.stack(list(half_widths(errors, _LEVELS).values()))
    blocks, behind = [], 0.0
    for _ in range(-(-h // n_steps)):
        chosen = patterns[rng.integers(len(patterns), size=size)]
        # Intervals are symmetric, and so are the paths.
        sign = np.where(rng.random(size) < 0.5, -1.0, 1.0)[..., None]
        # Ranks of few errors are steps; spread evenly within them.
        levels = 100 * np.clip(np.abs(chosen) - rng.random(size)[..., None] / len(patterns), 0, 1)
        block = np.empty(chosen.shape)
        for k in range(n_steps):
            block[..., k] = np.interp(levels[..., k], _LEVELS, sizes[:, k])
        blocks.append(sign * np.sign(chosen) * block + behind)
        behind = blocks[-1][..., -1:]
    return np.concatenate(blocks, axis=-1)[..., :h]


def paths_frame(panel, name, paths):
    """Return paths, (n_series, n_paths, h), in the form of the user's input.

    See `RNNForecaster.simulate`.
    """
    n_series, n_paths, h = paths.shape
    form = panel.form
    codes = panel.future_codes(h)
    samples = np.arange(n_paths)
    if form.kind == "long":
        sample_id = np.broadcast_to(np.repeat(samples, h), (n_series, n_paths * h))
        columns = {"sample_id": sample_id, name: paths.reshape(n_series, -1)}
        return panel.long_frame(np.tile(codes, (1, n_paths)), columns)
    index = panel.axis.decode(codes[0]).rename(form.index_name)
    if form.kind == "series":
        columns = pd.Index(samples, name="sample_id")
    else:
        names = [form.columns_name, "sample_id"]
        columns = pd.MultiIndex.from_product([panel.ids, samples], names=names)
    return pd.DataFrame(paths.reshape(-1, h).T, index=index, columns=columns)


def _patterns(errors):
    """Return signed ranks in (0, 1] of the sizes of errors, (n_patterns, n_steps)."""
    whole = errors[np.isfinite(errors).all(axis=1)]
    if not len(whole):
        # What was never seen goes on as the error before it.
        whole = errors[np.isfinite(errors[:, 0])]
        last = np.maximum.accumulate(np.where(np.isfinite(whole), np.arange(whole.shape[1]), 0), 1)
        whole = np.take_along_axis(whole, last, axis=1)
    if not len(whole):
        whole = np.ones((1, errors.shape[1]))
    ranks = (np.argsort(np.argsort(np.abs(whole), axis=0), axis=0) + 1) / len(whole)
    return np.where(whole < 0, -ranks, ranks)
