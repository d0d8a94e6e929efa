"""A character model of Shakespeare: bits per character after some minutes, beside PyTorch.

    python benchmarks/characters.py --data DIR [--minutes 2] [--units 128]

DIR (default ``$TSRNN_DATA``) holds text/tinyshakespeare.txt.gz, 1,115,394 characters; the original
is in the repository karpathy/char-rnn. The first nine tenths are for training, the rest is held
out. One LSTM layer of so many units reads one-hot characters in 32 streams, chunks of 64
characters, the state carried from chunk to chunk; Adam at 0.002, gradients clipped at 1, one
thread: the same on both sides. They take turns, a piece of the text each. Minutes are those of the
processor in training, so that a busy machine changes little. Without PyTorch it runs alone.
"""

import argparse
import gzip
import os
import time
from pathlib import Path

import numpy as np

import tsrnn
from tsrnn import RNNClassifier

try:
    import torch
except ImportError:
    torch = None

STREAMS, CHUNK, RATE = 32, 64, 0.002
# Characters that one turn trains on.
PIECE = STREAMS * CHUNK * 64


class Ours:
    """`RNNClassifier`, a piece of the text a call of `partial_fit`."""

    def __init__(self, n_units, n_characters):
        self.one_hot = np.eye(n_characters, dtype=np.float32)
        self.model = RNNClassifier(
            "lstm", (n_units,), return_sequences=True, bptt_steps=CHUNK, batch_size=STREAMS,
            learning_rate_init=RATE, random_state=0, n_jobs=1,
        )  # fmt: skip

    def train(self, codes):
        classes = np.arange(len(self.one_hot))
        self.model.partial_fit(self.one_hot[codes[None, :-1]], codes[None, 1:], classes=classes)

    def bits(self, codes):
        p = self.model.predict_proba(self.one_hot[codes[None, :-1]])[0]
        return float(-np.log2(p[np.arange(len(p)), codes[1:]]).mean())

    def write(self, n_characters):
        """Return the codes of characters drawn one by one."""
        rng, codes, state = np.random.default_rng(0), [0], None
        for _ in range(n_characters):
            p, state = self.model.predict_proba_step(self.one_hot[codes[-1:]], state)
            codes.append(int(rng.choice(len(self.one_hot), p=p[0] / p[0].sum(dtype=float))))
        return codes[1:]


class PyTorch:
    """The same in PyTorch."""

    def __init__(self, n_units, n_characters):
        torch.manual_seed(0)
        torch.set_num_threads(1)
        self.n_characters = n_characters
        self.lstm = torch.nn.LSTM(n_characters, n_units)
        self.head = torch.nn.Linear(n_units, n_characters)
        self.parameters = [*self.lstm.parameters(), *self.head.parameters()]
        self.solver = torch.optim.Adam(self.parameters, lr=RATE)

    def one_hot(self, codes):
        return torch.nn.functional.one_hot(codes, self.n_characters).float()

    def loss(self, output, target):
        return torch.nn.functional.cross_entropy(output.flatten(0, 1), target.flatten())

    def train(self, codes):
        length = (len(codes) - 1) // STREAMS
        cut = torch.from_numpy(codes[: length * STREAMS + 1])
        x, y = (part.view(STREAMS, length).T.contiguous() for part in (cut[:-1], cut[1:]))
        state = None
        for start in range(0, length, CHUNK):
            self.solver.zero_grad()
            output, state = self.lstm(self.one_hot(x[start : start + CHUNK]), state)
            state = tuple(part.detach() for part in state)
            self.loss(self.head(output), y[start : start + CHUNK]).backward()
            torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
            self.solver.step()

    def bits(self, codes):
        codes = torch.from_numpy(codes)[:, None]
        with torch.no_grad():
            output = self.head(self.lstm(self.one_hot(codes[:-1]))[0])
            return float(self.loss(output, codes[1:])) / np.log(2)


class Turns:
    """A contestant, the time it has had and how far it has read."""

    def __init__(self, contestant, codes):
        self.contestant, self.codes = contestant, codes
        self.seconds, self.n_read = 0.0, 0

    def train(self):
        start = self.n_read % (len(self.codes) - 1)
        piece = self.codes[start : start + PIECE + 1]
        begin = time.process_time()
        self.contestant.train(piece)
        self.seconds += time.process_time() - begin
        self.n_read += len(piece) - 1

    def row(self, held_out):
        bits = self.contestant.bits(held_out)
        return f"{bits:.3f} | {self.n_read / 1e6:.2f} | {self.n_read / self.seconds:,.0f}"


def load(folder):
    """Return the text's alphabet and the text as indices into it."""
    with gzip.open(folder / "text" / "tinyshakespeare.txt.gz", "rt", encoding="utf-8") as file:
        return np.unique(np.array(list(file.read())), return_inverse=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--minutes", type=int, default=2)
    parser.add_argument("--units", type=int, default=128)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the text is")
    alphabet, codes = load(Path(arguments.data))
    n_train = len(codes) * 9 // 10
    kinds = {"tsrnn": Ours} if torch is None else {"tsrnn": Ours, "PyTorch": PyTorch}
    turns = {
        name: Turns(kind(arguments.units, len(alphabet)), codes[:n_train])
        for name, kind in kinds.items()
    }
    theirs = "not installed" if torch is None else torch.__version__
    print(f"tsrnn {tsrnn.__version__}, PyTorch {theirs}; {len(codes):,} characters, "
          f"LSTM of {arguments.units} units\n")  # fmt: skip
    print("| minutes | network | bits per character, held out | million read | characters/s |")
    print("|---|---|---|---|---|")
    for minute in range(1, arguments.minutes + 1):
        while any(turn.seconds < 60 * minute for turn in turns.values()):
            min(turns.values(), key=lambda turn: turn.seconds).train()
        for name, turn in turns.items():
            print(f"| {minute} | {name} | {turn.row(codes[n_train:])} |", flush=True)
    print("\ntsrnn writes:\n\n" + "".join(alphabet[turns["tsrnn"].contestant.write(400)]))


if __name__ == "__main__":
    main()
