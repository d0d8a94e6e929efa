"""`BaseForecaster`: what all forecasters share, around two hooks."""

import numbers
from dataclasses import replace

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from tsrnn._transaction import all_or_nothing
from tsrnn._validation import check_int
from tsrnn.forecasting.ahead import read_ahead
from tsrnn.forecasting.backtest import backtest, windows_frame
from tsrnn.forecasting.covariates import Covariates
from tsrnn.forecasting.frames import to_panel
from tsrnn.forecasting.history import HistoryMixin
from tsrnn.forecasting.levels import check_levels, check_quantiles, level_of, quantile_of
from tsrnn.model_file import SaveMixin
from tsrnn.model_file.checks import check_networks


class BaseForecaster(HistoryMixin, SaveMixin, BaseEstimator):
    """Base of all forecasters.

    A subclass implements two hooks:

    ``_fit_panel(panel)``
        Learn from a `Panel`. ``self.season_length_`` is set.
    ``_predict_panel(panel, h, levels)``
        Return ``(point, intervals)``: an array of shape (n_series, h), and a dict from each of
        `levels` to a pair of such arrays, lower and upper bounds. `panel` is ``self.panel_`` or
        another one, with newer history or other series; it must not change what was learnt.

    Parameters
    ----------
    h : int or None
        Default horizon, in steps; None: to be given to `predict`.
    freq : str, int or pandas offset, optional
        Frequency of the series; None infers it.
    season_length : int or "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency.
    alias : str, optional
        Name of the model in the output; None for the name of the class.

    Attributes
    ----------
    season_length_ : int
        Season length in use.
    freq_ : int or pandas offset
        Frequency of the series.
    """

    def __init__(self, h=None, *, freq=None, season_length="auto", alias=None):
        self.h = h
        self.freq = freq
        self.season_length = season_length
        self.alias = alias

    def fit(self, df, static_df=None, *, id_col="unique_id", time_col="ds", target_col="y"):
        """Learn from the series in `df`.

        Parameters
        ----------
        df : DataFrame or Series
            Long frame (identifier, time and target columns; without identifiers: one series),
            Series, or wide frame (one column per series); NaN and missing rows are allowed. Further
            columns of a long frame are covariates, which `RNNForecaster`, `LagRegressor` and
            `ARIMA` learn from and the other methods take no note of: numbers, booleans or up to
            100 names.
        static_df : DataFrame, optional
            Covariates that do not change: one row per series, with the identifier.
        id_col, time_col, target_col : str
            Column names of a long frame.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            If a parameter is out of range or `df` cannot be read; see
            `tsrnn.forecasting.to_panel`.
        """
        self._check_params()
        panel = self._read(df, static_df, id_col=id_col, time_col=time_col, target_col=target_col)
        self._check_alias(panel.form)
        return self._fit_checked(panel)

    def predict(self, h=None, df=None, X_df=None, level=None, quantiles=None):
        """Forecast the steps after the end of every series.

        Parameters
        ----------
        h : int, optional
            Number of steps, at least 1; None for the `h` of the constructor.
        df : DataFrame or Series, optional
            Newer history or other series, in the form `fit` got, with the same column names;
            None for the series `fit` got.
        X_df : DataFrame, optional
            Covariates in the steps to forecast: identifier, time and covariate columns, one row
            for each step of each series, in any order; further rows and columns do not matter.
            Methods without covariates take no note of it.
        level : float or list of float, optional
            Levels of prediction intervals in percent, in (0, 100).
        quantiles : float or list of float, optional
            Quantiles to forecast, in (0, 1): those that bound the prediction intervals; 0.5 is the
            point forecast. They do not cross. None for the `quantiles` of the constructor, where
            there are such.

        Returns
        -------
        DataFrame or Series
            In the form of the input. Columns of a long frame: identifier, time, ``<alias>``, for
            each level ``<alias>-lo-<level>`` and ``<alias>-hi-<level>``, for each quantile
            ``<alias>-q<quantile>``.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If `fit` was not called.
        TypeError, ValueError
            If `h`, `level` or `quantiles` is out of range, `h` is set nowhere, `df` cannot be
            read, or a covariate is not known where it is needed.
        """
        check_is_fitted(self, "panel_")
        h, levels = self._check_horizon(h), check_levels(level)
        quantiles = check_quantiles(self._own_quantiles() if quantiles is None else quantiles)
        self._check_alias(self.panel_.form)
        panel = self._panel_to_forecast(df, X_df, h)
        return panel.answer(self._forecast_columns(panel, h, levels, quantiles))

    def cross_validation(
        self,
        df,
        h=None,
        n_windows=1,
        step_size=None,
        refit=False,
        level=None,
        *,
        static_df=None,
        id_col="unique_id",
        time_col="ds",
        target_col="y",
    ):
        """Forecast from several cutoffs in the past, without a look ahead.

        The forecaster itself is not changed: clones of it are fitted.

        Parameters
        ----------
        df : DataFrame or Series
            The series, as for `fit`.
        h : int, optional
            Horizon; None for the `h` of the constructor.
        n_windows : int
            Number of cutoffs, at least 1. The last one lies `h` steps before the end of each
            series.
        step_size : int, optional
            Steps between cutoffs, at least 1; None for `h` (windows that do not overlap).
        refit : bool or int
            True: fit before every cutoff. False: fit before the first cutoff only; later forecasts
            start from the newer history with what was learnt then (methods that learn each series
            on its own are fitted to the newer history in any case). k: fit before every k-th
            cutoff.
        level : float or list of float, optional
            Levels of prediction intervals in percent, in (0, 100).
        static_df : DataFrame, optional
            As for `fit`.
        id_col, time_col, target_col : str
            Column names of a long frame.

        Returns
        -------
        DataFrame
            Long and wide input: identifier, time, ``cutoff`` (the last time stamp used), target and
            model columns. Series: the same without identifier, indexed by time. A series without
            an observation up to a cutoff is left out of that window; the target is NaN where it is
            missing.

        Raises
        ------
        TypeError, ValueError
            If a parameter is out of range, `df` cannot be read, or no series has an observation
            before the first cutoff.
        """
        self._check_params()
        h, levels = self._check_horizon(h), check_levels(level)
        panel = self._read(df, static_df, id_col=id_col, time_col=time_col, target_col=target_col)
        self._check_alias(panel.form, "cutoff", panel.form.target_col)
        return windows_frame(backtest(self, panel, h, n_windows, step_size, refit, levels))

    # Whether `fit` learns from covariates; `_future_names` then tells which of them are ahead.
    _uses_covariates = False

    def _future_names(self):
        return ()

    def _own_quantiles(self):
        return None

    def _read(self, df, static_df, **columns):
        """Return the panel to learn from."""
        covariates = Covariates.learn(df, static_df, **columns) if self._uses_covariates else None
        return to_panel(df, freq=self.freq, covariates=covariates, **columns)

    def _panel_to_forecast(self, df, X_df, h):
        """Return the panel that was learnt or that of `df`, with the covariates of `X_df` ahead."""
        panel = self.panel_
        if df is not None:
            form = panel.form
            columns = {"time_col": form.time_col, "target_col": form.target_col}
            panel = to_panel(
                df, freq=self.freq_, id_col=form.id_col or "unique_id",
                covariates=panel.covariates, **columns,
            )  # fmt: skip
        if X_df is None or not self._uses_covariates:
            return panel
        if panel.covariates is None:
            raise ValueError("X_df is given, but fit got no covariates that change in time")
        return replace(panel, ahead=read_ahead(X_df, panel.covariates, panel, h))

    def _check_loaded(self, parts):
        check_networks(parts)

    def _check_params(self):
        """Check the constructor's parameters; subclasses extend it."""
        if self.h is not None:
            check_int("h", self.h, 1)
        if self.season_length != "auto":
            if not isinstance(self.season_length, numbers.Integral):
                raise TypeError(
                    f"season_length must be 'auto' or an integer, got {self.season_length!r}"
                )
            check_int("season_length", self.season_length, 1)
        if self.alias is not None and not isinstance(self.alias, str):
            raise TypeError(f"alias must be a string or None, got {self.alias!r}")

    @property
    def _name(self):
        """Name of the model in the output."""
        return self.alias or type(self).__name__

    def _check_alias(self, form, *others):
        """Refuse a name that overwrites a column of the output, one of `others` among them."""
        taken = [form.id_col, form.time_col] if form.kind == "long" or others else []
        if self._name in [*taken, *others]:
            raise ValueError(
                f"{self._name!r} would be the name of two columns, of the model and of the data; "
                "set another alias"
            )

    def _check_horizon(self, h):
        if hasattr(h, "iloc"):
            raise TypeError(f"h must be an integer, got a {type(h).__name__}; pass it as df=")
        if h is None and self.h is None:
            raise ValueError("h is not set: pass it to the constructor or to this call")
        return check_int("h", self.h if h is None else h, 1)

    def _fit_checked(self, panel):
        """Fit a panel; the parameters have been checked. If it fails, nothing has changed."""
        with all_or_nothing(self):
            auto = self.season_length == "auto"
            self.season_length_ = panel.season_length if auto else int(self.season_length)
            self.freq_ = panel.freq
            self._fit_panel(panel)
            self.panel_ = panel
        return self

    def _forecast_columns(self, panel, h, levels, quantiles=()):
        """Return a dict of output column to array of shape (n_series, h)."""
        bounds = [level_of(quantile) for quantile in quantiles]
        needed = dict.fromkeys([*levels, *(level for level in bounds if level > 0)])
        point, intervals = self._predict_panel(panel, h, list(needed))
        name = self._name
        columns = {name: point}
        for level in levels:
            lower, upper = intervals[level]
            columns[f"{name}-lo-{level:g}"] = lower
            columns[f"{name}-hi-{level:g}"] = upper
        for quantile in quantiles:
            columns[f"{name}-q{quantile:g}"] = quantile_of(quantile, point, intervals)
        return columns
