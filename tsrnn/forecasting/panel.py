"""`Panel`: many regular series in flat arrays, and the way back to the user's kind of frame."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tsrnn.forecasting.frequency import season_length_of


@dataclass(frozen=True)
class Form:
    """What the user passed, so that the answer looks the same.

    Parameters
    ----------
    kind : {"long", "series", "wide"}
        The form of the input.
    id_col, time_col, target_col : str or None
        Column names of a long frame (`id_col` None: a single series without identifier); the names
        used in a cross-validation frame for the other forms.
    index_name : object
        Name of the index of a Series or wide frame.
    columns_name : object
        Name of the columns of a wide frame.
    """

    kind: str
    id_col: str | None
    time_col: str
    target_col: str
    index_name: object = None
    columns_name: object = None

    def describe(self):
        """Return the form in a few words, for messages."""
        if self.kind != "long":
            return {"series": "a Series", "wide": "a wide frame"}[self.kind]
        return "a long frame " + ("without identifiers" if self.id_col is None else "of series")


@dataclass(frozen=True)
class Panel:
    """Regular series in flat arrays.

    Parameters
    ----------
    ids : Index of shape (n_series,)
        Identifiers; those of a long frame are sorted.
    indptr : int64 array of shape (n_series + 1,)
        Series `i` is ``y[indptr[i]:indptr[i + 1]]``.
    y : float64 array of shape (indptr[-1],)
        Observations, oldest first; NaN marks a missing one. No series starts with NaN, and every
        series has at least one observation.
    last : int64 array of shape (n_series,)
        Code of the last time stamp of each series on `axis`.
    axis : IntegerAxis, PeriodAxis, FixedAxis or CalendarAxis
        Translates codes to time stamps; neighbours are ``axis.step`` apart.
    form : Form
        The form of the user's input.
    x : float64 array of shape (indptr[-1], n_covariates), optional
        Covariates beside `y`, NaN for missing.
    ahead : Ahead, optional
        Covariates in the steps to forecast.
    covariates : Covariates, optional
        How `x` was read.
    """

    ids: pd.Index
    indptr: np.ndarray
    y: np.ndarray
    last: np.ndarray
    axis: object
    form: Form
    x: np.ndarray | None = None
    ahead: object = None
    covariates: object = None

    def __len__(self):
        return len(self.ids)

    @property
    def freq(self):
        """The frequency: an int for integer times, else a pandas offset."""
        return self.axis.freq

    @property
    def season_length(self):
        """Usual season length of the frequency (`season_length_of`)."""
        return season_length_of(self.freq)

    @property
    def lengths(self):
        """Number of time steps of each series, int64 array of shape (n_series,)."""
        return np.diff(self.indptr)

    def series(self, i):
        """Return series `i`, a view of shape (lengths[i],)."""
        return self.y[self.indptr[i] : self.indptr[i + 1]]

    def inputs(self, i):
        """Return the covariates of series `i`, a view of shape (lengths[i], n_covariates)."""
        return self.x[self.indptr[i] : self.indptr[i + 1]]

    def stamps(self):
        """Return the time stamps of all steps, an Index as long as `y`."""
        return self.axis.decode(self.codes())

    def codes(self):
        """Return the codes of the time stamps of all steps, as long as `y`."""
        to_end = np.arange(1, len(self.y) + 1) - np.repeat(self.indptr[1:], self.lengths)
        return np.repeat(self.last, self.lengths) + self.axis.step * to_end

    def future_codes(self, h):
        """Return the codes of the next `h` stamps of each series, shape (n_series, h)."""
        return self.last[:, None] + self.axis.step * np.arange(1, h + 1)

    def take(self, rows):
        """Return the panel of the series at positions `rows`, in that order."""
        parts = [self.series(i) for i in rows]
        return replace(
            self,
            ids=self.ids[rows],
            indptr=np.concatenate([[0], np.cumsum(self.lengths[rows])]),
            y=np.concatenate(parts),
            last=self.last[rows],
            x=None if self.x is None else np.concatenate([self.inputs(i) for i in rows]),
        )

    def without_last(self, n_steps):
        """Return the panel without the last `n_steps` steps of every series, and who is left.

        Parameters
        ----------
        n_steps : int
            How many steps to leave out, at least 0.

        Returns
        -------
        panel : Panel or None
            The series that have an observation before the cut; None if there is none.
        kept : int64 array of shape (n_kept,)
            Their positions in this panel. No series starts with NaN, so a series is kept if and
            only if it is longer than `n_steps`.
        """
        kept = np.flatnonzero(self.lengths > n_steps)
        if not kept.size:
            return None, kept
        lengths = self.lengths[kept] - n_steps
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        source = np.arange(indptr[-1]) + np.repeat(self.indptr[kept] - indptr[:-1], lengths)
        last = self.last[kept] - n_steps * self.axis.step
        x = None if self.x is None else self.x[source]
        cut = replace(self, ids=self.ids[kept], indptr=indptr, y=self.y[source], last=last, x=x)
        return cut, kept

    def answer(self, columns):
        """Return forecasts in the form of the input.

        Parameters
        ----------
        columns : dict of str to array of shape (n_series, h)
            Values of each model column for the next `h` steps of each series.

        Returns
        -------
        Series or DataFrame
            Long frame: identifier, time and model columns. Series: a Series named like the only
            model column, or a DataFrame of several. Wide frame: one column per series, or
            MultiIndex columns (series, model column) if there are several model columns.
        """
        h = next(iter(columns.values())).shape[1]
        form = self.form
        if form.kind == "long":
            return self.long_frame(self.future_codes(h), columns)
        # A Series or wide frame has one last stamp for all series.
        index = self.axis.decode(self.future_codes(h)[0]).rename(form.index_name)
        if form.kind == "series":
            frame = pd.DataFrame({name: values[0] for name, values in columns.items()}, index=index)
            return frame if len(columns) > 1 else frame.iloc[:, 0]
        if len(columns) == 1:
            names = self.ids.rename(form.columns_name)
            return pd.DataFrame(next(iter(columns.values())).T, index=index, columns=names)
        names = pd.MultiIndex.from_product(
            [self.ids, list(columns)], names=[form.columns_name, None]
        )
        stacked = np.stack(list(columns.values()), axis=1).reshape(-1, h)
        return pd.DataFrame(stacked.T, index=index, columns=names)

    def long_frame(self, codes, columns):
        """Return a long frame: identifier (if there is one), time and `columns`.

        Parameters
        ----------
        codes : int64 array of shape (n_series, n_steps)
            Codes of the time stamps.
        columns : dict of str to array of shape (n_series, n_steps)
            Further columns.

        Returns
        -------
        DataFrame of n_series * n_steps rows
            Sorted by series, then time.
        """
        form = self.form
        flat = {name: np.asarray(values).reshape(-1) for name, values in columns.items()}
        ids = {} if form.id_col is None else {form.id_col: self.ids.repeat(codes.shape[1])}
        return pd.DataFrame({**ids, form.time_col: self.axis.decode(codes.reshape(-1)), **flat})
