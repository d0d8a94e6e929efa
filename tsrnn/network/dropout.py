"""Dropout between layers.

Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from overfitting, Journal
of Machine Learning Research 15; not within the recurrence: Zaremba, Sutskever and Vinyals (2014),
arXiv:1409.2329.
"""

import numpy as np

from tsrnn._warnings import warn_user


def drop(x, rate, rng):
    """Set a share `rate` of x to zero and scale up the rest, so that the mean stays.

    Parameters
    ----------
    x : ndarray
    rate : float in [0, 1)
    rng : numpy.random.Generator or None
        None drops nothing.

    Returns
    -------
    x : ndarray
        New, unless nothing is dropped.
    mask : ndarray or None
        What `x` was multiplied by; None if nothing is dropped.
    """
    if rng is None or rate == 0:
        return x, None
    keep = x.dtype.type(1 - rate)
    mask = (rng.random(x.shape, np.float32) < keep) / keep
    return x * mask, mask


def warn_if_idle(network):
    """Warn if `network` is to drop outputs between layers, but has one layer only."""
    sizes = network.hidden_layer_sizes
    if network.dropout > 0 and len(sizes) == 1:
        warn_user(
            f"dropout={network.dropout} acts between stacked layers and does nothing with the "
            f"single layer of hidden_layer_sizes={sizes}"
        )
