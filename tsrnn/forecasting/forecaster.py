"""`RNNForecaster`: one recurrent network for all series of a DataFrame."""

from tsrnn._validation import (
    as_generator,
    check_bool,
    check_choice,
    check_int,
    check_n_jobs,
    check_verbose,
)
from tsrnn.cells import CELLS
from tsrnn.forecasting import defaults
from tsrnn.forecasting.calendar_features import CALENDAR
from tsrnn.forecasting.defaults import is_auto, resolve
from tsrnn.forecasting.future_covariates import check_names
from tsrnn.forecasting.learning import PanelLearning
from tsrnn.forecasting.levels import check_quantiles
from tsrnn.forecasting.panel_model import Scaling
from tsrnn.network.dropout import warn_if_idle


class RNNForecaster(PanelLearning):
    """Forecast one or many series with one recurrent network.

    Each series is brought to a common scale (logarithm if it is positive, season taken out as far
    as chance does not explain it, values relative to the last one), networks learn from every time
    step of every series to forecast the next `h` at once, and read all horizons off their last
    state. Their mean is blended with exponential smoothing and naive forecasts (in segments with
    the linear one that they add to), by weights that had the least errors on the last part of the
    series, which networks trained for that had not seen.
    Where series are few or short, networks start from little weight and smoothing from much, and
    the last part must say more to change it.
    Prediction intervals are split conformal: their widths are those of the blend's errors there, in
    a unit by series that is learnt from them too. Simple forecasts in the networks' place tell from
    the rest of the history whether that part was calm; if it is under 30 horizons of all series
    together, their errors count too. In segments errors are those of the linear forecast all over
    the history, each part forecast by what the others teach, as large as those of the blend in the
    last part, and their unit follows how far a series moved of late. Intervals of a series that
    moves rest on errors of series that moved, not of some that stood still; none reaches further
    than twice the range of the series.

    A series of one observation gets the width that is usual among the others, relative to its
    level. With two to eight, widths are drawn towards that; its trend is drawn towards none, and
    the more so, the further it moved beyond what is usual.

    Further columns of a long frame are covariates. What those that are known in the future do to
    the series is learnt by a regression and taken out before; the network sees all others, and what
    is constant for a series (`static_df`), at each step, but not with segments. Covariates may be
    NaN in the past.

    Missing values hold the last one observed; those at the end of a series are forecast over, as
    far as 50 horizons.

    A series whose forecast is not finite gets the seasonal naive one with its normal intervals, the
    other series theirs. Nothing is learnt from a series whose largest value is above 1e100 in size,
    or below 1e-100 and not 0; it gets the same.

    What is left to "auto" is chosen by frequency, length and horizon.

    Parameters
    ----------
    h : int
        Horizon in steps. `predict` also forecasts further, then from its own forecasts.
    freq : str, int or pandas offset, optional
        Frequency of the series; None infers it.
    season_length : int or "auto", default "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency. Multiples of 24
        steps count as a day, whose week is looked at too.
    cell : str, default "lstm"
        Name in `tsrnn.cells.CELLS`.
    hidden_layer_sizes : tuple of int or "auto", default "auto"
        Units of each stacked layer; "auto": (40,), in segments (128,). Segments have one layer.
    input_size : int or "auto", default "auto"
        Past values that the network sees at each step, beside its state; "auto": 1.25 times the
        longer of `h` and the season (if the series, by their median, hold two), at least 4 and, if
        it is for the season, at most 384. With segments, all that it sees, rounded down to
        whole segments; "auto": 15 segments of about 48 values, at most a quarter of the series.
    strategy : {"auto", "direct", "recursive", "segment"}, default "auto"
        "direct": all of `h` from each time step's state. "recursive": one step, then from its own
        forecasts. "segment": SegRNN [3]_, one time step per segment, for long horizons and
        histories; what it learns is added to a ridge regression on the last values seen (at most
        1024), the same for all series [4]_. "auto": "segment" from 96 steps on if the series
        (median) have 10 times as many and at least 4000, else "direct".
    normalization : {"auto", "log_local", "log", "local", "standard"}, default "auto"
        "log..." takes logarithms of positive series; "...local" divides by the variation within the
        input window, otherwise by the standard deviation of the series if it is no logarithm.
        "auto": "local" for series under 10 steps (median), "log_local" for those under 400, "log"
        for longer ones, "standard" with segments.
    deseasonalize : bool, "exponential_smoothing" or "auto", default "auto"
        Take out the season: classical indices, drawn towards none by the share of their variance
        that noise explains [2]_, of at least three seasons, of late where they drift. "auto": True,
        in segments only if past forecasts of a regression err less by 5 % without the season.
        "exponential_smoothing" does so too, and smooths what is left: a level, to which the network
        adds in the place of the last value, and how the season changes. Coefficients and first
        season of each series are learnt with the network (ES-RNN [1]_), on logarithms if
        `normalization` takes them. New series get the median coefficients. Not with segments.
    blend : bool, default True
        Blend the networks with other forecasts.
    future_covariates : list of str or "auto", default "auto"
        Columns known in the future, which `predict` must get as `X_df`; all other covariates are
        known in the past only. "auto": those in `X_df`. `fit` and backtests then take all columns
        as known; the first `predict` with others in `X_df`, or without, learns once more.
    calendar : list of str, optional
        Features of the calendar to learn from, known in the future without `X_df`: "minute",
        "hour", "dayofweek", "weekend", "day" (of month), "month", "quarter".
    loss : {"mae", "mse", "huber"}, default "mae"
        "absolute_error" and "squared_error" are other names of the first two.
    quantiles : float, list of float or None, default None
        Quantiles that `predict` adds unless it gets others, and `cross_validation` and
        `predict_insample` add.
    dropout : float in [0, 1), default 0.0
        Share of a layer's outputs dropped before the next layer while training. Segments always
        drop half before the output.
    dilations : tuple of int or "auto", default "auto"
        How many steps the recurrence of each layer reaches back; "auto": 1. Not with segments.
    residual : bool, default False
        Add to what a layer puts out what it read, from the second on; layers are then of one size,
        and 2 if `hidden_layer_sizes` and `dilations` do not say how many. Not with segments.
    solver : str, default "adam"
    learning_rate_init : float or "auto", default "auto"
        "auto": 0.01 for series under 400 steps (median), else 0.003, in segments 0.001; warmed up,
        then lowered along a cosine.
    alpha : float >= 0, default 0.0
        Decoupled weight decay.
    batch_size : int, default 64
        Series (or crops of 256 steps) per update.
    clip_norm : float or None, default 5.0
        Largest L2 norm of the gradient.
    n_models : int or "auto", default "auto"
        Networks from different seeds, whose mean is taken; "auto": 3, in segments 1. As many again
        are trained without the last part of the series, for weights and intervals.
    max_iter : int or "auto", default "auto"
        Passes over the data; "auto": 6, but so many that they make 200 to 400 updates, and at least
        one; in segments 3, of at most 20,000 windows.
    val_size : int, default 0
        Steps at the end of each series that the weights of the blend and the intervals rest on, at
        least `h`, at most half of the longest series; 0: as many as give 200 past forecasts, up to
        a quarter of the series.
    random_state : int, Generator, RandomState or None, default None
        Seed of weights and order of training. NumPy's global generator is never used.
    n_jobs : int or None, default None
        Threads; None is 1 unless in a `joblib.parallel_config` context. Results do not depend on
        it.
    verbose : int or bool, default 0
        Above 0 shows progress bars.
    alias : str, optional
        Name of the model in the output; None for the name of the class.

    Attributes
    ----------
    loss_curve_ : list of float
        Mean training loss of each pass, averaged over the networks.
    weights_ : dict of str to float
        Weights of the blend: "network", "comb" (mean of Theta and damped trend), "last" (value)
        and "season" (the last one again); in segments "network" and "linear", the regression alone.
    fallbacks_ : dict
        Identifier to reason, of the fitted series that get the seasonal naive forecast instead.
    strategy_ : str
    season_length_ : int
    freq_ : int or pandas offset
    input_size_ : int

    References
    ----------
    .. [1] Smyl, S. (2020). A hybrid method of exponential smoothing and recurrent neural networks
           for time series forecasting. International Journal of Forecasting, 36(1), 75-85.
    .. [2] Miller, D. M., & Williams, D. (2003). Shrinkage estimators of time series seasonal
           factors and their effect on forecasting accuracy. International Journal of Forecasting,
           19(4), 669-684.
    .. [3] Lin, S., Lin, W., Wu, W., Zhao, F., Mo, R., & Zhang, H. (2023). SegRNN: segment recurrent
           neural network for long-term time series forecasting. arXiv:2308.11200.
    .. [4] Toner, W., & Darlow, L. N. (2024). An analysis of linear time series forecasting models.
           International Conference on Machine Learning, 41.

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

    Further columns are covariates; those in `X_df` are known in the future:

    >>> df = pd.DataFrame({"ds": range(60), "open": [1, 1, 0] * 20, "sold": [8.0, 8.0, 2.0] * 20})
    >>> model = RNNForecaster(h=2, season_length=1, max_iter=3, random_state=0)
    >>> model = model.fit(df, target_col="sold")
    >>> ahead = pd.DataFrame({"ds": [60, 61], "open": [0, 1]})
    >>> model.predict(X_df=ahead)["RNNForecaster"].round().to_list()
    [2.0, 8.0]
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
        strategy="auto",
        normalization="auto",
        deseasonalize="auto",
        blend=True,
        future_covariates="auto",
        calendar=None,
        loss="mae",
        quantiles=None,
        dropout=0.0,
        dilations="auto",
        residual=False,
        solver="adam",
        learning_rate_init="auto",
        alpha=0.0,
        batch_size=64,
        clip_norm=5.0,
        n_models="auto",
        max_iter="auto",
        val_size=0,
        random_state=None,
        n_jobs=None,
        verbose=0,
        alias=None,
    ):
        super().__init__(h, freq=freq, season_length=season_length, alias=alias)
        self.cell = cell
        self.hidden_layer_sizes = hidden_layer_sizes
        self.input_size = input_size
        self.strategy = strategy
        self.normalization = normalization
        self.deseasonalize = deseasonalize
        self.blend = blend
        self.future_covariates = future_covariates
        self.calendar = calendar
        self.loss = loss
        self.quantiles = quantiles
        self.dropout = dropout
        self.dilations = dilations
        self.residual = residual
        self.solver = solver
        self.learning_rate_init = learning_rate_init
        self.alpha = alpha
        self.batch_size = batch_size
        self.clip_norm = clip_norm
        self.n_models = n_models
        self.max_iter = max_iter
        self.val_size = val_size
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    def _check_params(self):
        super()._check_params()
        check_int("h", self.h, 1)
        check_choice("cell", self.cell, CELLS)
        check_choice("loss", self.loss, defaults.LOSSES)
        check_choice("strategy", self.strategy, ("auto", *defaults.STRATEGIES))
        check_choice("normalization", self.normalization, ("auto", *defaults.NORMALIZATIONS))
        if isinstance(self.deseasonalize, str):
            check_choice("deseasonalize", self.deseasonalize, ("auto", defaults.SMOOTHING))
        else:
            check_bool("deseasonalize", self.deseasonalize)
        check_bool("residual", self.residual)
        check_bool("blend", self.blend)
        check_quantiles(self.quantiles)
        check_int("batch_size", self.batch_size, 1)
        check_n_jobs(self.n_jobs)
        check_verbose(self.verbose)
        self._check_future_covariates()
        if self.calendar is not None:
            for name in check_names("calendar", self.calendar, "None or a list of str"):
                check_choice("calendar", name, CALENDAR)
        if check_int("val_size", self.val_size, 0) and self.val_size < self.h:
            raise ValueError(f"val_size must be 0 or at least h={self.h}, got {self.val_size}")
        if not is_auto(self.n_models):
            check_int("n_models", self.n_models, 1)
        if not is_auto(self.input_size):
            check_int("input_size", self.input_size, 1)
        network = self._recipe(1, defaults.SHORT_SERIES)[1].make_network()
        if self.strategy != "segment":
            warn_if_idle(network)
        as_generator(self.random_state)

    def _recipe(self, m, usual_length, n_inputs=0, n_series=1):
        """Return the name of the strategy, the recipe, and the way to the working scale."""
        strategy = resolve(self.strategy, defaults.strategy_for(self, usual_length))
        normalization = resolve(
            self.normalization, defaults.normalization_for(usual_length, strategy)
        )
        take_log, local_scale = defaults.NORMALIZATIONS[normalization]
        recipe = defaults.make_recipe(
            self, m, usual_length, strategy, local_scale, n_inputs, n_series
        )
        deseasonalize = bool(resolve(self.deseasonalize, strategy != "segment"))
        return strategy, recipe, Scaling(m, take_log, deseasonalize)
