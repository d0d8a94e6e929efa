"""`SimulationMixin`: sample paths of forecasters."""

from sklearn.utils.validation import check_is_fitted

from tsrnn._validation import as_generator, check_int
from tsrnn.forecasting.sample_paths import paths_frame


class SimulationMixin:
    """Gives a forecaster `simulate`, around a hook.

    ``_sample_paths(panel, h, n_paths, rng)`` returns an array of shape (n_series, n_paths, h).
    """

    def simulate(self, h=None, n_paths=100, df=None, X_df=None, *, random_state=None):
        """Draw sample paths of the future.

        The steps of a path hang together: it is the method's own recursion with random errors of
        each step fed back or, of `RNNForecaster` and `LagRegressor`, has errors that go over the
        horizon as those of a past forecast did. At each step the paths are spread as the prediction
        intervals say: sums, maxima and first passages over the horizon can be read off.

        Parameters
        ----------
        h : int, optional
            Number of steps, at least 1; None for the `h` of the constructor.
        n_paths : int
            Paths of each series, at least 1.
        df, X_df : DataFrame, optional
            As for `predict`.
        random_state : int, Generator, RandomState or None
            Seed of the errors; None is that of the constructor, or draws others every time if it
            has none.

        Returns
        -------
        DataFrame
            Long input: identifier, time, ``sample_id`` (0 to `n_paths` - 1) and ``<alias>``, sorted
            by series, path and time. Series: times by paths. Wide frame: times by series and paths.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If `fit` was not called.
        TypeError, ValueError
            If a parameter is out of range, or `df` or `X_df` cannot be read.

        Examples
        --------
        >>> import pandas as pd
        >>> from tsrnn.baselines import Naive
        >>> paths = Naive(h=3).fit(pd.Series([1.0, 2.0, 4.0])).simulate(n_paths=5, random_state=0)
        >>> paths.shape
        (3, 5)
        """
        check_is_fitted(self, "panel_")
        self._check_alias(self.panel_.form, "sample_id")
        h, n_paths = self._check_horizon(h), check_int("n_paths", n_paths, 1)
        own = getattr(self, "random_state", None)
        rng = as_generator(own if random_state is None else random_state)
        panel = self._panel_to_forecast(df, X_df, h)
        paths = self._sample_paths(panel, h, n_paths, rng)
        return paths_frame(panel, self._name, paths)
