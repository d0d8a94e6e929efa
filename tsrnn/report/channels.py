"""The channels of a log as a table: what they hold, what they were used for, what they led."""

import html

import numpy as np
import pandas as pd

from tsrnn.report.page import Section, number, table_html

_HEAD = ["channel", "role", "missing", "mean", "sd", "min", "max", "events led", "events in"]


def channels_section(X, scores, events, *, title="Channels", n_train=None):
    """Build a section: one row per channel.

    Parameters
    ----------
    X : DataFrame
        The log. Not modified.
    scores, events : DataFrame
        As from the ``scores`` and ``detect`` of a detector for `X`.
    title : str
    n_train : int, optional
        Rows at the beginning that were learnt from.

    Returns
    -------
    Section
        Role: "scored", "input" (helps to predict the others, is not scored itself), "constant", or
        "constant at first" (so in the rows that were learnt from). A channel leads the events that
        rank it first; those that rank it among the first three it is in.
    """
    rankings = [[str(name) for name in ranking[:3]] for ranking in events["channels"]]
    rows = []
    for name in X.columns:
        values = _numbers(X[name])
        known = values[~np.isnan(values)]
        n_missing = int(X[name].isna().sum())
        missing = f"{n_missing:,} ({n_missing / len(values):.1%})" if n_missing else "0"
        figures = [np.nan] * 4
        if len(known):
            figures = [known.mean(), known.std(), known.min(), known.max()]
        role = _role(X[name], n_train, scores)
        led = sum(ranking[:1] == [str(name)] for ranking in rankings)
        part = sum(str(name) in ranking for ranking in rankings)
        cells = [html.escape(str(name)), role]
        cells = "".join(f"<td>{cell}</td>" for cell in cells)
        cells += f'<td class="number">{missing}</td>{"".join(map(number, figures))}'
        rows.append(f"<tr>{cells}{number(led)}{number(part)}</tr>")
    return Section(title, (f"<p>{len(X):,} rows.</p>", table_html(_HEAD, rows)))


def _numbers(column):
    """Return the values (n,), all NaN of text."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.to_numpy(dtype=float, na_value=np.nan)
    return pd.to_numeric(column.astype(object), errors="coerce").to_numpy(dtype=float)


def _role(column, n_train, scores):
    if column.nunique() <= 1:
        return "constant"
    if n_train and column.iloc[:n_train].nunique() <= 1:
        return "constant at first"
    expected, score = scores[f"{column.name}_expected"], scores[f"{column.name}_score"]
    return "scored" if expected.notna().any() or (score > 0).any() else "input"
