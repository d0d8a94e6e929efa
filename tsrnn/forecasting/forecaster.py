"""`RNNForecaster`: one recurrent network for all series of a DataFrame."""

from dataclasses import replace

import numpy as np
from joblib import effective_n_jobs

from tsrnn._validation import as_generator, check_choice, check_int
from tsrnn.cells import CELLS
from tsrnn.forecasting.base import BaseForecaster
from tsrnn.forecasting.conformal import half_widths
from tsrnn.forecasting.crops import SHORT_SERIES
from tsrnn.forecasting.global_model import GlobalModel, Recipe
from tsrnn.forecasting.working_scale import WorkingScale
from tsrnn.network import Plan
from tsrnn.network.stack import check_layer_sizes

# Time steps that the state is carried over, in training and forecasting alike.
_CROP = 256
# Updates of the weights, at least, and passes over the data, at least: what panels of many series
# need is few passes, what a single series needs is many.
_MIN_UPDATES = 200
_MIN_PASSES = 6
# Forecasts from the past that the intervals rest on, at least, where the series are long enough.
_MIN_ERRORS = 200
# No more than this share of the usual series is held out for them.
_MAX_HELD_OUT = 0.25


class RNNForecaster(BaseForecaster):
    """Forecast one or many series with one recurrent network.

    Each series is brought to a common scale (logarithm if it is positive, season taken out if the
    M4 competition's test finds one, values relative to the last one), the network learns from every
    time step of every series to forecast the next `h` at once, and reads all horizons off its last
    state. Prediction intervals are split conformal: their widths are those of the errors that a
    network trained without the last part of each series makes there.

    Parameters
    ----------
    h : int
        Horizon in steps. `predict` also forecasts further, then from its own forecasts.
    freq : str, int or pandas offset, optional
        Frequency of the series; None infers it.
    season_length : int or "auto", default "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency.
    cell : str, default "lstm"
        Name in `tsrnn.cells.CELLS`.
    hidden_layer_sizes : tuple of int or "auto", default "auto"
        Units of each stacked layer; "auto": (40,).
    input_size : int or "auto", default "auto"
        Past values that the network sees at each step, beside its state; "auto": 1.25 times the
        longer of `h` and the season, at least 4.
    dropout : float in [0, 1), default 0.0
        Share of a layer's outputs dropped before the next layer while training.
    solver : str, default "adam"
    learning_rate_init : float or "auto", default "auto"
        "auto": 0.01 for series under 400 steps (median), else 0.003; warmed up, then lowered along
        a cosine.
    alpha : float >= 0, default 0.0
        Decoupled weight decay.
    batch_size : int, default 64
        Series (or crops of 256 steps) per update.
    clip_norm : float or None, default 5.0
        Largest L2 norm of the gradient.
    n_models : int, default 1
        Networks from different seeds; the forecast is their mean.
    max_iter : int or "auto", default "auto"
        Passes over the data; "auto": 6, and more where they make fewer than 200 updates.
    random_state : int, Generator, RandomState or None, default None
        Seed of weights and order of training. NumPy's global generator is never used.
    n_jobs : int or None, default None
        Threads; None is 1 unless in a `joblib.parallel_config` context. Results do not depend on
        it.
    verbose : int, default 0
        Above 0 shows progress bars.
    alias : str, optional
        Name of the model in the output; None for the name of the class.

    Attributes
    ----------
    loss_curve_ : list of float
        Mean training loss of each pass, averaged over the networks.
    season_length_ : int
    freq_ : int or pandas offset
    input_size_ : int

    References
    ----------
    .. [1] Smyl, S. (2020). A hybrid method of exponential smoothing and recurrent neural networks
           for time series forecasting. International Journal of Forecasting, 36(1), 75-85.
    .. [2] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition.
           International Journal of Forecasting, 36(1), 54-74.

    Examples
    --------
    >>> import pandas as pd
    >>> from tsrnn import RNNForecaster, datasets
    >>> y = datasets.load_sunspots()
    >>> model = RNNForecaster(h=5, season_length=11, max_iter=3, random_state=0).fit(y)
    >>> forecast = model.predict(level=[80])
    >>> list(forecast.columns)
    ['RNNForecaster', 'RNNForecaster-lo-80', 'RNNForecaster-hi-80']
    >>> forecast.index[0]
    Timestamp('2009-01-01 00:00:00')
    """

    def __init__(
        self,
        h,
        *,
        freq=None,
        season_length="auto",
        cell="lstm",
        hidden_layer_sizes="auto",
        input_size="auto",
        dropout=0.0,
        solver="adam",
        learning_rate_init="auto",
        alpha=0.0,
        batch_size=64,
        clip_norm=5.0,
        n_models=1,
        max_iter="auto",
        random_state=None,
        n_jobs=None,
        verbose=0,
        alias=None,
    ):
        super().__init__(h, freq=freq, season_length=season_length, alias=alias)
        self.cell = cell
        self.hidden_layer_sizes = hidden_layer_sizes
        self.input_size = input_size
        self.dropout = dropout
        self.solver = solver
        self.learning_rate_init = learning_rate_init
        self.alpha = alpha
        self.batch_size = batch_size
        self.clip_norm = clip_norm
        self.n_models = n_models
        self.max_iter = max_iter
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    def _check_params(self):
        super()._check_params()
        check_int("h", self.h, 1)
        check_choice("cell", self.cell, CELLS)
        check_int("batch_size", self.batch_size, 1)
        check_int("n_models", self.n_models, 1)
        check_int("verbose", self.verbose, 0)
        if not _is_auto(self.hidden_layer_sizes):
            check_layer_sizes(self.hidden_layer_sizes)
        if not _is_auto(self.input_size):
            check_int("input_size", self.input_size, 1)
        self._plan(SHORT_SERIES)
        as_generator(self.random_state)

    def _plan(self, usual_length):
        rate = 1e-2 if usual_length < SHORT_SERIES else 3e-3
        return Plan(
            solver=self.solver,
            learning_rate_init=rate
            if _is_auto(self.learning_rate_init)
            else self.learning_rate_init,
            learning_rate="cosine",
            alpha=self.alpha,
            max_iter=_MIN_PASSES if _is_auto(self.max_iter) else self.max_iter,
            clip_norm=self.clip_norm,
            # The number of passes decides, not a rule that stops.
            n_iter_no_change=np.iinfo(np.int32).max,
        )

    def _recipe(self, panel):
        usual_length = float(np.median(panel.lengths))
        longer = max(self.season_length_, self.h)
        input_size = (
            max(4, int(np.ceil(1.25 * longer))) if _is_auto(self.input_size) else self.input_size
        )
        plan = self._plan(usual_length)
        sizes = (40,) if _is_auto(self.hidden_layer_sizes) else self.hidden_layer_sizes
        return Recipe(
            h=self.h,
            input_size=input_size,
            local_scale=usual_length < SHORT_SERIES,
            first_step=max(self.season_length_, input_size // 2),
            crop=_CROP,
            batch_size=self.batch_size,
            network={"hidden_layer_sizes": sizes, "cell": self.cell, "dropout": self.dropout},
            plan=plan,
        )

    def _fit_panel(self, panel):
        if panel.lengths.max() < 2:
            raise ValueError(
                "df must have a series of at least two time steps to learn from, got "
                f"{len(panel)} series of one"
            )
        recipe = self._recipe(panel)
        scaled = self._scaled(panel)
        data = recipe.crops(scaled)
        if _is_auto(self.max_iter):
            passes = -(-_MIN_UPDATES // data.n_batches)
            recipe = replace(recipe, plan=replace(recipe.plan, max_iter=max(_MIN_PASSES, passes)))
        rng = as_generator(self.random_state)
        seeds = rng.integers(2**63, size=self.n_models + 1)
        threads = {"n_jobs": effective_n_jobs(self.n_jobs), "verbose": self.verbose}
        self._model = GlobalModel.train(recipe, data, seeds[:-1], **threads)
        self._errors = self._past_errors(panel, recipe, scaled, seeds[-1:], threads)
        self.input_size_ = recipe.input_size
        curves = [history.losses for history in self._model.histories]
        self.loss_curve_ = [float(np.mean(losses)) for losses in zip(*curves, strict=False)]

    def _scaled(self, panel, n_known=None):
        """Return each series on the working scale, as known from its first `n_known` steps."""
        known = panel.lengths if n_known is None else n_known
        return [
            WorkingScale.of(panel.series(i), self.season_length_, known[i])
            for i in range(len(panel))
        ]

    def _past_errors(self, panel, recipe, scaled, seed, threads):
        """Return the errors that intervals rest on, see `GlobalModel.errors`."""
        longest = int(_MAX_HELD_OUT * np.median(panel.lengths))
        wanted = self.h - 1 + -(-_MIN_ERRORS // len(panel))
        n_held_out = max(self.h, min(wanted, longest, _CROP))
        rows = np.flatnonzero(panel.lengths - n_held_out >= max(2, n_held_out))
        if not len(rows):
            # Too short to hold anything out: the errors in sample are all there is.
            return self._model.errors(scaled, np.zeros(len(scaled), int))
        kept = panel.take(rows)
        n_known = kept.lengths - n_held_out
        held_back = self._scaled(kept, n_known)
        known = [s.head(n) for s, n in zip(held_back, n_known, strict=True)]
        model = GlobalModel.train(recipe, recipe.crops(known), seed, **threads)
        return model.errors(held_back, n_known - 1)

    def _predict_panel(self, panel, h, levels):
        scaled = self._scaled(panel)
        widths = half_widths(self._errors, levels)
        starts = panel.lengths
        z, half = [], {level: [] for level in levels}
        behind = dict.fromkeys(levels, 0.0)
        history = scaled
        for done in range(0, h, self.h):
            if done > 0:
                history = [s.followed_by(block) for s, block in zip(history, z[-1], strict=True)]
            block, scale = self._model.forecast(history)
            z.append(block)
            for level in levels:
                # Errors of this block add to those of the forecasts it starts from.
                width = np.hypot(scale[:, None] * widths[level], behind[level])
                behind[level] = width[:, -1:]
                half[level].append(width)
        z = np.concatenate(z, axis=1)[:, :h]
        if not np.isfinite(z).all():
            raise ValueError(
                "the network's forecast is not finite: lower learning_rate_init or set clip_norm"
            )

        def back(values):
            rows = zip(scaled, values, starts, strict=True)
            return np.stack([s.back(row, start) for s, row, start in rows])

        half = {level: np.concatenate(parts, axis=1)[:, :h] for level, parts in half.items()}
        return back(z), {level: (back(z - w), back(z + w)) for level, w in half.items()}


def _is_auto(value):
    return isinstance(value, str) and value == "auto"
