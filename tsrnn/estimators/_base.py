"""What the regressor and the classifier share: building, training and running the network."""

from copy import deepcopy

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from tsrnn._transaction import all_or_nothing
from tsrnn._validation import as_generator, check_bool, check_int, check_real
from tsrnn.estimators._inputs import check_sequences, is_ragged
from tsrnn.network import (
    Network,
    ParallelStreams,
    Plan,
    Sequences,
    n_outputs_for,
    predict,
    train,
    workers,
)
from tsrnn.network.solvers import SOLVERS

# Rows that go through the network at once in `predict`: enough for threads, little memory.
_PREDICT_ROWS = 512


class BaseRNN(BaseEstimator):
    """Base of the scikit-learn estimators. Subclasses store the parameters and encode targets.

    A subclass gives `_encode(y, lengths, reset)` -> float targets (n_samples, n_targets) or
    (n_samples, n_timesteps, n_targets), `_make_loss()` and `_validation_score(outputs, targets)`.
    """

    def _fit(self, X, y, sample_weight, *, incremental):
        """Train on X and y; one pass if `incremental`. If it fails, the model stays as it was."""
        with all_or_nothing(self):
            return self._train(X, y, sample_weight, incremental)

    def _train(self, X, y, sample_weight, incremental):
        go_on = (incremental or check_bool("warm_start", self.warm_start)) and hasattr(
            self, "theta_"
        )
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        plan = self._plan(incremental)
        early_stopping = check_bool("early_stopping", self.early_stopping) and not incremental
        check_bool("return_sequences", self.return_sequences)
        batch_size = check_int("batch_size", self.batch_size, 1)
        n_jobs = effective_n_jobs(self.n_jobs)
        loss = self._make_loss()
        X, lengths = check_sequences(self, X, reset=not go_on)
        target = self._encode(y, lengths, reset=not go_on)
        if len(target) != len(X):
            raise ValueError(
                "X and y have inconsistent numbers of samples: "
                f"X has {len(X)} sample(s), y has {len(target)}"
            )
        weight = self._weights(sample_weight, X, target)
        network = self._make_network(X.shape[2], n_outputs_for(loss, self._n_targets))
        rng = as_generator(self.random_state)
        if not go_on:
            theta = network.initial_theta(rng, X.dtype)
            self._solver = SOLVERS[plan.solver](theta.size, theta.dtype)
        else:
            theta, self._solver = self.theta_.copy(), deepcopy(self._solver)
            X = X.astype(theta.dtype, copy=False)
            if theta.size != network.layout.size:
                raise ValueError(
                    "warm_start and partial_fit go on with the network fitted before; its "
                    "parameters (cell, hidden_layer_sizes, ...) must not change"
                )
        data, held_out = self._split(X, lengths, target, weight, early_stopping, rng, batch_size)
        history = train(
            network, theta, data, loss, plan,
            rng=rng, solver=self._solver, n_jobs=n_jobs, verbose=self.verbose,
            score=None if held_out is None else self._scorer(network, held_out),
        )  # fmt: skip
        self.theta_, self._n_inputs = theta, X.shape[2]
        self.loss_curve_ = (self.loss_curve_ if go_on else []) + history.losses
        self.validation_scores_ = (self.validation_scores_ if go_on else []) + history.scores
        self.best_loss_ = min(self.loss_curve_)
        self.n_iter_ = len(self.loss_curve_)
        return self

    def _plan(self, incremental):
        return Plan(
            solver=self.solver,
            learning_rate_init=self.learning_rate_init,
            # One pass has no schedule to go through.
            learning_rate="constant" if incremental else self.learning_rate,
            alpha=self.alpha,
            max_iter=1 if incremental else self.max_iter,
            clip_norm=self.clip_norm,
            bptt_steps=self.bptt_steps,
            tol=self.tol,
            n_iter_no_change=self.n_iter_no_change,
            shuffle=check_bool("shuffle", self.shuffle),
        )

    def _make_network(self, n_features, n_outputs):
        return Network(
            n_features,
            self.hidden_layer_sizes,
            n_outputs,
            cell=self.cell,
            bidirectional=self.bidirectional,
            dropout=self.dropout,
        )

    def _weights(self, sample_weight, X, target):
        if sample_weight is None:
            return np.ones_like(target)
        per_sample = _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True)
        return np.broadcast_to(
            per_sample.reshape(-1, *[1] * (target.ndim - 1)), target.shape
        ).copy()

    def _split(self, X, lengths, target, weight, early_stopping, rng, batch_size):
        """Return training data and, for early stopping, the held-out (sequences, targets)."""
        if self.return_sequences and self.bptt_steps is not None and len(X) == 1:
            if early_stopping:
                raise ValueError(
                    "early_stopping needs more than one sample to hold some out, got 1"
                )
            streams = ParallelStreams(
                X[0], target[0], weight[0], n_streams=batch_size, chunk=self.bptt_steps
            )
            return streams, None
        if not early_stopping:
            return Sequences(X, lengths, target, weight, batch_size=batch_size), None
        fraction = check_real(
            "validation_fraction", self.validation_fraction, 0, 1,
            open_minimum=True, open_maximum=True,
        )  # fmt: skip
        n_held_out = int(np.ceil(fraction * len(X)))
        if n_held_out >= len(X):
            raise ValueError(
                f"early_stopping with validation_fraction={fraction} leaves none of the {len(X)} "
                "sample(s) to train on"
            )
        order = rng.permutation(len(X))
        held_out, kept = order[:n_held_out], order[n_held_out:]
        data = Sequences(X[kept], lengths[kept], target[kept], weight[kept], batch_size=batch_size)
        return data, Sequences(
            X[held_out], lengths[held_out], target[held_out], weight[held_out],
            batch_size=_PREDICT_ROWS,
        )  # fmt: skip

    def _scorer(self, network, held_out):
        def score(theta):
            outputs, targets, weights = [], [], []
            for batch, output in predict(network, theta, held_out):
                outputs.append(output.reshape(-1, output.shape[-1]))
                targets.append(batch.target.reshape(-1, batch.target.shape[-1]))
                weights.append(batch.weight.reshape(-1, batch.weight.shape[-1]))
            return self._validation_score(
                np.concatenate(outputs), np.concatenate(targets), np.concatenate(weights)
            )

        return score

    def _outputs(self, X):
        """Return (outputs, lengths): (n_samples[, n_timesteps], n_outputs), zero where padded."""
        check_is_fitted(self)
        X, lengths = check_sequences(self, X, reset=False)
        X = X.astype(self.theta_.dtype, copy=False)
        network = self._make_network(X.shape[2], self._n_network_outputs)
        shape = (len(X), X.shape[1], 1) if self.return_sequences else (len(X), 1)
        data = Sequences(X, lengths, np.zeros(shape, X.dtype), batch_size=_PREDICT_ROWS)
        out = np.zeros((*shape[:-1], network.n_outputs), X.dtype)
        start = 0
        with workers(effective_n_jobs(self.n_jobs)) as run:
            for batch, output in predict(network, self.theta_, data, run=run):
                rows = slice(start, start + batch.x.shape[1])
                if self.return_sequences:
                    out[rows, : len(output)] = output.transpose(1, 0, 2)
                else:
                    out[rows] = output
                start = rows.stop
        if not np.isfinite(out).all():
            raise ValueError(
                "the network's output is not finite: bring X to the scale it had in fit"
            )
        return out, lengths

    @property
    def _n_network_outputs(self):
        return n_outputs_for(self._make_loss(), self._n_targets)

    @property
    def coefs_(self):
        """Parameters by PyTorch's names, read-only views."""
        check_is_fitted(self, "theta_")
        layout = self._make_network(self._n_inputs, self._n_network_outputs).layout
        theta = self.theta_.view()
        theta.flags.writeable = False
        return layout.views(theta)

    def _as_given(self, out, lengths, X):
        """Return per-step results as the list that X was, if it was one."""
        if self.return_sequences and is_ragged(X):
            return [row[:n] for row, n in zip(out, lengths, strict=True)]
        return out
