"""History that grows: newer rows behind a `Panel`."""

import numpy as np
import pandas as pd

from tsrnn.forecasting.assembly import assemble, raw_codes
from tsrnn.forecasting.frames import check_same_ids, kind_of_times, read_rows


def extend(panel, df):
    """Return `panel` with the rows of `df` appended, or in the place of those at the same times.

    Parameters
    ----------
    panel : Panel
    df : DataFrame or Series
        In the form that `panel` was read from. A missing value replaces none that is known.

    Raises
    ------
    TypeError, ValueError
        As `to_panel` says, or if `df` is of another form or has times or identifiers of another
        kind.
    """
    form, covariates = panel.form, panel.covariates
    if form.kind == "wide" and isinstance(df, pd.DataFrame):
        # All series of a wide frame end at the same time.
        df = df.reindex(columns=panel.ids.union(df.columns, sort=False))
    ids, codes, stamps, y, new_form = read_rows(
        df, form.id_col or "unique_id", form.time_col, form.target_col
    )
    if new_form.kind != form.kind or (new_form.id_col is None) != (form.id_col is None):
        raise ValueError(
            f"df must have the form that fit got, {form.describe()}, got {new_form.describe()}"
        )
    before = panel.stamps()
    if kind_of_times(before) != kind_of_times(stamps):
        raise TypeError(f"df must have times like those of fit, {before.dtype}, got {stamps.dtype}")
    if form.kind == "long" and form.id_col is not None:
        check_same_ids(ids, panel.ids, "df")
    ids = ids if form.id_col is not None else panel.ids
    all_ids = panel.ids.union(ids, sort=None if form.kind == "long" else False)
    old_codes = np.repeat(all_ids.get_indexer(panel.ids), panel.lengths)
    codes = np.append(old_codes, all_ids.get_indexer(ids)[codes])
    stamps = before.append(stamps.astype(before.dtype))
    y = np.append(panel.y, y)
    kept = _kept(codes, raw_codes(stamps), y, len(before))
    rows = all_ids, codes[kept], stamps[kept], y[kept], form, panel.freq
    if covariates is None:
        return assemble(*rows)
    x = np.vstack([panel.x[:, : len(covariates.columns)], covariates.read(df)])[kept]
    return covariates.with_static(assemble(*rows, x))


def _kept(codes, raw, y, n_before):
    """Return the mask of rows that count; what the new rows have twice stays, to be refused."""
    rows = pd.DataFrame({"code": codes, "raw": raw})
    is_new = np.arange(len(y)) >= n_before
    known_before = rows.duplicated(keep="first").to_numpy()
    kept = ~(is_new & known_before & np.isnan(y))
    replaced = rows[kept].duplicated(keep="last").to_numpy()
    kept[kept] = ~replaced | is_new[kept]
    return kept
