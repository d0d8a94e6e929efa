"""The series of forecasting.py: competitions, and the long-horizon electricity transformer."""

from pathlib import Path

import numpy as np
import pandas as pd


def read_wide(path):
    """Return a dict of id -> values of a wide CSV file; an empty cell inside is a missing value."""
    table = pd.read_csv(path, index_col=0)
    rows = {}
    for name, row in table.iterrows():
        values = row.to_numpy(float)
        rows[name] = values[: np.flatnonzero(np.isfinite(values))[-1] + 1]
    return rows


def load(folder, name):
    """Return a long frame of the training series, a list of them, and the test values.

    ``<name>-train*.csv.gz`` and ``<name>-test.csv.gz`` are in `folder`.
    """
    path = next(Path(folder).glob(f"{name}-train*.csv.gz"))
    train, test = read_wide(path), read_wide(Path(folder) / f"{name}-test.csv.gz")
    return long_frame(train.values()), list(train.values()), np.stack([test[key] for key in train])


def load_nn5(folder):
    """Return the same of the NN5 competition, the last 56 days for testing."""
    table = pd.read_csv(Path(folder) / "nn5-daily.csv.gz", index_col=0).to_numpy(float)
    train = list(table[:, :-56])
    return long_frame(train), train, table[:, -56:]


def long_frame(series):
    """Return a long frame of arrays of unequal length."""
    lengths = [len(y) for y in series]
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(lengths)), lengths),
            "ds": np.concatenate([np.arange(n) for n in lengths]),
            "y": np.concatenate(list(series)),
        }
    )


def load_ett(path):
    """Return ETTh1 standardised by its first 12 months, and the starts of train, test and end.

    Twelve months to learn from, four that are left out, four to forecast, of 30 days each, as all
    that publish figures on it split it (Zhou et al. 2021, AAAI, Informer).
    """
    table = pd.read_csv(path, index_col="date", parse_dates=True).asfreq("h")
    month = 30 * 24
    train = table.iloc[: 12 * month]
    scaled = (table - train.mean()) / train.std(ddof=0)
    return scaled, 12 * month, 16 * month, 20 * month
