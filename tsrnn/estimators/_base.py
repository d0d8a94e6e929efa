"""What the regressor and the classifier share: building, training and running the network."""

from copy import deepcopy

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from tsrnn._transaction import all_or_nothing
from tsrnn._validation import (
    as_generator,
    check_bool,
    check_choice,
    check_int,
    check_n_jobs,
    check_real,
    check_verbose,
)
from tsrnn._warnings import warn_user
from tsrnn.estimators._holdout import VALIDATION_SPLITS, hold_out
from tsrnn.estimators._inputs import as_fitted, check_sequences, is_ragged
from tsrnn.estimators._steps import refuse_steps, target_weights
from tsrnn.estimators.stepping import Stepping
from tsrnn.model_file import SaveMixin
from tsrnn.model_file.checks import check_parameters, check_solver
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
from tsrnn.network.dropout import warn_if_idle
from tsrnn.network.solvers import SOLVERS

# Rows that go through the network at once in `predict`: enough for threads, little memory.
_PREDICT_ROWS = 1024


class BaseRNN(Stepping, SaveMixin, BaseEstimator):
    """Base of the scikit-learn estimators. Subclasses store the parameters and encode targets.

    A subclass gives `_encode(y, lengths, reset)` -> float targets (n_samples, n_targets) or
    (n_samples, n_timesteps, n_targets), NaN where unknown, `_make_loss()` and
    `_validation_score(outputs, targets, weights)`.
    """

    # Whether `fit` was given 2-D rows, whose number of columns then stays.
    _fitted_on_rows = False

    def _fit(self, X, y, sample_weight, *, incremental):
        """Train on X and y; one pass if `incremental`. If it fails, the model stays as it was."""
        with all_or_nothing(self):
            history = self._train(X, y, sample_weight, incremental)
        if history.interrupted:
            self._say_what_is_kept(history)
        return self

    def _train(self, X, y, sample_weight, incremental):
        go_on = (incremental or check_bool("warm_start", self.warm_start)) and hasattr(
            self, "theta_"
        )
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        plan, loss = self._plan(incremental), self._make_loss()
        self._check_parameters()
        X, lengths = check_sequences(self, X, reset=not go_on)
        if not self.return_sequences:
            refuse_steps(y)
        target = self._encode(y, lengths, reset=not go_on)
        if len(target) != len(X):
            raise ValueError(
                "X and y have inconsistent numbers of samples: "
                f"X has {len(X)} sample(s), y has {len(target)}"
            )
        weight = self._weights(sample_weight, X, lengths, target)
        network = self._make_network(self._n_inputs, self._n_network_outputs)
        if go_on:
            self._check_size(network)
            X = as_fitted(X, self.theta_.dtype)
        rng = as_generator(self.random_state)
        # First of what is drawn: going on with the same seed and samples holds out the same ones.
        kept, score = (X, lengths, target, weight), None
        if self.early_stopping and not incremental:
            kept, held_out = hold_out(
                kept, self.validation_fraction, self.validation_split, rng, self._strata(target)
            )
            score = self._scorer(network, Sequences(*held_out, batch_size=_PREDICT_ROWS))
        if go_on:
            theta, solver = self.theta_.copy(), deepcopy(self._solver)
        else:
            theta = network.initial_theta(rng, X.dtype)
            solver = SOLVERS[plan.solver](theta.size, theta.dtype)
        history = train(
            network, theta, self._data(*kept), loss, plan,
            rng=rng, solver=solver, n_jobs=effective_n_jobs(self.n_jobs), verbose=self.verbose,
            score=score,
            # A loop over `partial_fit` is the user's, and is interrupted as a whole.
            keep_on_interrupt=not incremental,
        )  # fmt: skip
        self.theta_, self._solver = theta, solver
        self.loss_curve_ = (self.loss_curve_ if go_on else []) + history.losses
        self.validation_scores_ = (self.validation_scores_ if go_on else []) + history.scores
        self.best_loss_ = min(self.loss_curve_)
        self.n_iter_ = len(self.loss_curve_)
        return history

    def _say_what_is_kept(self, history):
        kept = f"after epoch {history.n_iter}"
        if np.isfinite(history.scores).any():
            best = int(np.nanargmax(history.scores))
            kept = f"with the best score, {history.scores[best]:.4g} after epoch {best + 1},"
        warn_user(
            f"training was interrupted after {history.n_iter} of {self.max_iter} epochs; the "
            f"weights {kept} are kept"
        )

    def _check_parameters(self):
        """Check those that neither plan, loss nor network do."""
        for name in ("early_stopping", "return_sequences"):
            check_bool(name, getattr(self, name))
        check_int("batch_size", self.batch_size, 1)
        check_real(
            "validation_fraction", self.validation_fraction, 0, 1,
            open_minimum=True, open_maximum=True,
        )  # fmt: skip
        check_choice("validation_split", self.validation_split, VALIDATION_SPLITS)
        check_n_jobs(self.n_jobs)
        check_verbose(self.verbose)
        warn_if_idle(self._make_network(1, 1))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

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
            dilations=self.dilations,
            residual=self.residual,
        )

    def _weights(self, sample_weight, X, lengths, target):
        return target_weights(sample_weight, X, lengths, target)

    def _fitted_network(self):
        network = self._make_network(self._n_inputs, self._n_network_outputs)
        self._check_size(network)
        return network

    def _check_loaded(self, parts):
        """Raise ValueError unless weights and solver fit the network: kernels do not check."""
        if hasattr(self, "theta_"):
            check_parameters("theta_", self.theta_, size=self._fitted_network().layout.size)
            if hasattr(self, "_solver"):
                check_solver(self._solver, self.theta_)

    def _check_size(self, network):
        if self.theta_.size != network.layout.size:
            raise ValueError(
                "cell, hidden_layer_sizes and bidirectional must be what they were in fit, or the "
                "network is another one: set them back, or fit again without warm_start"
            )

    def _data(self, X, lengths, target, weight):
        # Targets beyond the range of float32 are told by an infinite loss.
        with np.errstate(over="ignore"):
            if self.return_sequences and self.bptt_steps is not None and len(X) == 1:
                return ParallelStreams(
                    X[0], target[0], weight[0], n_streams=self.batch_size, chunk=self.bptt_steps
                )
            return Sequences(X, lengths, target, weight, batch_size=self.batch_size)

    def _strata(self, target):
        """Return what a random split should keep the shares of, if anything."""
        return None

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
        X = as_fitted(X, self.theta_.dtype)
        network = self._fitted_network()
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
        theta = self.theta_.view()
        theta.flags.writeable = False
        return self._fitted_network().layout.views(theta)

    def _as_given(self, out, lengths, X):
        """Return per-step results as the list that X was, if it was one."""
        if self.return_sequences and is_ragged(X):
            return [row[:n] for row, n in zip(out, lengths, strict=True)]
        return out
