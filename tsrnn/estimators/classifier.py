"""Recurrent network for classification of sequences and of their time steps."""

import numpy as np
from scipy.special import log_softmax
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from tsrnn.estimators._base import BaseRNN
from tsrnn.estimators._labels import check_labels, class_weights, labels_of_steps, places_among
from tsrnn.estimators._steps import target_weights
from tsrnn.estimators._torch_weights import ClassifierTorchWeights
from tsrnn.network.losses import make_loss, softmax


class RNNClassifier(ClassifierTorchWeights, ClassifierMixin, BaseRNN):
    """Recurrent network with a softmax: one label per sequence, or one per time step.

    Parameters
    ----------
    cell, hidden_layer_sizes, bidirectional, dropout, dilations, residual, n_channels, \
    return_sequences, bptt_steps, alpha, solver, learning_rate_init, learning_rate, batch_size, \
    max_iter, clip_norm, tol, n_iter_no_change, warm_start, shuffle, random_state, n_jobs, verbose
        As in `RNNRegressor`.
    class_weight : dict, "balanced" or None, default None
        Weights of the classes, by which those of the samples are multiplied; "balanced" is
        n_samples / (n_classes * count), counted by weight, with `return_sequences` in labelled
        time steps, and by `partial_fit` in all calls so far.
    early_stopping : bool, default False
        As in `RNNRegressor`, on the (weighted) accuracy.
    validation_fraction : float in (0, 1), default 0.1
        As in `RNNRegressor`.
    validation_split : {"random", "temporal"}, default "random"
        As in `RNNRegressor`; "random" holds out about the same share of each class.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    class_count_ : ndarray of shape (n_classes,)
        Weight of the labels of each class, of the last `fit` and of each `partial_fit` since.
    n_outputs_ : int
        Number of classes.
    coefs_, loss_curve_, validation_scores_, best_loss_, n_iter_, n_features_in_, feature_names_in_
        As in `RNNRegressor`.

    Examples
    --------
    Does a sequence rise or fall?

    >>> import numpy as np
    >>> from tsrnn import RNNClassifier
    >>> X = np.cumsum(np.random.default_rng(0).normal(size=(200, 10)), axis=1)
    >>> y = np.where(X[:, -1] > X[:, 0], "rises", "falls")
    >>> model = RNNClassifier(learning_rate_init=0.01, max_iter=30, random_state=0).fit(X, y)
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
        class_weight=None,
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
        self.class_weight = class_weight
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
        X : array-like
            As in `RNNRegressor.fit`.
        y : array-like of shape (n_samples,)
            Labels of any kind. With `return_sequences`: (n_samples, n_timesteps), or a list like
            `X`; NaN or None marks steps without a label.
        sample_weight : array-like of shape (n_samples,), optional
            As in `RNNRegressor.fit`.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As in `RNNRegressor.fit`; if there is only one class.
        KeyboardInterrupt
            As in `RNNRegressor.fit`.
        """
        self._given_classes = None
        return self._fit(X, y, sample_weight, incremental=False)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train for one pass, going on from the current weights if there are any.

        See `RNNRegressor.partial_fit`.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`; `y` need not have all classes.
        classes : array-like of shape (n_classes,), optional
            All labels there will ever be; needed in the first call.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the first call lacks `classes`, a later one brings others, or `y` has a label that
            is not among them.
        """
        first = not hasattr(self, "theta_")
        if first and classes is None:
            raise ValueError("classes must be given on the first call to partial_fit, got None")
        if (
            not first
            and classes is not None
            and not np.array_equal(np.unique(classes), self.classes_)
        ):
            raise ValueError(f"classes must stay {self.classes_}, got {classes!r}")
        self._given_classes = np.unique(classes) if first else self.classes_
        return self._fit(X, y, sample_weight, incremental=True)

    def predict_proba(self, X):
        """Return the classes' probabilities.

        Parameters
        ----------
        X : array-like
            As in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Or, with `return_sequences`, (n_samples, n_timesteps, n_classes), or a list if `X` is
            one. In the order of `classes_`; rows sum to 1.
        """
        out, lengths = self._outputs(X)
        return self._as_given(softmax(out), lengths, X)

    def predict_log_proba(self, X):
        """Return the logarithm of `predict_proba`, finite also where that is 0."""
        out, lengths = self._outputs(X)
        return self._as_given(log_softmax(out, axis=-1), lengths, X)

    def predict(self, X):
        """Return the most probable label of each sequence (or time step), shapes as in `fit`."""
        out, lengths = self._outputs(X)
        return self._as_given(self.classes_[out.argmax(axis=-1)], lengths, X)

    def score(self, X, y, sample_weight=None):
        """Return the accuracy.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`. With `return_sequences` all time steps count that have a label.

        Returns
        -------
        float in [0, 1]
        """
        if not self.return_sequences:
            return super().score(X, y, sample_weight)
        out, lengths = self._outputs(X)
        y, known = labels_of_steps(y, lengths)
        to_count = np.where(known, 0.0, np.nan)[..., None]
        weight = target_weights(sample_weight, out, lengths, to_count)[known][:, 0]
        right = self.classes_[out.argmax(axis=-1)][known] == y[known]
        return float(np.average(right, weights=weight))

    def _encode(self, y, lengths, reset):
        if self.return_sequences:
            y, known = labels_of_steps(y, lengths)
        else:
            y = check_labels(y)
            known = np.ones(len(y), bool)
        labels, code = np.unique(y[known], return_inverse=True)
        check_classification_targets(y[known])
        if reset:
            self.classes_ = labels if self._given_classes is None else self._given_classes
            if len(self.classes_) < 2:
                raise ValueError(
                    f"y must have at least two classes, got only one class: {self.classes_[0]!r}"
                )
        target = np.full(y.shape, np.nan)
        target[known] = places_among(labels, self.classes_)[code]
        return target[..., None]

    def _weights(self, sample_weight, X, lengths, target):
        weight = super()._weights(sample_weight, X, lengths, target)
        code = np.where(np.isfinite(target), target, 0).astype(np.intp)
        count = np.bincount(code.ravel(), weight.ravel(), len(self.classes_))
        goes_on = self._given_classes is not None and hasattr(self, "class_count_")
        self.class_count_ = self.class_count_ + count if goes_on else count
        if self.class_weight is None:
            return weight
        per_class = class_weights(self.class_weight, self.classes_, self.class_count_)
        return (weight * per_class[code]).astype(X.dtype)

    def _make_loss(self):
        return make_loss("cross_entropy")

    @property
    def n_outputs_(self):
        """Number of classes."""
        return len(self.classes_)

    @property
    def _n_targets(self):
        return len(self.classes_)

    def _strata(self, target):
        return None if self.return_sequences else target[:, 0]

    def _validation_score(self, outputs, targets, weights):
        right = outputs.argmax(axis=1) == targets[:, 0]
        return np.average(right, weights=weights[:, 0])
