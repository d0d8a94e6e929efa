"""`HistoryMixin`: what a fitted forecaster does with the past, and with rows that come later."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from tsrnn._transaction import all_or_nothing
from tsrnn._validation import check_int
from tsrnn.forecasting.backtest import forecast_past, windows_frame
from tsrnn.forecasting.extension import extend
from tsrnn.forecasting.levels import check_levels


class HistoryMixin:
    """Forecasts of the past, and history that grows, for `BaseForecaster`."""

    def predict_insample(self, level=None, step_size=None):
        """Forecast the past of the fitted series, with what was learnt from all of it.

        The forecasts start from cutoffs in the past and see no value after them, but what was
        learnt comes from all values: errors are smaller than those of `cross_validation`. Methods
        that learn each series on its own learn it again before every cutoff.

        Parameters
        ----------
        level : float or list of float, optional
            Levels of prediction intervals in percent, in (0, 100).
        step_size : int, optional
            Steps between cutoffs, at least 1; None for the `h` of the constructor (1 if it has
            none), so that each step is forecast once. The last cutoff is `h` steps before the end.

        Returns
        -------
        DataFrame
            As that of `cross_validation`: identifier, time, ``cutoff``, target and model columns.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If `fit` was not called.
        TypeError, ValueError
            If a parameter is out of range, or no series is longer than `h` steps.
        """
        check_is_fitted(self, "panel_")
        self._check_alias(self.panel_.form, "cutoff", self.panel_.form.target_col)
        levels, h = check_levels(level), self.h or 1
        step = h if step_size is None else check_int("step_size", step_size, 1)
        longest = int(self.panel_.lengths.max())
        if longest <= h:
            raise ValueError(
                f"predict_insample needs a series of more than h={h} steps; "
                f"the longest has {longest}"
            )
        n_left_out = np.arange(h, longest, step)[::-1]
        return windows_frame(forecast_past(self, self.panel_, h, n_left_out, levels))

    def update(self, df):
        """Append newer rows to the history; what was learnt stays.

        Methods that learn each series on its own learn the longer series.

        Parameters
        ----------
        df : DataFrame or Series
            Rows in the form that `fit` got, with the same column names, of any of its series and
            of new ones. A row at a time that is there already replaces it, unless its value is
            missing.

        Returns
        -------
        self

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If `fit` was not called.
        TypeError, ValueError
            If `df` cannot be read, is of another form, or its times do not lie on the frequency.

        Examples
        --------
        >>> import pandas as pd
        >>> from tsrnn.baselines import Naive
        >>> y = pd.Series([1.0, 2.0, 5.0], index=pd.date_range("2024", periods=3, freq="D"))
        >>> Naive(h=1).fit(y[:2]).update(y[2:]).predict().to_dict()
        {Timestamp('2024-01-04 00:00:00'): 5.0}
        """
        check_is_fitted(self, "panel_")
        panel = extend(self.panel_, df)
        with all_or_nothing(self):
            self._update_panel(panel)
            self.panel_ = panel
        return self

    def partial_fit(self, df):
        """Append newer rows to the history and go on learning; the first call is `fit`.

        Networks go on from their weights, for a tenth of the passes of `fit`, and a linear forecast
        beside them is learnt anew; their blend, the intervals and what covariates do stay as they
        are. Other methods learn the longer series anew.

        Parameters
        ----------
        df : DataFrame or Series
            As for `update`.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            As `fit` and `update` say.
        """
        if not hasattr(self, "panel_"):
            return self.fit(df)
        self._check_params()
        panel = extend(self.panel_, df)
        with all_or_nothing(self):
            self._partial_fit_panel(panel)
            self.panel_ = panel
        return self

    def _update_panel(self, panel):
        """Take note of a longer history, before it becomes ``self.panel_``."""

    def _partial_fit_panel(self, panel):
        """Learn from a longer history, before it becomes ``self.panel_``."""
        self._fit_panel(panel)
