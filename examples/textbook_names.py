"""PyTorch's textbook example, classifying names with a character-level RNN, beside tsrnn.

    python examples/textbook_names.py

The tutorial ("NLP From Scratch: Classifying Names with a Character-Level RNN", pytorch.org) tells
the language of a surname from its letters. Here the names come with Python: romanised syllables of
five writing systems in `unicodedata`, and the question is the writing system. PyTorch's code is in
the comments, ours below it. Prints the accuracy on syllables the network has not seen, that of
always naming the commonest script, and some guesses. Syllables of several scripts are left out.
"""

import sys
import unicodedata

import numpy as np

from tsrnn import RNNClassifier

SCRIPTS = {
    "Hangul": "HANGUL SYLLABLE ",
    "Yi": "YI SYLLABLE ",
    "Ethiopic": "ETHIOPIC SYLLABLE ",
    "Vai": "VAI SYLLABLE ",
    "Bamum": "BAMUM LETTER ",
}
LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def load_syllables(per_script, rng):
    """Return syllables and their scripts, at most `per_script` of each, in random order."""
    names = [unicodedata.name(chr(code), "") for code in range(sys.maxunicode)]
    known = {}
    for script, prefix in SCRIPTS.items():
        # The last word: some names say first from which phase of the script they are.
        words = {name.split()[-1] for name in names if name.startswith(prefix)}
        known[script] = {word for word in words if set(word) <= set(LETTERS)}
    pairs = []
    for script, words in known.items():
        words = words.difference(*(known[other] for other in known if other != script))
        pairs += [(word, script) for word in rng.permutation(sorted(words))[:per_script]]
    syllables, scripts = np.array(pairs)[rng.permutation(len(pairs))].T
    return syllables, scripts


# def line_to_tensor(line):
#     tensor = torch.zeros(len(line), 1, n_letters)
#     for i, letter in enumerate(line):
#         tensor[i][0][all_letters.find(letter)] = 1
#     return tensor
def one_hot(word):
    return (np.array(list(word))[:, None] == LETTERS).astype(np.float32)


# class CharRNN(nn.Module):
#     def __init__(self, input_size, hidden_size, output_size):
#         super().__init__()
#         self.rnn = nn.RNN(input_size, hidden_size)
#         self.h2o = nn.Linear(hidden_size, output_size)
#         self.softmax = nn.LogSoftmax(dim=1)
#
#     def forward(self, line_tensor):
#         rnn_out, hidden = self.rnn(line_tensor)
#         return self.softmax(self.h2o(hidden[0]))
def make_network(max_iter):
    return RNNClassifier("rnn", (128,), max_iter=max_iter, random_state=0)


# rnn = CharRNN(n_letters, 128, n_categories)
# criterion, optimizer = nn.NLLLoss(), torch.optim.SGD(rnn.parameters(), lr=0.15)
# for epoch in range(n_epochs):
#     for batch in batches_of(training_data):
#         batch_loss = 0
#         for label, text, label_tensor, text_tensor in batch:
#             batch_loss += criterion(rnn(text_tensor), label_tensor)
#         batch_loss.backward()
#         nn.utils.clip_grad_norm_(rnn.parameters(), 3)
#         optimizer.step()
#         optimizer.zero_grad()
def main(per_script=400, max_iter=30):
    rng = np.random.default_rng(0)
    syllables, scripts = load_syllables(per_script, rng)
    X = [one_hot(s) for s in syllables]
    n_train = 4 * len(X) // 5
    network = make_network(max_iter).fit(X[:n_train], scripts[:n_train])

    # output = rnn(line_to_tensor(name))
    # guess = categories[output.argmax(dim=1).item()]
    guesses = network.predict(X[n_train:])
    accuracy = float(np.mean(guesses == scripts[n_train:]))
    commonest = float(max(np.mean(scripts == script) for script in SCRIPTS))
    print(f"{accuracy:.3f} of {len(guesses)} syllables of {len(SCRIPTS)} scripts right, "
          f"the commonest script always: {commonest:.3f}")  # fmt: skip
    for i in range(8):
        syllable, guess, script = syllables[n_train + i], guesses[i], scripts[n_train + i]
        print(f"  {syllable:<10} {guess:<10} {'' if guess == script else 'no, ' + script}")
    return accuracy, commonest


if __name__ == "__main__":
    main()
