"""The training loop: passes over the data until they no longer help."""

import contextlib
from dataclasses import dataclass, field

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from tsrnn._progress import progress_bar
from tsrnn._validation import check_choice, check_int, check_real
from tsrnn._warnings import warn_user
from tsrnn.network.bptt import loss_and_gradient, predict, workers
from tsrnn.network.schedules import SCHEDULES
from tsrnn.network.solvers import SOLVERS, clip_gradient, decay
from tsrnn.network.workspace import Workspace


@dataclass(frozen=True)
class Plan:
    """How to train; the names are those of the estimators' parameters.

    Raises
    ------
    ValueError, TypeError
        On creation, if a value is out of its range or a name is not known.
    """

    solver: str = "adam"
    learning_rate_init: float = 1e-3
    learning_rate: str = "constant"
    alpha: float = 0.0
    max_iter: int = 100
    clip_norm: float | None = 1.0
    bptt_steps: int | None = None
    tol: float = 1e-4
    n_iter_no_change: int = 10
    shuffle: bool = True

    def __post_init__(self):
        check_choice("solver", self.solver, SOLVERS)
        check_choice("learning_rate", self.learning_rate, SCHEDULES)
        check_real("learning_rate_init", self.learning_rate_init, 0, open_minimum=True)
        check_real("alpha", self.alpha, 0)
        check_int("max_iter", self.max_iter, 1)
        check_real("tol", self.tol, 0)
        check_int("n_iter_no_change", self.n_iter_no_change, 1)
        if self.clip_norm is not None:
            check_real("clip_norm", self.clip_norm, 0, open_minimum=True)
        if self.bptt_steps is not None:
            check_int("bptt_steps", self.bptt_steps, 1)


@dataclass
class History:
    """What happened in training.

    Attributes
    ----------
    losses : list of float
        Mean training loss of each epoch.
    scores : list of float
        Validation score after each epoch, higher is better; empty without validation.
    best_loss : float
        Lowest training loss.
    interrupted : bool
        Whether a KeyboardInterrupt ended the training.
    """

    losses: list = field(default_factory=list)
    scores: list = field(default_factory=list)
    best_loss: float = np.inf
    interrupted: bool = False

    @property
    def n_iter(self):
        """Epochs completed."""
        return len(self.losses)


def train(
    network,
    theta,
    data,
    loss,
    plan,
    *,
    rng,
    score=None,
    solver=None,
    n_jobs=1,
    verbose=0,
    keep_on_interrupt=False,
):
    """Train `theta` in place.

    Parameters
    ----------
    network : Network
    theta : ndarray of shape (layout.size,)
        Initial parameters on entry, trained ones on exit.
    data : Sequences, ParallelStreams or alike
        Has ``n_batches`` and ``batches(rng)``.
    loss : callable
        See `tsrnn.network.losses`.
    plan : Plan
    rng : numpy.random.Generator
        Shuffling and dropout.
    score : callable, optional
        ``score(theta)`` after each epoch, higher is better. With it, training stops when the score
        has not improved by `plan.tol` for `plan.n_iter_no_change` epochs, and the best weights are
        restored. Without it, the same rule on the training loss stops, and the last weights stay.
    solver : optional
        Solver to go on with; default a new one.
    n_jobs : int, default 1
        Threads. The result does not depend on it.
    verbose : int, default 0
        Above 0 shows a progress bar on standard error.
    keep_on_interrupt : bool, default False
        Let a KeyboardInterrupt end the training as if the epochs had run out, once there is an
        epoch to keep: with `score` the best weights are restored, without it those that the
        interrupted epoch began with.

    Returns
    -------
    History

    Raises
    ------
    KeyboardInterrupt
        If the user interrupts, unless `keep_on_interrupt` and an epoch is complete.
    ValueError
        If the loss or a gradient is no longer finite before any epoch has gone well. Later, the
        weights with the best score, or those that the epoch with the lowest loss began with, are
        restored and a ConvergenceWarning says so.
    """
    if solver is None:
        solver = SOLVERS[plan.solver](theta.size, theta.dtype)
    schedule, history, workspace = SCHEDULES[plan.learning_rate], History(), Workspace()
    best_theta, best, waited = None, np.inf, 0

    def compute(batch, state):
        return loss_and_gradient(
            network, theta, loss, batch, bptt_steps=plan.bptt_steps,
            state=state if batch.continues else None,
            rng=rng if network.dropout > 0 else None, run=run, workspace=workspace,
        )  # fmt: skip

    def update(gradient, nth):
        progress = (history.n_iter + nth / data.n_batches) / plan.max_iter
        rate = plan.learning_rate_init * schedule(progress, history.losses)
        if plan.alpha > 0:
            decay(theta, network.layout, rate * plan.alpha)
        solver.step(theta, gradient, rate)

    with (
        _interruptible(history, keep_on_interrupt),
        workers(n_jobs) as run,
        progress_bar(
            verbose=verbose, total=plan.max_iter * data.n_batches, desc="training", unit="batch"
        ) as bar,
    ):
        for epoch in range(plan.max_iter):
            start = theta.copy()
            batches = data.batches(rng if plan.shuffle else None)
            value = _epoch(batches, compute, update, plan.clip_norm, bar)
            if value is None:
                _diverged(theta, best_theta, epoch, plan)
                break
            criterion = value
            if score is not None:
                history.scores.append(float(score(theta)))
                criterion = -history.scores[-1]
            history.losses.append(value)
            history.best_loss = min(history.best_loss, value)
            bar.set_postfix(_postfix(history), refresh=False)
            waited = 0 if criterion < best - plan.tol else waited + 1
            if criterion < best:
                # The training loss was measured from `start` on: the weights after the epoch may
                # already be those that diverge.
                best, best_theta = criterion, start if score is None else theta.copy()
            if waited >= plan.n_iter_no_change:
                break
    if history.interrupted and history.n_iter == epoch:
        theta[:] = start
    if score is not None and best_theta is not None:
        theta[:] = best_theta
    return history


@contextlib.contextmanager
def _interruptible(history, keep):
    """Let a KeyboardInterrupt end the block quietly if there is an epoch to keep."""
    try:
        yield
    except KeyboardInterrupt:
        if not (keep and history.n_iter):
            raise
        history.interrupted = True
        # It may have come between the score and the loss of an epoch.
        del history.scores[history.n_iter :]


def _epoch(batches, compute, update, clip_norm, bar):
    """One pass; return the mean loss, or None if it is no longer finite."""
    total, weights, state = 0.0, 0.0, None
    for nth, batch in enumerate(batches):
        value, gradient, state = compute(batch, state)
        weight = batch.total_weight
        bar.update()
        if weight == 0:
            continue
        norm = clip_gradient(gradient, clip_norm)
        if not (np.isfinite(value) and np.isfinite(norm)):
            return None
        update(gradient, nth)
        total += value * weight
        weights += weight
    return total / weights if weights > 0 else 0.0


def mean_loss(network, theta, data, loss, *, run=map):
    """Return the weighted mean loss over one pass of `data`, without training."""
    total = weights = 0.0
    for batch, output in predict(network, theta, data, run=run):
        # Weights on the way to diverging are told by an infinite loss.
        with np.errstate(over="ignore", invalid="ignore"):
            total += loss(output, batch.target, batch.weight)[0]
        weights += batch.total_weight
    return total / weights if weights > 0 else 0.0


def _diverged(theta, best_theta, epoch, plan):
    remedy = (
        f"lower learning_rate_init (it is {plan.learning_rate_init}), set clip_norm (it is "
        f"{plan.clip_norm}), or bring the data to a scale around 1"
    )
    if best_theta is None:
        when = "the first epoch" if epoch == 0 else f"epoch {epoch + 1}"
        raise ValueError(f"training diverged in {when}, loss not finite: {remedy}")
    theta[:] = best_theta
    warn_user(
        f"training diverged in epoch {epoch + 1}; the best weights before are kept. To avoid "
        f"it, {remedy}",
        ConvergenceWarning,
    )


def _postfix(history):
    shown = {"epoch": history.n_iter, "loss": f"{history.losses[-1]:.4g}"}
    return shown | ({"score": f"{history.scores[-1]:.4g}"} if history.scores else {})
