"""Keras's textbook example, learning to add numbers written as text, beside tsrnn.

    python examples/textbook_addition.py

The example ("Sequence to sequence learning for performing number addition", keras.io) reads
"12+34" and writes "46", having seen such sums only as characters. Keras's code is in the comments,
ours below it. Keras repeats the encoder's last state to a decoder; ours is one network that reads
the question, then writes while it reads blanks. Here numbers have at most two digits, so that it
takes seconds. Prints the share of right answers to questions that were not trained on, and some.
"""

import numpy as np

from tsrnn import RNNClassifier

CHARACTERS = np.array(list("0123456789+ "))
QUESTION, ANSWER = 5, 3


def make_sums(rng):
    """Return all questions, reversed as in the original, and answers, in random order."""
    pairs = rng.permutation([(a, b) for a in range(100) for b in range(100)])
    questions = [f"{a}+{b}".ljust(QUESTION)[::-1] for a, b in pairs]
    return questions, [str(a + b).ljust(ANSWER) for a, b in pairs]


# def encode(self, C, num_rows):
#     x = np.zeros((num_rows, len(self.chars)))
#     for i, c in enumerate(C):
#         x[i, self.char_indices[c]] = 1
#     return x
def encode(questions):
    """Return (n_samples, QUESTION + ANSWER, n_characters): the question, then blanks."""
    text = np.array([list(question + " " * ANSWER) for question in questions])
    return (text[:, :, None] == CHARACTERS).astype(np.float32)


# model = keras.Sequential()
# model.add(layers.Input((MAXLEN, len(chars))))
# model.add(layers.LSTM(128))
# model.add(layers.RepeatVector(DIGITS + 1))
# model.add(layers.LSTM(128, return_sequences=True))
# model.add(layers.Dense(len(chars), activation="softmax"))
# model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
def make_network(max_iter):
    return RNNClassifier(
        "lstm", (128,), return_sequences=True, learning_rate_init=0.005, learning_rate="cosine",
        max_iter=max_iter, random_state=0,
    )  # fmt: skip


# model.fit(x_train, y_train, batch_size=32, epochs=30, validation_data=(x_val, y_val))
# preds = np.argmax(model.predict(rowx, verbose=0), axis=-1)
# guess = ctable.decode(preds[0], calc_argmax=False)
def main(max_iter=20, n_train=9000):
    questions, answers = make_sums(np.random.default_rng(0))
    X, y = encode(questions), np.array([list(" " * QUESTION + answer) for answer in answers])
    network = make_network(max_iter).fit(X[:n_train], y[:n_train])
    X_test, y_test = X[-1000:], y[-1000:]
    predicted = network.predict(X_test)
    right = (predicted == y_test).all(axis=1)
    print(f"{right.mean():.3f} of {len(right)} new sums right")
    for i in range(8):
        question, guess = questions[i - 1000][::-1], "".join(predicted[i, QUESTION:])
        print(f"  {question} = {guess} {'' if right[i] else 'no, ' + answers[i - 1000]}")
    return float(right.mean())


if __name__ == "__main__":
    main()
