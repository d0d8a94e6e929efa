"""The recurrent part of the forecast: what the linear part leaves, if it can be forecast at all."""

import numpy as np
from joblib import effective_n_jobs

from tsrnn._rebuilt import Rebuilt
from tsrnn._validation import as_generator
from tsrnn.network import Network, ParallelStreams, Plan, make_loss, mean_loss, train
from tsrnn.network.stepper import Stepper

# Time steps of a training chunk; the state is carried on. Short chunks and few streams make many
# updates of few rows: what the linear part leaves takes some hundred to be learnt at all.
_CHUNK = 32
_STREAMS = 16
# The later part of the training rows tells whether the network adds anything.
_HELD_OUT = 0.2
_UPDATES, _PASSES = 300, (10, 100)
# The loss on held-out rows often rises before it falls.
_PATIENCE = 60
_PREDICT_ROWS = 8192


class RecurrentResidual:
    """Recurrent network on the residuals of a linear forecast, one step ahead.

    It starts at zero and is kept only where it forecasts the later part of the training rows better
    than zero does. The rows are one long series, cut into streams that are trained side by side
    with the state carried from chunk to chunk.

    Parameters
    ----------
    cell : str
    hidden_layer_sizes : tuple of int
    plan : dict
        Arguments of `Plan`. Of what it lacks, `max_iter` is 10 to 100, by length.
    batch_size : int or "auto"
        Streams, at most.
    random_state : int, Generator, RandomState or None
    n_jobs, verbose : int or None, int
    network : dict
        Further arguments of `Network`.

    Attributes
    ----------
    is_used_ : bool
        Whether the network forecasts better than zero.
    history_ : History or None
        Of the training; None where there were too few rows.
    n_iter_ : int
        Passes made, at least 1.
    """

    def __init__(
        self, cell, hidden_layer_sizes, *, plan, batch_size, random_state, n_jobs, verbose,
        **network,
    ):  # fmt: skip
        self.cell, self.hidden_layer_sizes = cell, hidden_layer_sizes
        self.plan, self.batch_size = plan, batch_size
        self.random_state, self.n_jobs, self.verbose = random_state, n_jobs, verbose
        self.network = network

    def fit(self, inputs, residuals, n_train):
        """Learn `residuals` (n, C_target), NaN unknown, from the rows of `inputs` (n, C_in) before.

        Only the first `n_train` rows are used.
        """
        self.is_used_, self.history_, self.n_iter_ = False, None, 1
        self.n_targets_ = residuals.shape[1]
        x = inputs[: n_train - 1].astype(np.float32)
        residuals = residuals[1:n_train]
        known = np.isfinite(residuals)
        n_kept = int(len(x) * (1 - _HELD_OUT))
        if not (known[:n_kept].any() and known[n_kept:].any()):
            return self
        squares = np.where(known, residuals, 0) ** 2
        mean_square = squares.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        self.scale_ = np.maximum(np.sqrt(mean_square), 1e-6)
        y = (residuals / self.scale_).astype(np.float32)
        rng = as_generator(self.random_state)
        self.network_ = Network(
            x.shape[1],
            self.hidden_layer_sizes,
            self.n_targets_,
            cell=self.cell,
            **self.network,
        )
        self.theta_ = self.network_.initial_theta(rng, zero_head=True)
        # Residuals of contaminated training rows must not lead.
        loss = make_loss("huber")
        n_streams = _STREAMS if self.batch_size == "auto" else self.batch_size
        data = ParallelStreams(x[:n_kept], y[:n_kept], n_streams=n_streams, chunk=_CHUNK)
        held_out = ParallelStreams(x[n_kept:], y[n_kept:], n_streams=8, chunk=256)

        def score(theta):
            return -mean_loss(self.network_, theta, held_out, loss)

        zero = score(self.theta_)
        self.history_ = train(
            self.network_, self.theta_, data, loss, self._plan(data.n_batches),
            rng=rng, score=score, n_jobs=effective_n_jobs(self.n_jobs), verbose=self.verbose,
        )  # fmt: skip
        self.n_iter_ = max(self.history_.n_iter, 1)
        self.is_used_ = max(self.history_.scores, default=zero) > zero
        return self

    def _plan(self, n_batches):
        usual = {
            "learning_rate_init": 1e-2,
            "max_iter": int(np.clip(-(-_UPDATES // n_batches), *_PASSES)),
        }
        return Plan(
            learning_rate="cosine",
            n_iter_no_change=max(5, -(-_PATIENCE // n_batches)),
            **usual | self.plan,
        )

    def predict(self, inputs):
        """Return the forecast (n, C_target) of each row's residual from the rows before it."""
        return self.start().push(inputs)

    def start(self):
        """State before the first row, see `RecurrentStream`."""
        return RecurrentStream(self)


class RecurrentStream(Rebuilt):
    """Forecasts of a stream, with the hidden state carried from row to row.

    Parameters
    ----------
    model : RecurrentResidual
        Fitted.
    """

    def __init__(self, model):
        self.model = model
        self.state = None
        self.next_forecast = np.zeros(model.n_targets_)

    def push(self, inputs):
        """Forecast the residuals (n, C_target) of the next rows, `inputs` (n, C_in)."""
        model, rebuilt = self.model, self.rebuilt
        if not model.is_used_:
            return np.zeros((len(inputs), model.n_targets_))
        if "packed" not in rebuilt:
            rebuilt["packed"] = model.network_.pack(model.theta_)
            rebuilt["stepper"] = Stepper(model.network_, rebuilt["packed"])
        if len(inputs) == 1 and self.state is not None:
            outputs = rebuilt["stepper"].step(inputs, self.state)
            out, self.next_forecast = self.next_forecast[None], outputs[0] * model.scale_
            return out
        out = np.empty((len(inputs), model.n_targets_))
        for start in range(0, len(inputs), _PREDICT_ROWS):
            x = np.ascontiguousarray(inputs[start : start + _PREDICT_ROWS, None], np.float32)
            outputs, self.state, _ = model.network_.forward(
                rebuilt["packed"], x, state=self.state, every_step=True, keep_tape=False
            )
            forecasts = outputs[:, 0] * model.scale_
            out[start] = self.next_forecast
            out[start + 1 : start + len(x)] = forecasts[:-1]
            self.next_forecast = forecasts[-1].copy()
        return out

    def _check_loaded(self, parts):
        check_state(self.model, self.state)


def check_state(model, state):
    """Raise ValueError unless `state` (list or None) is one of the network of `model`."""
    if state is None:
        return
    network = model.network_
    shapes = [(network.cell.n_states, 1, n) for n in network.hidden_layer_sizes]
    good = isinstance(state, list) and all(
        isinstance(s, np.ndarray) and s.dtype == np.float32 and s.flags.c_contiguous for s in state
    )
    if not good or [s.shape for s in state] != shapes:
        raise ValueError(f"the state of the network must be float32 arrays of shapes {shapes}")
