"""What "auto" stands for: choices by frequency, length and horizon, never by data set.

Measured on series of many kinds, see benchmarks/README.md.
"""

import numpy as np

from tsrnn.forecasting.crops import Sight
from tsrnn.forecasting.recipes import SegmentRecipe, StepRecipe
from tsrnn.forecasting.smoothing_recipe import SmoothingRecipe
from tsrnn.network import Plan
from tsrnn.network.stack import check_layer_sizes

# Below this usual length, a series is scaled by its local variation.
SHORT_SERIES = 400
# Below this one, series tell nothing of whether they grow by a factor: from a few values, forecasts
# on logarithms run away, and the most uncertain intervals become boundless.
_VERY_SHORT_SERIES = 10
# Time steps that the state is carried over, in training and forecasting alike.
_CROP = 256
# Passes over the data, and updates of the weights at least and at most: what a single series needs
# is many passes; large panels learn a growth that all series had in common, if they go on for long.
_PASSES = 6
_MIN_UPDATES, _MAX_UPDATES = 200, 400
# Seasons that a series (median) must hold for the network to be shown the season, and values that
# it sees at each step at most, unless the horizon asks for more: a day of 5 minutes fits, a day of
# minutes or an hour of seconds would be nothing but cost.
_SEASONS_TO_SEE = 2
_LONGEST_INPUT = 384
# Segments are for long horizons, and for series that hold many windows and horizons: they know
# nothing of season and trend but what they learn, and lose on shorter ones.
_LONG_HORIZON = 96
_LONG_SERIES = 4000
_HORIZONS_IN_LONG_SERIES = 10
_N_SEGMENTS = 15
_LONGEST_SEGMENT = 48
_WINDOWS_PER_PASS = 20_000
# Few: networks learn what a regression leaves, and the training part by heart if they go on.
_SEGMENT_PASSES = 3

# Season and level that are learnt with the network; how much the level is kept from wiggling.
SMOOTHING = "exponential_smoothing"
_PENALTY = 0.1

LOSSES = {
    "mae": "absolute_error",
    "absolute_error": "absolute_error",
    "mse": "squared_error",
    "squared_error": "squared_error",
    "huber": "huber",
}
# Networks by strategy; those of segments take several times as long as the others.
N_MODELS = {"direct": 3, "recursive": 3, "segment": 1}
STRATEGIES = tuple(N_MODELS)
# Name -> whether to take logarithms (of positive series), whether to scale locally.
NORMALIZATIONS = {
    "log_local": (True, True),
    "log": (True, False),
    "local": (False, True),
    "standard": (False, False),
}


def is_auto(value):
    """Tell whether a parameter is left to this module."""
    return isinstance(value, str) and value == "auto"


def resolve(value, default):
    """Return `value`, or `default` where it is "auto"."""
    return default if is_auto(value) else value


def strategy_for(params, usual_length):
    """Return the strategy: "segment" for long horizons in long series, else "direct"."""
    long_enough = max(_LONG_SERIES, _HORIZONS_IN_LONG_SERIES * params.h)
    if params.h < _LONG_HORIZON or usual_length < long_enough or needs_steps(params) is not None:
        return "direct"
    return "segment"


def normalization_for(usual_length, strategy):
    """Return the normalization, a name in NORMALIZATIONS."""
    if strategy == "segment":
        return "standard"
    if usual_length < _VERY_SHORT_SERIES:
        return "local"
    return "log_local" if usual_length < SHORT_SERIES else "log"


def needs_steps(params):
    """Return the name of a parameter that segments cannot serve, None if there is none."""
    if params.deseasonalize == SMOOTHING:
        return "deseasonalize"
    if not is_auto(params.dilations):
        return "dilations"
    return "residual" if params.residual else None


def make_recipe(params, m, usual_length, strategy, local_scale, n_inputs=0, n_series=1):
    """Return the recipe for a panel; how many passes "auto" stands for is up to `n_passes`.

    Parameters
    ----------
    params : RNNForecaster
        Whose parameters decide what is not "auto".
    m : int
        Season length.
    usual_length : float
        Median length of the series.
    strategy : str
    local_scale : bool
        See `Sight`.
    n_inputs : int
        See `Sight`; segments take none.
    n_series : int
        Of the panel.
    """
    loss = LOSSES[params.loss]
    if strategy == "segment":
        name = needs_steps(params)
        if name is not None:
            raise ValueError(
                f"{name}={getattr(params, name)!r} needs the strategy 'direct' or 'recursive', "
                "got 'segment'"
            )
        return _segment_recipe(params, m, usual_length, loss)
    learnt = 1 if strategy == "recursive" else params.h
    m = m if usual_length >= _SEASONS_TO_SEE * m else 1
    # With a season much longer than the horizon, what followed a season ago helps.
    season_ago = m >= 2 * learnt and m > 1
    sight = Sight(
        h=learnt,
        input_size=resolve(params.input_size, _input_size(m, learnt)),
        season_length=m,
        season_ago=season_ago,
        local_scale=local_scale,
        weighted=usual_length < SHORT_SERIES,
        n_inputs=n_inputs,
    )
    network = {"cell": params.cell, "dropout": params.dropout}
    n_layers = 2 if params.residual else 1
    if not is_auto(params.dilations):
        n_layers = np.size(params.dilations)
        network["dilations"] = params.dilations
    if params.residual:
        network["residual"] = params.residual
    network["hidden_layer_sizes"] = resolve(params.hidden_layer_sizes, (40,) * n_layers)
    kind, further = StepRecipe, {}
    if params.deseasonalize == SMOOTHING:
        kind, further = SmoothingRecipe, {"n_series": n_series, "penalty": _PENALTY}
    return kind(
        **further,
        sight=sight,
        crop=_CROP,
        batch_size=params.batch_size,
        network=network,
        plan=_plan(params, 1e-2 if usual_length < SHORT_SERIES else 3e-3, _PASSES),
        loss=loss,
    )


def _input_size(m, h):
    return max(4, int(np.ceil(max(1.25 * h, min(1.25 * m, _LONGEST_INPUT)))))


def n_passes(recipe, n_batches):
    """Return the passes over the data that "auto" stands for."""
    if isinstance(recipe, SegmentRecipe):
        return _SEGMENT_PASSES
    n_updates = np.clip(_PASSES * n_batches, _MIN_UPDATES, _MAX_UPDATES)
    return max(1, round(n_updates / n_batches))


def _segment_recipe(params, m, usual_length, loss):
    if m > _LONGEST_SEGMENT:
        segment = m // -(-m // _LONGEST_SEGMENT)
    else:
        segment = m * (_LONGEST_SEGMENT // m)
    n_segments = int(np.clip(usual_length // (4 * segment), 1, _N_SEGMENTS))
    if not is_auto(params.input_size):
        n_segments = max(1, params.input_size // segment)
    sizes = check_layer_sizes(resolve(params.hidden_layer_sizes, (128,)))
    if len(sizes) > 1:
        raise ValueError(f"hidden_layer_sizes must be one layer with segments, got {sizes}")
    return SegmentRecipe(
        h=params.h,
        input_size=n_segments * segment,
        segment=segment,
        batch_size=max(params.batch_size, 128),
        n_windows=_WINDOWS_PER_PASS,
        network={"n_units": sizes[0], "cell": params.cell, "dropout": 0.5},
        plan=_plan(params, 1e-3, _SEGMENT_PASSES),
        loss=loss,
    )


def _plan(params, rate, passes):
    return Plan(
        solver=params.solver,
        learning_rate_init=resolve(params.learning_rate_init, rate),
        learning_rate="cosine",
        alpha=params.alpha,
        max_iter=resolve(params.max_iter, passes),
        clip_norm=params.clip_norm,
        # The number of passes decides, not a rule that stops.
        n_iter_no_change=np.iinfo(np.int32).max,
    )
