"""What early stopping holds out."""

import numpy as np

VALIDATION_SPLITS = ("random", "temporal")


def hold_out(columns, fraction, split, rng, strata=None):
    """Return what to train on and what to hold out.

    Parameters
    ----------
    columns : tuple (X, lengths, target, weight)
        As `Sequences` takes them. A single sample with a target per time step is split in time,
        where `split` is "temporal".
    fraction : float in (0, 1)
        Share of the samples (time steps) to hold out, rounded up; samples of weight 0 are in
        neither part.
    split : {"random", "temporal"}
        "temporal" holds out the last ones.
    rng : numpy.random.Generator
    strata : ndarray of shape (n_samples,), optional
        Hold out about the same share of each value at random; rare ones stay in training.

    Returns
    -------
    kept, held_out : tuple (X, lengths, target, weight)

    Raises
    ------
    ValueError
        If nothing is left to train on, or one part of the series has no target.
    """
    X, _, target, weight = columns
    if split == "temporal" and len(X) == 1 and target.ndim == 3:
        n_kept = _n_kept(X.shape[1], fraction, "time step(s) to train on")
        return _split_in_time(columns, n_kept, fraction)
    # What weighs nothing is of no use to either part.
    rows = np.flatnonzero(weight.reshape(len(weight), -1).any(axis=1))
    hint = ""
    if target.ndim == 3 and len(X) == 1:
        hint = "; validation_split='temporal' would hold out its last time steps"
    n_kept = _n_kept(len(rows), fraction, f"sample(s) to train on{hint}")
    if split == "temporal":
        kept, held_out = rows[:n_kept], rows[n_kept:]
    else:
        order = rng.permutation(rows)
        if strata is not None:
            order = order[np.argsort(_place_in_stratum(strata[order]), kind="stable")]
        held_out, kept = np.split(order, [len(rows) - n_kept])
    return tuple(c[kept] for c in columns), tuple(c[held_out] for c in columns)


def _n_kept(n, fraction, what):
    # 0.07 * 100 is a little more than 7.
    n_kept = n - int(np.ceil(round(fraction * n, 9)))
    if n_kept < 1:
        raise ValueError(
            f"early_stopping with validation_fraction={fraction} leaves none of the {n} {what}"
        )
    return n_kept


def _split_in_time(columns, n_kept, fraction):
    """Keep the first steps; the network reads all and is scored on the others."""
    X, lengths, target, weight = columns
    kept = X[:, :n_kept], np.full_like(lengths, n_kept), target[:, :n_kept], weight[:, :n_kept]
    scored = weight.copy()
    scored[:, :n_kept] = 0
    for part, what in ((kept[3], "left to train on"), (scored, "held out for early stopping")):
        if not part.any():
            raise ValueError(
                f"with validation_fraction={fraction}, what is {what} has no target of a weight "
                "above 0"
            )
    return kept, (X, lengths, target, scored)


def _place_in_stratum(strata):
    """Return how far each item is through those of its stratum, in (0, 1).

    Items taken in this order are at any time about the same share of each stratum.
    """
    place = np.empty(len(strata))
    for value in np.unique(strata):
        members = np.flatnonzero(strata == value)
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return place
