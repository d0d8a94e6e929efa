"""How well a network does."""

import numpy as np
from sklearn.metrics import r2_score


def r2_where_known(outputs, targets, weights):
    """Return R^2, mean over the targets on the last axis, without elements of weight 0."""
    scores = []
    for j in range(targets.shape[-1]):
        known = weights[..., j] > 0
        target, output, weight = (a[..., j][known] for a in (targets, outputs, weights))
        scores.append(r2_score(target, output, sample_weight=weight))
    return float(np.mean(scores))


def share_explained(loss, outputs, targets, weights, level=None):
    """Return the share of the loss that the outputs explain, 1 at best, mean over targets.

    1 - loss / (loss of the best constant): R^2 for the squared error, and what scikit-learn calls
    D^2 for the absolute and the quantile loss (Koenker and Machado 1999, Journal of the American
    Statistical Association 94). Where all targets are the same, which a constant explains
    perfectly, it is -loss.

    Parameters
    ----------
    loss : callable
        See `tsrnn.network.losses`.
    outputs, targets, weights : ndarray of shape (n, n_targets)
        Targets of weight 0 do not count, nor do columns that have no other.
    level : float in (0, 1), optional
        The best constant is this quantile of the targets; default their mean.

    Returns
    -------
    float
    """
    shares = []
    for output, target, weight in zip(outputs.T, targets.T, weights.T, strict=True):
        known = weight > 0
        if not known.any():
            continue
        target, weight = target[known].astype(float), weight[known].astype(float)
        if level is None:
            constant = np.average(target, weights=weight)
        else:
            constant = np.quantile(target, level, weights=weight, method="inverted_cdf")
        # Outputs on their way to diverging are told by an infinite loss.
        with np.errstate(over="ignore", invalid="ignore"):
            found = _total(loss, output[known].astype(float), target, weight)
        reference = _total(loss, np.full_like(target, constant), target, weight)
        shares.append(1 - found / reference if reference > 0 else -found / weight.sum())
    return float(np.mean(shares))


def _total(loss, output, target, weight):
    return loss(output[:, None], target[:, None], weight[:, None])[0]
