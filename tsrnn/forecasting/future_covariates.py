"""`FutureCovariates`: which covariates a forecaster takes as known in the steps to forecast."""

from pandas.api.types import is_list_like

from tsrnn._validation import shown
from tsrnn.forecasting.defaults import is_auto


class FutureCovariates:
    """Gives a forecaster with a parameter `future_covariates` what was learnt with those known.

    A subclass has ``_learn(panel, future)``, which returns what it learnt with the covariates
    `future` known ahead, with an attribute `future`; its fit sets ``_learnt`` to that and
    ``_variants`` to [].
    """

    _uses_covariates = True

    def _check_future_covariates(self):
        if not is_auto(self.future_covariates):
            check_names("future_covariates", self.future_covariates, "'auto' or a list of str")

    def _future_to_learn(self, panel):
        """Return the names of the covariates that a fit takes as known in the future."""
        known = () if panel.covariates is None else panel.covariates.columns
        if is_auto(self.future_covariates):
            return tuple(known)
        unknown = [name for name in self.future_covariates if name not in known]
        if unknown:
            raise ValueError(
                f"future_covariates must name covariates of df, {list(known)}, got {unknown}"
            )
        return tuple(self.future_covariates)

    def _future_names(self):
        return self._learnt.future

    def _names_to_use(self, panel):
        """Return the names of the covariates to take as known, of those that `panel` has ahead."""
        given = () if panel.ahead is None else panel.ahead.names
        usual = self._future_names()
        if is_auto(self.future_covariates) and set(given) != set(usual):
            return given
        missing = [name for name in usual if name not in given]
        if missing:
            raise ValueError(
                f"X_df must hold the future of {missing}, which future_covariates names"
            )
        return usual

    def _model_for(self, panel):
        """Return what was learnt with the covariates known that `panel` has ahead."""
        names = self._names_to_use(panel)
        for learnt in [self._learnt, *self._variants]:
            if set(learnt.future) == set(names):
                return learnt
        self._variants = [*self._variants, self._learn(self.panel_, names)]
        return self._variants[-1]


def check_names(name, names, accepted):
    """Return `names` if they are strings, each once; else raise TypeError or ValueError."""
    if not is_list_like(names) or not all(isinstance(one, str) for one in names):
        raise TypeError(f"{name} must be {accepted}, got {shown(names)}")
    if len(set(names)) < len(names):
        raise ValueError(f"{name} must hold each name once, got {shown(names)}")
    return names
