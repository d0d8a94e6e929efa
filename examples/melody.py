"""A network learns a melody written as notes, plays it from memory, then makes up variations.

    python examples/melody.py [--temperature 2.5] [--plot FILE.png]

The Ode to Joy (Beethoven, 1824): one token a note, its pitch and length in quarters. Three of the
four lines begin alike, so that how a line ends can be known only from what came long before. The
tune is repeated as one long series and learnt by truncated back-propagation through time with a
carried state. Prints the melody as the network plays it, note by note, and two variations drawn
from its probabilities.
"""

import argparse

import numpy as np

from tsrnn import RNNClassifier

LINES = (
    "E4:1 E4:1 F4:1 G4:1 G4:1 F4:1 E4:1 D4:1 C4:1 C4:1 D4:1 E4:1 E4:1.5 D4:.5 D4:2",
    "E4:1 E4:1 F4:1 G4:1 G4:1 F4:1 E4:1 D4:1 C4:1 C4:1 D4:1 E4:1 D4:1.5 C4:.5 C4:2",
    "D4:1 D4:1 E4:1 C4:1 D4:1 E4:.5 F4:.5 E4:1 C4:1 D4:1 E4:.5 F4:.5 E4:1 D4:1 C4:1 D4:1 G3:2",
    "E4:1 E4:1 F4:1 G4:1 G4:1 F4:1 E4:1 D4:1 C4:1 C4:1 D4:1 E4:1 D4:1.5 C4:.5 C4:2",
)
MELODY = " ".join(LINES).split()
NOTES = sorted(set(MELODY))
SEMITONE = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def one_hot(notes):
    """Return (len(notes), n_notes), float32."""
    return (np.array(notes)[:, None] == np.array(NOTES)).astype(np.float32)


def learn(repeats=200):
    """Return a network that has heard the melody so many times in a row, ten times over."""
    heard = MELODY * repeats
    return RNNClassifier(
        "gru", (64,), return_sequences=True, bptt_steps=len(MELODY), batch_size=4, max_iter=10,
        learning_rate_init=0.005, random_state=0,
    ).fit(one_hot(heard[:-1])[None], np.array(heard[1:])[None])  # fmt: skip


def play(network, n_notes, temperature=0.0, random_state=0):
    """Return `n_notes` notes from the first one on, the likeliest at temperature 0."""
    rng = np.random.default_rng(random_state)
    notes, state = MELODY[:1], None
    while len(notes) < n_notes:
        p, state = network.predict_proba_step(one_hot(notes[-1:]), state)
        if temperature > 0:
            weight = p[0].astype(float) ** (1 / temperature)
            notes.append(str(rng.choice(network.classes_, p=weight / weight.sum())))
        else:
            notes.append(str(network.classes_[p.argmax()]))
    return notes


def plot(melodies, path):
    """Draw melodies as a piano roll, one above the other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 2.2 * len(melodies)), layout="constrained")
    rows = figure.subplots(len(melodies), sharex=True, sharey=True, squeeze=False)[:, 0]
    for axes, (title, notes) in zip(rows, melodies.items(), strict=True):
        names, quarters = zip(*(note.split(":") for note in notes), strict=True)
        pitches = [SEMITONE[name[0]] + 12 * int(name[1]) for name in names]
        quarters = np.array(quarters, float)
        axes.barh(pitches, quarters - 0.1, left=np.cumsum(quarters) - quarters, height=0.9)
        ticks = dict(sorted(zip(pitches, names, strict=True)))
        axes.set_yticks(list(ticks), list(ticks.values()))
        axes.set_title(title)
    rows[-1].set_xlabel("quarters")
    figure.savefig(path, dpi=100)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--temperature", type=float, default=2.5)
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--plot", metavar="FILE", help="write a picture of what is played")
    arguments = parser.parse_args(argv)
    network = learn(arguments.repeats)
    played = {"from memory": play(network, len(MELODY))}
    for i in (1, 2):
        notes = play(network, 32, arguments.temperature, random_state=i)
        played[f"variation {i}"] = notes
    right = float(np.mean([a == b for a, b in zip(played["from memory"], MELODY, strict=True)]))
    for title, notes in played.items():
        print(f"{title}: {' '.join(notes)}")
    print(f"{right:.0%} of the {len(MELODY)} notes from memory are those of the melody")
    if arguments.plot:
        plot(played, arguments.plot)
    return right, played


if __name__ == "__main__":
    main()
