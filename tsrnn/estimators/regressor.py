"""Recurrent network for regression on sequences."""

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_array

from tsrnn._validation import check_choice, check_real
from tsrnn.estimators._base import BaseRNN
from tsrnn.estimators._scores import r2_where_known, share_explained
from tsrnn.estimators._steps import pad_steps, target_weights
from tsrnn.estimators._torch_weights import RegressorTorchWeights
from tsrnn.network.losses import LOSSES, make_loss


class RNNRegressor(RegressorTorchWeights, RegressorMixin, BaseRNN):
    """Recurrent network for regression: one target per sequence, or one per time step.

    Parameters
    ----------
    cell : str, default "gru"
        Recurrent cell, a name in `tsrnn.cells.CELLS`: "rnn" (Elman, tanh), "rnn_relu", "lstm",
        "gru".
    hidden_layer_sizes : tuple of int, default (32,)
        Units of each stacked recurrent layer.
    bidirectional : bool, default False
        Read each sequence in both directions.
    dropout : float in [0, 1), default 0.0
        Share of a layer's outputs dropped before the next layer while training.
    dilations : tuple of int, optional
        How many steps the recurrence of each layer reaches back; default 1 for all.
    residual : bool, default False
        Add to the output of every layer but the first what it read; layers are then of one size.
    n_channels : int, default 1
        Values per time step where `X` is 2-D, ``n_timesteps * n_channels`` columns, time-major.
    return_sequences : bool, default False
        One target per time step in place of one per sequence.
    bptt_steps : int, optional
        Truncate back-propagation through time to chunks of so many steps, the state carried from
        one to the next. Default: back-propagate through whole sequences. With a single sequence
        and ``return_sequences=True`` the sequence is cut into `batch_size` parallel streams and
        the weights are updated after every chunk, in constant memory.
    loss : {"squared_error", "absolute_error", "huber", "quantile"}, default "squared_error"
    quantile : float in (0, 1), default 0.5
        The quantile that ``loss="quantile"`` estimates.
    alpha : float >= 0, default 0.0
        Decoupled weight decay, relative to the learning rate; biases are not decayed.
    solver : {"adam", "rmsprop", "sgd"}, default "adam"
    learning_rate_init : float > 0, default 1e-3
    learning_rate : {"constant", "cosine", "one_cycle", "plateau"}, default "constant"
        Schedule over the `max_iter` epochs.
    batch_size : int, default 32
        Sequences per update.
    max_iter : int, default 100
        Passes over the data, at most.
    clip_norm : float > 0 or None, default 1.0
        Largest L2 norm of the gradient; None does not clip.
    tol : float >= 0, default 1e-4
        Least improvement that counts, see `n_iter_no_change`.
    early_stopping : bool, default False
        Hold out part of the samples, stop when the score on it no longer improves, and keep the
        best weights. The score is the share of `loss` explained, 1 - loss / (loss of the best
        constant): R^2 for the squared error. Otherwise training stops when the training loss no
        longer improves. `partial_fit` holds out nothing.
    validation_fraction : float in (0, 1), default 0.1
        Share of the samples held out for early stopping, rounded up.
    validation_split : {"random", "temporal"}, default "random"
        Hold out samples drawn at random, or the last ones, for samples in order of time; of a
        single sample with `return_sequences`, "temporal" holds out the last time steps.
    n_iter_no_change : int, default 10
        Epochs without improvement after which training stops.
    warm_start : bool, default False
        Go on from the weights of the last `fit`.
    shuffle : bool, default True
        Draw the order of the samples anew for each pass.
    random_state : int, Generator, RandomState or None, default None
        Seed of the initial weights, the shuffling and dropout. NumPy's global generator is never
        used.
    n_jobs : int or None, default None
        Threads; None is 1 unless in a `joblib.parallel_config` context. Results do not depend on
        it.
    verbose : int or bool, default 0
        Above 0 shows one progress bar on standard error, with the loss and, where there is one,
        the validation score.

    Attributes
    ----------
    coefs_ : dict of str to ndarray
        Parameters by PyTorch's names, read-only.
    loss_curve_ : list of float
        Mean training loss of each epoch.
    validation_scores_ : list of float
        Score on the held-out samples after each epoch; empty without early stopping.
    best_loss_ : float
        Lowest training loss.
    n_iter_ : int
        Epochs run.
    n_features_in_ : int
        Columns of a 2-D `X`, or features per time step.
    feature_names_in_ : ndarray of str
        Names of the columns, where `X` was a DataFrame or a list of them.
    n_outputs_ : int
        Targets per sequence or time step.

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn import RNNRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 12)).astype("float32")
    >>> y = X[:, -3:].sum(axis=1)
    >>> model = RNNRegressor(learning_rate_init=0.01, max_iter=30, random_state=0).fit(X, y)
    >>> bool(model.score(X, y) > 0.9)
    True
    """

    def __init__(
        self,
        cell="gru",
        hidden_layer_sizes=(32,),
        *,
        bidirectional=False,
        dropout=0.0,
        dilations=None,
        residual=False,
        n_channels=1,
        return_sequences=False,
        bptt_steps=None,
        loss="squared_error",
        quantile=0.5,
        alpha=0.0,
        solver="adam",
        learning_rate_init=1e-3,
        learning_rate="constant",
        batch_size=32,
        max_iter=100,
        clip_norm=1.0,
        tol=1e-4,
        early_stopping=False,
        validation_fraction=0.1,
        validation_split="random",
        n_iter_no_change=10,
        warm_start=False,
        shuffle=True,
        random_state=None,
        n_jobs=None,
        verbose=0,
    ):
        self.cell = cell
        self.hidden_layer_sizes = hidden_layer_sizes
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.dilations = dilations
        self.residual = residual
        self.n_channels = n_channels
        self.return_sequences = return_sequences
        self.bptt_steps = bptt_steps
        self.loss = loss
        self.quantile = quantile
        self.alpha = alpha
        self.solver = solver
        self.learning_rate_init = learning_rate_init
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.clip_norm = clip_norm
        self.tol = tol
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.validation_split = validation_split
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.shuffle = shuffle
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    def fit(self, X, y, sample_weight=None):
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps * n_channels) or \
                (n_samples, n_timesteps, n_features), or list of arrays or DataFrames of shape \
                (n_timesteps_i, n_features) or (n_timesteps_i * n_channels,)
            Sequences, oldest value first. Rows are independent samples. Where it is float64, all is
            computed in float64, else in float32.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            With `return_sequences`: (n_samples, n_timesteps[, n_outputs]), or a list like `X`; NaN
            marks steps without a target.
        sample_weight : array-like of shape (n_samples,), optional
            Non-negative. With `return_sequences` also one per time step, shaped like `y` of one
            output; 0 masks a step.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If a parameter or the shape of the data is not as described, if a value is not finite,
            if `early_stopping` leaves nothing to train on, or if training diverges at once. The
            model is then as it was before.
        KeyboardInterrupt
            If the user interrupts the first epoch. Later, the training ends, a warning says so,
            and the model is fitted: with the best validation score so far, or without
            `early_stopping` as after the last complete epoch.
        """
        return self._fit(X, y, sample_weight, incremental=False)

    def partial_fit(self, X, y, sample_weight=None):
        """Train for one pass, going on from the current weights if there are any.

        Parameters are those of `fit`. The learning rate is `learning_rate_init`, without schedule;
        nothing is held out. If the user interrupts, the model is as it was before.
        """
        return self._fit(X, y, sample_weight, incremental=True)

    def predict(self, X):
        """Predict the targets.

        Parameters
        ----------
        X : array-like
            As in `fit`. Sequences may have other lengths than there; 2-D rows only if `fit` was
            not given 2-D rows.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            With `return_sequences`: (n_samples, n_timesteps[, n_outputs]), or a list if `X` is one.
            float64 if `X` was in `fit`, else float32.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ValueError
            If `X` does not fit the fitted network, or the output is not finite.
        """
        out, lengths = self._outputs(X)
        out = out[..., 0] if self._squeeze else out
        return self._as_given(out, lengths, X)

    def score(self, X, y, sample_weight=None):
        """Return R^2, of several outputs the mean.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`. With `return_sequences` all time steps count that have a target.

        Returns
        -------
        float
            1 at best; 0 for the best constant.
        """
        if not self.return_sequences:
            return super().score(X, y, sample_weight)
        out, lengths = self._outputs(X)
        target = self._encode(y, lengths, reset=False)
        weight = target_weights(sample_weight, out, lengths, target)
        return r2_where_known(out, target, weight)

    def _encode(self, y, lengths, reset):
        if self.return_sequences:
            y = pad_steps(y, lengths)
        y = check_array(
            y, dtype=[np.float64, np.float32], ensure_2d=False, allow_nd=True, input_name="y",
            ensure_all_finite="allow-nan" if self.return_sequences else True,
        )  # fmt: skip
        n_axes = 2 if self.return_sequences else 1
        squeeze = y.ndim == n_axes
        if y.ndim > n_axes + 1 or y.ndim < n_axes:
            raise ValueError(f"y must have {n_axes} or {n_axes + 1} dimensions, got {y.ndim}")
        y = y[..., None] if squeeze else y
        if reset:
            self.n_outputs_, self._squeeze = y.shape[-1], squeeze
        elif y.shape[-1] != self.n_outputs_:
            raise ValueError(f"y must have {self.n_outputs_} output(s), got {y.shape[-1]}")
        return y

    def _make_loss(self):
        known = [name for name in LOSSES if name != "cross_entropy"]
        name = check_choice("loss", self.loss, known)
        level = check_real("quantile", self.quantile, 0, 1, open_minimum=True, open_maximum=True)
        return make_loss(name, **({"quantiles": level} if name == "quantile" else {}))

    @property
    def _n_targets(self):
        return self.n_outputs_

    def _validation_score(self, outputs, targets, weights):
        level = {"squared_error": None, "quantile": self.quantile}.get(self.loss, 0.5)
        return share_explained(self._make_loss(), outputs, targets, weights, level)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
