"""A sensor log with gaps: what is anomalous, since when, and which channel shows it first.

    python examples/sensor_gaps.py

Seven days of a made-up plant with one anomaly of every kind, of which a tenth of the values and
some stretches of several hours are lost. Learns from the clean half without labels. Prints the
events found, each with its channels beside the true one, and how many a moving z-score finds.
"""

import numpy as np

from tsrnn import RNNDetector, baselines, datasets

N_ROWS, N_GAPS, GAP = 10_000, 6, 180


def lose_rows(data, seed=0):
    """Return the log without a tenth of its values and without N_GAPS stretches of GAP rows."""
    rng = np.random.default_rng(seed)
    data = data.mask(rng.random(data.shape) < 0.1)
    starts = rng.choice(len(data) // GAP - 1, N_GAPS, replace=False) * GAP
    lost = np.zeros(len(data), bool)
    for start in starts:
        lost[start : start + GAP] = True
    return data[~lost]


def match(events, true):
    """Return the rows of `events` that overlap each true event; those that overlap none."""
    hits = [
        [i for i, e in enumerate(events.itertuples()) if e.start <= t.end and t.start <= e.end]
        for t in true.itertuples()
    ]
    return hits, set(range(len(events))) - {i for found in hits for i in found}


def main():
    log = datasets.make_sensor_log(N_ROWS, random_state=1)
    data = lose_rows(log.data)
    half = log.data.index[N_ROWS // 2]
    train, test = data[:half], data[half:]
    # An anomaly that lies in a gap entirely cannot be found by anybody.
    seen = [len(test[t.start : t.end]) > 0 for t in log.events.itertuples()]
    true = log.events[seen]
    results = {}
    for model in (RNNDetector(random_state=0), baselines.RollingZScore()):
        events = model.fit(train).detect(test)
        results[type(model).__name__] = (events, *match(events, true))
    events, hits, false = results["RNNDetector"]
    n_right = 0
    for event, found in zip(true.itertuples(), hits, strict=True):
        if not found:
            print(f"{event.kind:>18} {event.start:%d %b %H:%M}: missed")
            continue
        first = events.iloc[found[0]]
        right = bool(set(first["channels"][:3]) & set(event.channels))
        n_right += right
        print(f"{event.kind:>18} {event.start:%d %b %H:%M}: {', '.join(first['channels'][:3])} "
              f"({'with' if right else 'without'} the true {event.channels[0]})")  # fmt: skip
    for name, (_, hits, false) in results.items():
        print(f"{name}: {sum(map(bool, hits))} of {len(true)} found, {len(false)} false alarms")
    return results, n_right


if __name__ == "__main__":
    main()
