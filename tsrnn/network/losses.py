"""Losses: the weighted sum over elements, and its gradient with respect to the output.

The error is ``target - output`` throughout the package. A loss is called with

- output : ndarray of shape (..., n_targets * outputs_per_target)
- target : ndarray of shape (..., n_targets), finite also where masked
- weight : ndarray of shape (..., n_targets); zero masks an element

and divides nothing: weights that sum to 1 over a batch make it the weighted mean.
"""

from dataclasses import dataclass

import numpy as np

from tsrnn._validation import check_choice, check_real


@dataclass(frozen=True)
class SquaredError:
    """error^2."""

    def __call__(self, output, target, weight):
        """Return (sum, gradient)."""
        error = target - output
        weighted = weight * error
        return float((weighted * error).sum()), -2 * weighted


@dataclass(frozen=True)
class AbsoluteError:
    """|error|."""

    def __call__(self, output, target, weight):
        """Return (sum, gradient)."""
        error = target - output
        return float(np.sum(weight * np.abs(error))), -weight * np.sign(error)


@dataclass(frozen=True)
class Huber:
    """error^2 / 2 up to |error| = delta, delta (|error| - delta / 2) beyond; Huber (1964).

    Parameters
    ----------
    delta : float > 0
    """

    delta: float = 1.0

    def __post_init__(self):
        check_real("delta", self.delta, 0, open_minimum=True)

    def __call__(self, output, target, weight):
        """Return (sum, gradient)."""
        error = target - output
        clipped = np.clip(error, -self.delta, self.delta)
        return float(np.sum(weight * clipped * (error - clipped / 2))), -weight * clipped


@dataclass(frozen=True)
class Quantile:
    """Pinball loss max(q error, (q - 1) error); Koenker and Bassett (1978).

    With several quantiles each target has as many outputs, side by side; the loss is their mean.

    Parameters
    ----------
    quantiles : float or tuple of float in (0, 1)
    """

    quantiles: tuple = (0.5,)

    def __post_init__(self):
        levels = np.atleast_1d(np.asarray(self.quantiles, dtype=object))
        for level in levels:
            check_real("quantile", level, 0, 1, open_minimum=True, open_maximum=True)
        object.__setattr__(self, "quantiles", tuple(float(level) for level in levels))

    @property
    def outputs_per_target(self):
        """Number of quantiles."""
        return len(self.quantiles)

    def __call__(self, output, target, weight):
        """Return (sum, gradient)."""
        q = np.asarray(self.quantiles, output.dtype)
        error = target[..., None] - output.reshape(*target.shape, len(q))
        slope = np.where(error > 0, q, np.where(error < 0, q - 1, 0))
        weight = weight[..., None] / output.dtype.type(len(q))
        gradient = -(weight * slope).astype(output.dtype, copy=False)
        return float(np.sum(weight * slope * error)), gradient.reshape(output.shape)


@dataclass(frozen=True)
class CrossEntropy:
    """-log softmax(output)[class]; the target's last axis has length 1 and holds the class index.

    Bridle (1990), in Neurocomputing: Algorithms, Architectures and Applications.
    """

    def __call__(self, output, target, weight):
        """Return (sum, gradient)."""
        probability = softmax(output)
        chosen = target.astype(np.intp)
        likelihood = np.take_along_axis(probability, chosen, axis=-1)
        tiny = np.finfo(output.dtype).tiny
        loss = float(-np.sum(weight * np.log(np.maximum(likelihood, tiny))))
        np.put_along_axis(probability, chosen, likelihood - 1, axis=-1)
        return loss, probability * weight


def softmax(output):
    """Return exp(output) / sum over the last axis, computed without overflow."""
    exponential = np.exp(output - output.max(axis=-1, keepdims=True))
    return exponential / exponential.sum(axis=-1, keepdims=True)


LOSSES = {
    "squared_error": SquaredError,
    "absolute_error": AbsoluteError,
    "huber": Huber,
    "quantile": Quantile,
    "cross_entropy": CrossEntropy,
}


def make_loss(name, **parameters):
    """Return the loss called `name`; ValueError lists the known ones."""
    return LOSSES[check_choice("loss", name, LOSSES)](**parameters)


def n_outputs_for(loss, n_targets):
    """Return the number of network outputs that `loss` needs for `n_targets` targets."""
    return n_targets * getattr(loss, "outputs_per_target", 1)
