"""Series with labelled anomalies for `detection.py`, read from local copies of public archives.

Below DIR, gzipped CSV files; the originals:

- ucr_anomaly: the KDD21 series of the UCR anomaly archive, and index.csv with train_end,
  anomaly_begin and anomaly_end (1-based, the last row included);
- nab: numenta/NAB, data folders and combined_windows.json;
- telemanom: khundman/telemanom, one CSV file per channel in train and test (telemetry first), and
  labeled_anomalies.csv;
- smd, asd: NetManAIOps/OmniAnomaly and zhhlee/InterFusion, <name>_train and <name>_test (with a
  column label), and interpretation_label/<name>.txt;
- skab: waico/SKAB;
- tsb: TheDatumOrg/TSB-AD and TSB-UAD, and reference/ with their published tables.
"""

import ast
import json
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

# No other rule: the first rows of every file are normal in these sets.
_SKAB_TRAIN = 400
_SHARE_OF_PROBATION = 0.15


@dataclass(frozen=True)
class Series:
    """`train` to fit, `scored` to score, whose first `n_seen` rows are those of `train`.

    `labels` (n,) of the scored rows; `causes`: (first row, row after the last, channels to blame)
    of labelled events, where the set says so.
    """

    name: str
    train: pd.DataFrame
    scored: pd.DataFrame
    labels: np.ndarray
    n_seen: int = 0
    causes: list = field(default_factory=list)


def prefix(name, values, labels, n_train):
    """Series whose first `n_train` rows are the training part."""
    frame = pd.DataFrame(values)
    frame.columns = [f"c{i}" for i in range(frame.shape[1])]
    return Series(name, frame[:n_train], frame, np.asarray(labels, dtype=int), n_train)


def two_files(name, train, test, labels, causes=()):
    """Series with a file to train on and another one, which continues it, to score."""
    test = test.set_axis(pd.RangeIndex(len(train), len(train) + len(test)), axis=0)
    return Series(name, train, test, np.asarray(labels, dtype=int), 0, list(causes))


def ucr(folder):
    table = pd.read_csv(folder / "ucr_anomaly" / "index.csv")
    for row in table.itertuples():
        values = pd.read_csv(folder / "ucr_anomaly" / row.file).iloc[:, :1].to_numpy(float)
        labels = np.zeros(len(values))
        labels[row.anomaly_begin - 1 : row.anomaly_end] = 1
        yield prefix(f"{row.id} {row.name}", values, labels, row.train_end)


def nab_files(folder):
    """Yield name, frame with timestamp and value, and labels of all NAB files."""
    windows = json.loads((folder / "nab" / "combined_windows.json").read_text())
    for path in sorted((folder / "nab").glob("*/*.csv.gz")):
        name = f"{path.parent.name}/{path.name.removesuffix('.gz')}"
        frame = pd.read_csv(path, parse_dates=["timestamp"])
        labels = np.zeros(len(frame), dtype=int)
        for start, end in windows[name]:
            labels[frame["timestamp"].between(start, end)] = 1
        yield name, frame, labels


def nab(folder, *, anomalous=True):
    for name, frame, labels in nab_files(folder):
        if labels.any() == anomalous:
            first = int(labels.argmax()) if anomalous else len(labels)
            n_train = min(int(_SHARE_OF_PROBATION * len(labels)), first)
            yield prefix(name, frame[["value"]].to_numpy(float), labels, n_train)


def telemanom(spacecraft):
    def read(folder):
        root = folder / "telemanom"
        table = pd.read_csv(root / "labeled_anomalies.csv")
        table = table[table["spacecraft"] == spacecraft]
        for name, rows in table.groupby("chan_id"):
            if not (root / "train" / f"{name}.csv.gz").exists():
                continue
            train, test = (pd.read_csv(root / p / f"{name}.csv.gz") for p in ("train", "test"))
            labels = np.zeros(len(test))
            for text in rows["anomaly_sequences"]:
                for first, last in ast.literal_eval(text):
                    labels[first : last + 1] = 1
            yield two_files(name, train, test, labels)

    return read


def servers(group, *, last_included):
    """SMD and ASD; they differ in whether the last row of a cause belongs to it."""

    def read(folder):
        for path in sorted((folder / group).glob("*_train.csv.gz")):
            name = path.name.removesuffix("_train.csv.gz")
            train = pd.read_csv(path)
            test = pd.read_csv(folder / group / f"{name}_test.csv.gz")
            notes = (folder / group / "interpretation_label" / f"{name}.txt").read_text()
            causes = _causes(notes, train.columns, last_included)
            yield two_files(name, train, test[train.columns], test["label"], causes)

    return read


def _causes(notes, names, last_included):
    """Read lines "first-last:1,4,5", rows counted from 0, channels from 1."""
    for line in notes.split():
        rows, channels = line.split(":")
        first, last = (int(row) for row in rows.split("-"))
        yield first, last + last_included, [names[int(n) - 1] for n in channels.split(",")]


def skab(folder):
    for path in sorted((folder / "skab" / "valve1").glob("*.csv.gz")):
        frame = pd.read_csv(path, sep=";")
        yield prefix(
            path.name.removesuffix(".csv.gz"),
            frame.iloc[:, 1:9].to_numpy(float),
            frame["anomaly"],
            _SKAB_TRAIN,
        )


def tsb(folder):
    """The multivariate files name their training rows; others train before the first anomaly."""
    for path in sorted((folder / "tsb").glob("*.csv.gz")):
        frame = pd.read_csv(path)
        labels = frame.iloc[:, -1].to_numpy(int)
        parts = path.name.split("_tr_")
        n_train = int(parts[1].split("_")[0]) if len(parts) == 2 else int(labels.argmax())
        yield prefix(path.name.removesuffix(".gz"), frame.iloc[:, :-1], labels, n_train)


GROUPS = {
    "UCR": ucr,
    "NAB": nab,
    "SMAP": telemanom("SMAP"),
    "MSL": telemanom("MSL"),
    "SMD": servers("smd", last_included=False),
    "ASD": servers("asd", last_included=True),
    "SKAB": skab,
    "TSB": tsb,
}


def without_anomalies(folder):
    """Yield series without any anomaly.

    NAB files without a window, SKAB's anomaly-free run (a third to train), and the training parts
    of the UCR series, of which the first 60 % train.
    """
    yield from nab(folder, anomalous=False)
    frame = pd.read_csv(folder / "skab" / "anomaly-free" / "anomaly-free.csv.gz", sep=";")
    values = frame.iloc[:, 1:9].to_numpy(float)
    yield prefix("anomaly-free", values, np.zeros(len(values)), len(values) // 3)
    for series in ucr(folder):
        n = len(series.train)
        yield prefix(series.name, series.train.to_numpy(), np.zeros(n), int(0.6 * n))
