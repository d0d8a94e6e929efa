"""One time step at a time with a carried state: streams, and text or music that is generated."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from tsrnn.network.losses import softmax


class Stepping:
    """Adds `predict_step`, and `predict_proba_step` where there are classes, to `BaseRNN`."""

    def predict_step(self, x, state=None):
        """Read one more time step of each sequence and predict.

        The answer is what `predict` says of the last step, or without `return_sequences` of the
        whole, of the sequences read so far. A step costs the same however many came before.

        Parameters
        ----------
        x : array-like of shape (n_samples, n_features)
            The next time step of each sequence, finite. `n_features` is that of one time step:
            `n_channels` where `fit` was given 2-D rows.
        state : list of ndarray, optional
            What the last call returned. Default: the sequences begin here.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        state : list of ndarray of shape (n_states, n_samples, n_units)
            One for each stacked layer, for the next call. It is never written to, so that one
            state can be continued in several ways.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ValueError
            If the network is bidirectional, `x` has not the shape described or is not finite, the
            state is not one of this network for as many sequences, or the output is not finite.

        Examples
        --------
        >>> import numpy as np
        >>> from tsrnn import RNNRegressor
        >>> X = np.random.default_rng(0).normal(size=(20, 6, 2))
        >>> model = RNNRegressor(max_iter=2, random_state=0).fit(X, X.sum(axis=(1, 2)))
        >>> state = None
        >>> for x in X.transpose(1, 0, 2):
        ...     y, state = model.predict_step(x, state)
        >>> np.allclose(y, model.predict(X))
        True
        """
        output, state = self._step(x, state)
        if isinstance(self, ClassifierMixin):
            return self.classes_[output.argmax(axis=1)], state
        return output[:, 0] if self._squeeze else output, state

    @available_if(lambda self: isinstance(self, ClassifierMixin))
    def predict_proba_step(self, x, state=None):
        """Read one more time step of each sequence and return the classes' probabilities.

        Parameters and exceptions are those of `predict_step`. To generate a sequence, draw a class
        from the probabilities and make it the next `x`.

        Returns
        -------
        probability : ndarray of shape (n_samples, n_classes)
            In the order of `classes_`; rows sum to 1.
        state : list of ndarray of shape (n_states, n_samples, n_units)
            For the next call, see `predict_step`.

        Examples
        --------
        A network that has learnt to count to three says how it goes on.

        >>> import numpy as np
        >>> from tsrnn import RNNClassifier
        >>> counts = np.tile([0, 1, 2], 30)
        >>> one_hot = np.eye(3)
        >>> model = RNNClassifier(
        ...     return_sequences=True, bptt_steps=6, batch_size=4, learning_rate_init=0.03,
        ...     max_iter=30, random_state=0,
        ... ).fit(one_hot[counts[None, :-1]], counts[None, 1:])
        >>> count, state, said = 0, None, []
        >>> for _ in range(6):
        ...     probability, state = model.predict_proba_step(one_hot[[count]], state)
        ...     count = int(probability.argmax())
        ...     said.append(count)
        >>> said
        [1, 2, 0, 1, 2, 0]
        """
        output, state = self._step(x, state)
        return softmax(output), state

    def _step(self, x, state):
        """Return the network's outputs (n_samples, n_network_outputs) and the new state."""
        check_is_fitted(self)
        network = self._make_network(self._n_inputs, self._n_network_outputs)
        # What is too large for the network's dtype becomes infinite, which is refused below.
        with np.errstate(over="ignore"):
            x = np.ascontiguousarray(x, self.theta_.dtype)
        if x.ndim != 2 or len(x) == 0 or x.shape[1] != self._n_inputs:
            raise ValueError(
                "x must be one time step of each sequence, of shape (n_samples, n_features) = "
                f"(n_samples, {self._n_inputs}), got {x.shape}"
            )
        if not np.isfinite(x).all():
            raise ValueError(f"x must be finite as {x.dtype}, got NaN or infinity")
        if state is not None:
            _check_state(network, state, len(x))
        output, state = network.step(self.theta_, x, state)
        if not np.isfinite(output).all():
            raise ValueError(
                "the network's output is not finite: bring x to the scale it had in fit"
            )
        return output, state


def _check_state(network, state, n_samples):
    """Raise ValueError unless `state` is what `Network.step` returns for so many sequences."""
    n_states = network.cell.n_states
    layers = zip(network.dilations, network.hidden_layer_sizes, strict=True)
    expected = [(n_states, n_samples, dilation * n_units) for dilation, n_units in layers]
    got = [np.shape(s) for s in state] if isinstance(state, list | tuple) else type(state).__name__
    if got != expected:
        raise ValueError(
            "state must be what the step before returned for the same sequences, arrays of the "
            f"shapes {expected}; got {got}"
        )
