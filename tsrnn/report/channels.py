"""The channels of a log as a table: what they hold, what they were used for, what they led."""

import html

import numpy as np

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
        values = X[name].to_numpy(dtype=float, na_value=np.nan)
        known = values[~np.isnan(values)]
        n_missing = len(values) - len(known)
        missing = f"{n_missing:,} ({n_missing / len(values):.1%})" if n_missing else "0"
        figures = [np.nan] * 4
        if len(known):
            figures = [known.mean(), known.std(), known.min(), known.max()]
        role = _role(values, n_train, scores, name)
        led = sum(ranking[:1] == [str(name)] for ranking in rankings)
        part = sum(str(name) in ranking for ranking in rankings)
        cells = [html.escape(str(name)), role]
        cells = "".join(f"<td>{cell}</td>" for cell in cells)
        cells += f'<td class="number">{missing}</td>{"".join(map(number, figures))}'
        rows.append(f"<tr>{cells}{number(led)}{number(part)}</tr>")
    return Section(title, (f"<p>{len(X):,} rows.</p>", table_html(_HEAD, rows)))


def _role(values, n_train, scores, name):
    if _is_constant(values):
        return "constant"
    if n_train and _is_constant(values[:n_train]):
        return "constant at first"
    is_scored = scores[f"{name}_expected"].notna().any() or (scores[f"{name}_score"] > 0).any()
    return "scored" if is_scored else "input"


def _is_constant(values):
    known = values[~np.isnan(values)]
    return not len(known) or known.min() == known.max()
