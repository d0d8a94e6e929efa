"""Cross-validation that respects time, where `sklearn.model_selection.TimeSeriesSplit` stops."""

import numpy as np
from sklearn.model_selection import BaseCrossValidator

from tsrnn._validation import check_int
from tsrnn.windows.time_order import check_size, time_ranks


class _TimeSplitter(BaseCrossValidator):
    """Base: times in blocks of equal length, give or take one.

    A subclass gives `_fold(start, stop, n_times)` -> masks of the training and of the test times,
    for the block of times start to stop.
    """

    # Times, if given: scikit-learn may hand them on where metadata are routed.
    __metadata_request__split = {"groups": True}  # noqa: RUF012

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of splits; the arguments are ignored."""
        return check_int("n_splits", self.n_splits, 2)

    def split(self, X, y=None, groups=None):
        """Yield row numbers of training and test parts.

        Parameters
        ----------
        X : array-like, Series or DataFrame of n_samples rows
            In time order. Of an index of several levels the last one is the time.
        y : ignored
        groups : array-like of shape (n_samples,), optional
            Time of each row, where several rows are of the same time, as in a panel: they then stay
            together, and rows may come in any order.

        Yields
        ------
        train, test : ndarray of int

        Raises
        ------
        TypeError
            If a parameter is not a number.
        ValueError
            If a parameter is out of range, nothing is left to train on in a split, `groups` is not
            as long as `X` or has a missing time, or a time index does not strictly increase.
        """
        ranks, n_times = time_ranks(X, groups)
        n_splits = self.get_n_splits()
        if n_splits > n_times:
            raise ValueError(f"n_splits={n_splits} is greater than the number of times, {n_times}")
        bounds = np.arange(n_splits + 1) * n_times // n_splits
        # All at once: a bad size is told before anything is fitted.
        folds = [self._fold(*bounds[i : i + 2], n_times) for i in range(n_splits)]
        for i, (train, _) in enumerate(folds):
            if not train.any():
                raise ValueError(
                    f"nothing is left to train on in split {i} of {self!r} over {n_times} times"
                )
        for train, test in folds:
            yield np.flatnonzero(train[ranks]), np.flatnonzero(test[ranks])


class BlockedSplit(_TimeSplitter):
    """Blocks of time, each split into an earlier training and a later test part.

    Unlike in `sklearn.model_selection.TimeSeriesSplit`, all training parts are equally long and no
    row is in two splits: the scores tell how a model does in different periods.

    Parameters
    ----------
    n_splits : int, default 5
        Blocks, at least 2.
    test_size : int or float, default 0.25
        Times in each test part: a number of at least 1, or a share of the block in (0, 1), rounded
        up.
    gap : int, default 0
        Times left out between training and test part.

    Examples
    --------
    >>> from tsrnn.windows import BlockedSplit
    >>> for train, test in BlockedSplit(n_splits=2, test_size=1, gap=1).split(range(8)):
    ...     print(train, test)
    [0 1] [3]
    [4 5] [7]
    """

    def __init__(self, n_splits=5, *, test_size=0.25, gap=0):
        self.n_splits = n_splits
        self.test_size = test_size
        self.gap = gap

    def _fold(self, start, stop, n_times):
        time = np.arange(n_times)
        cut = stop - check_size("test_size", self.test_size, stop - start)
        train = (time >= start) & (time < cut - check_int("gap", self.gap, 0))
        return train, (time >= cut) & (time < stop)


class PurgedKFold(_TimeSplitter):
    """K-fold over blocks of time, without the training rows that overlap with the test block.

    Each block is the test part once, and rows before and after it are trained on. Windows share
    rows with their neighbours: those within `purge` times of the test part are left out. Without
    purge and embargo this is blocked cross-validation.

    Parameters
    ----------
    n_splits : int, default 5
        Blocks, at least 2.
    purge : int, default 0
        Times left out on both sides of the test part. With ``window + horizon - 1`` no training
        row shares a feature or target with a test row.
    embargo : int, default 0
        Times left out after the test part beyond that, for what lingers longer.

    References
    ----------
    J. Racine: Consistent cross-validatory model-selection for dependent data: hv-block
    cross-validation. Journal of Econometrics 99 (2000) 39-61. M. Lopez de Prado: Advances in
    Financial Machine Learning (2018), chapter 7 (purging, embargo). C. Bergmeir, J. M. Benitez: On
    the use of cross-validation for time series predictor evaluation. Information Sciences 191
    (2012) 192-213.

    Examples
    --------
    >>> from tsrnn.windows import PurgedKFold
    >>> for train, test in PurgedKFold(n_splits=3, purge=1, embargo=1).split(range(9)):
    ...     print(train, test)
    [5 6 7 8] [0 1 2]
    [0 1 8] [3 4 5]
    [0 1 2 3 4] [6 7 8]
    """

    def __init__(self, n_splits=5, *, purge=0, embargo=0):
        self.n_splits = n_splits
        self.purge = purge
        self.embargo = embargo

    def _fold(self, start, stop, n_times):
        time = np.arange(n_times)
        purge = check_int("purge", self.purge, 0)
        after = stop + purge + check_int("embargo", self.embargo, 0)
        return (time < start - purge) | (time >= after), (time >= start) & (time < stop)
