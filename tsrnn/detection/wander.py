"""How much the level of a channel means: little if it wanders in normal operation."""

import numpy as np

_BLOCKS = 10
# Shares of variance between blocks up to which a level counts in full, and from which not at all.
_STAYS, _WANDERS = 0.7, 0.9


def level_weight(values, period):
    """Weight in [0, 1] of differences in level, one per channel.

    The rows are cut into ten blocks (fewer if a block would be shorter than a period). What decides
    is the share of a channel's variance that lies between the blocks' means: near 0 for a channel
    that returns to its level, near 1 for a random walk, of which a level never seen before says
    nothing. The weight is 1 up to a share of 0.7, falls in a straight line, and is 0 from 0.9 on.

    Parameters
    ----------
    values : ndarray of shape (n_timesteps, n_channels)
        Training rows without gaps.
    period : int
        Period in rows, 0 if there is none.

    Returns
    -------
    ndarray of shape (n_channels,)

    Examples
    --------
    >>> stays = np.tile([0.0, 1.0], 50)
    >>> steps = np.repeat(np.arange(10.0), 10)
    >>> level_weight(np.column_stack((stays, steps)), 0).round(6)
    array([1., 0.])
    """
    n_blocks = max(2, min(_BLOCKS, len(values) // max(period, 1)))
    blocks = np.array_split(values, n_blocks)
    sizes = np.array([len(block) for block in blocks]) / len(values)
    means = np.stack([block.mean(axis=0) for block in blocks])
    spread = sizes @ (means - values.mean(axis=0)) ** 2
    total = values.var(axis=0)
    between = np.divide(spread, total, out=np.zeros_like(total), where=total > 0)
    return np.clip((_WANDERS - between) / (_WANDERS - _STAYS), 0.0, 1.0)
