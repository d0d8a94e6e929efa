"""Watch a stream: alarms as rows come, a restart in the middle, and nothing changes.

    python examples/streaming.py

A detector learns from the first half of a sensor log and watches the second: blocks of rows by
`update`, then it is saved and loaded as a restarted service would do, then rows one by one by
`score_one`. Prints that the scores are those of a batch, bit for bit, and how many rows after their
start anomalies raised an alarm, beside a linear autoregression that watches too.
"""

import tempfile
from pathlib import Path

import numpy as np

import tsrnn
from tsrnn import RNNDetector, baselines, datasets

N_ROWS, BLOCK, ONE_BY_ONE = 10_000, 100, 300


def watch(detector, rows, folder):
    """Return score and alarm (n,) of `rows`, through a restart after half of them."""
    scores, alarms = [], []
    half = len(rows) // 2
    for start in range(0, len(rows), BLOCK):
        if start == half // BLOCK * BLOCK:
            detector.save(folder / "detector.tsrnn")
            detector = tsrnn.load(folder / "detector.tsrnn")
        table = detector.update(rows.iloc[start : start + BLOCK])
        scores.append(table["score"])
        alarms.append(table["is_anomaly"])
    return np.concatenate(scores), np.concatenate(alarms)


def delays(alarms, labels, events):
    """Return the rows from each event's start to its first alarm in it, None if there is none."""
    index = labels.index
    found = []
    for event in events.itertuples():
        span = slice(index.get_loc(event.start), index.get_loc(event.end) + 1)
        raised = np.flatnonzero(alarms[span])
        found.append(int(raised[0]) if len(raised) else None)
    return found


def main():
    log = datasets.make_sensor_log(N_ROWS, random_state=0)
    train, live = log.data.iloc[: N_ROWS // 2], log.data.iloc[N_ROWS // 2 :]
    labels = log.labels.iloc[N_ROWS // 2 :]
    detector = RNNDetector(causal=True, random_state=0).fit(train)
    batch = detector.scores(live)
    with tempfile.TemporaryDirectory() as folder:
        scores, alarms = watch(detector, live, Path(folder))
    same = bool((scores == batch["score"]).all() and (alarms == batch["is_anomaly"]).all())
    print(f"scores and alarms equal those of a batch, bit for bit: {same}")
    detector.reset_stream()
    singles = [detector.score_one(row) for _, row in live.iloc[:ONE_BY_ONE].iterrows()]
    same_singles = bool((np.array(singles) == scores[:ONE_BY_ONE]).all())
    print(f"so do {ONE_BY_ONE} rows one by one: {same_singles}")
    linear = baselines.AutoRegression(causal=True).fit(train).update(live)["is_anomaly"].to_numpy()
    found = {}
    for name, raised in (("RNNDetector", alarms), ("AutoRegression", linear)):
        found[name] = delays(raised, labels, log.events)
        late = [delay for delay in found[name] if delay is not None]
        false = float(raised[~labels.to_numpy()].mean())
        after = f", {np.median(late):.0f} rows after their start" if late else ""
        print(f"{name}: {len(late)} of {len(log.events)} anomalies{after}; "
              f"alarms in {false:.1%} of the usual rows")  # fmt: skip
    return same, same_singles, found


if __name__ == "__main__":
    main()
