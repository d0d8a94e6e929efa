"""A character model learns the Zen of Python by heart, then writes it down, character by character.

    python examples/characters.py [--temperature 0.7]

The text comes with Python (``import this``). The network reads one character and predicts the next.
The text is one long sequence, read in chunks of 100 characters: the state is carried from chunk to
chunk while the gradient is not (stateful truncated back-propagation through time; a longer text
would be read in several streams at once, `batch_size`). Afterwards `predict_proba_step` carries the
state from character to character. Prints the bits per character and how the network goes on from
"The " while it learns, then what it writes when it always takes the likeliest character, and what
when it draws from its probabilities.
"""

import argparse
import codecs
import contextlib
import io

import numpy as np

from tsrnn import RNNClassifier


def zen():
    """Return the Zen of Python, by Tim Peters."""
    with contextlib.redirect_stdout(io.StringIO()):
        import this
    return codecs.decode(this.s, "rot13")


class CharacterModel:
    """One-hot characters in, the next character out."""

    def __init__(self, text, **parameters):
        self.text = text
        self.alphabet = np.array(sorted(set(text)))
        self.network = RNNClassifier(
            return_sequences=True, max_iter=1, random_state=0, **parameters
        )

    def one_hot(self, text):
        """Return (len(text), n_characters), float32."""
        return (np.array(list(text))[:, None] == self.alphabet).astype(np.float32)

    def learn(self, passes):
        """Read the text so many times more; return the bits per character of the last pass."""
        x, y = self.one_hot(self.text[:-1])[None], np.array(list(self.text[1:]))[None]
        for _ in range(passes):
            self.network.partial_fit(x, y, classes=self.alphabet)
        return self.network.loss_curve_[-1] / np.log(2)

    def write(self, start, n_characters, temperature=0.0, random_state=0):
        """Return `start` and the characters that follow, the likeliest at temperature 0."""
        rng = np.random.default_rng(random_state)
        text, state = start, None
        for character in start:
            p, state = self.network.predict_proba_step(self.one_hot(character), state)
        for _ in range(n_characters):
            if temperature > 0:
                p = p[0].astype(float) ** (1 / temperature)
                text += str(rng.choice(self.alphabet, p=p / p.sum()))
            else:
                text += str(self.alphabet[p.argmax()])
            p, state = self.network.predict_proba_step(self.one_hot(text[-1]), state)
        return text


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--temperature", type=float, default=0.7)
    parser.add_argument("--passes", type=int, default=240)
    arguments = parser.parse_args(argv)
    model = CharacterModel(
        zen(), cell="lstm", hidden_layer_sizes=(128,), bptt_steps=100, batch_size=1,
        learning_rate_init=0.005,
    )  # fmt: skip
    for share in (1 / 16, 1 / 16, 1 / 8, 1 / 4, 1 / 2):
        bits = model.learn(max(1, round(share * arguments.passes)))
        print(f"{bits:.3f} bits per character: {model.write('The ', 50)!r}")
    recited = model.write(model.text[:4], len(model.text) - 4)
    right = float(np.mean([a == b for a, b in zip(recited, model.text, strict=True)]))
    print(f"\nThe likeliest characters, {right:.1%} of them those of the text:\n\n{recited}")
    drawn = model.write("If", 200, arguments.temperature)
    print(f"\nDrawn at a temperature of {arguments.temperature}, from another start:\n\n{drawn}")
    return bits, right


if __name__ == "__main__":
    main()
