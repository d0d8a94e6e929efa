"""A detector beside the baselines, without labels."""

import numpy as np
from sklearn.base import clone

# What is tried: so many rows, and fewer of many channels, so that it takes seconds.
_MOST_ROWS, _FEWEST_ROWS, _MOST_VALUES = 10_000, 1_000, 50_000
_NAMES = {
    "f1": "F1", "found": "faults found", "faults": "of", "false_alarms": "false alarms",
    "vus_pr": "VUS-PR", "events": "events in the log", "share_of_rows": "share of rows",
    "shared": "shared", "seconds": "seconds",
}  # fmt: skip
_NOTE = (
    "The log has no labels, so this is a trial with known faults. Each detector learnt from the "
    "first 70 % of {n_learnt} rows that are taken as usual; into copies of the others {n_faults} "
    "faults were put (spikes, level shifts, drifts, stuck readings, bursts of noise). An event is "
    "about the fault that its peak lies in or near; F1 weighs faults found and false alarms, "
    "VUS-PR rates the scores whatever the threshold, 1 is best; seconds are those of learning and "
    "scoring once. Real anomalies may be of other kinds. "
    "The log as it is, {n_later} rows after those learnt from: how many events each finds, the "
    "share of the rows in them, and how many of {name}'s events it flags too."
)


def rank(model, frame, n_train, seed):
    """Rank a fitted detector beside all of `tsrnn.baselines.DETECTORS`.

    Parameters
    ----------
    model : RNNDetector
        Fitted on the first `n_train` rows.
    frame : DataFrame
        The log. Of a long one a stretch about the end of training is taken.
    n_train : int
    seed : int

    Returns
    -------
    table : DataFrame
        Best first, columns named for readers.
    note : str
        What the table shows.

    Raises
    ------
    ValueError
        If the training rows are too few, or nothing changes in them.
    """
    from tsrnn.detection import compare_events, compare_on_faults

    name = type(model).__name__
    n_most = int(np.clip(_MOST_VALUES // frame.shape[1], _FEWEST_ROWS, _MOST_ROWS))
    first, stop = max(0, n_train - n_most), min(len(frame), n_train + n_most)
    train, part = frame.iloc[first:n_train], frame.iloc[first:stop]
    baselines = _baselines(model, seed)
    trial = compare_on_faults(
        {name: clone(model).set_params(verbose=0), **baselines}, train, random_state=seed
    )
    able = [one for one in baselines if trial.loc[one, "error"] is None]
    fitted = {name: model, **{one: baselines[one].fit(train) for one in able}}
    # With no row after training, those learnt from are all there is.
    after = len(train) if len(part) > len(train) else 0
    events = compare_events(fitted, part, first_row=after)
    trial["seconds"] = trial["fit_seconds"] + trial["score_seconds"]
    table = trial.join(events).rename(columns=_NAMES)[list(_NAMES.values())]
    note = _NOTE.format(
        n_learnt=f"{len(train):,}", n_faults=int(trial["faults"].max()), name=name,
        n_later=f"{len(part) - after:,}",
    )  # fmt: skip
    if not after:
        note = note.replace("rows after those learnt from", "rows, all learnt from")
    return table, note


def _baselines(model, seed):
    """Return all baselines, with the settings of `model` that mean the same for each."""
    from tsrnn.baselines import DETECTORS

    shared = {"causal": model.causal, "false_alarms_per": model.false_alarms_per}
    shared["random_state"] = seed
    if isinstance(model.threshold, str):
        shared["threshold"] = model.threshold
    named = {}
    for name, detector in DETECTORS.items():
        baseline = detector()
        known = baseline.get_params()
        named[name] = baseline.set_params(**{k: v for k, v in shared.items() if k in known})
    return named
