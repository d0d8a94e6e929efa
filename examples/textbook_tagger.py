"""PyTorch's textbook example, an LSTM for part-of-speech tagging, beside tsrnn.

    python examples/textbook_tagger.py

The tutorial ("Sequence Models and Long Short-Term Memory Networks", pytorch.org) learns the tags of
two sentences: determiner, noun, verb. PyTorch's code is in the comments, ours below it. Prints the
tags of the sentences, and of one the network has not seen.
"""

import numpy as np

from tsrnn import RNNClassifier

# training_data = [
#     ("The dog ate the apple".split(), ["DET", "NN", "V", "DET", "NN"]),
#     ("Everybody read that book".split(), ["NN", "V", "DET", "NN"]),
# ]
SENTENCES = [["The", "dog", "ate", "the", "apple"], ["Everybody", "read", "that", "book"]]
TAGS = [["DET", "NN", "V", "DET", "NN"], ["NN", "V", "DET", "NN"]]
WORDS = np.unique(np.concatenate(SENTENCES))


# def prepare_sequence(seq, to_ix):
#     return torch.tensor([to_ix[w] for w in seq], dtype=torch.long)
def one_hot(sentence):
    return (np.array(sentence)[:, None] == WORDS).astype(np.float32)


# class LSTMTagger(nn.Module):
#     def __init__(self, embedding_dim, hidden_dim, vocab_size, tagset_size):
#         super().__init__()
#         self.word_embeddings = nn.Embedding(vocab_size, embedding_dim)
#         self.lstm = nn.LSTM(embedding_dim, hidden_dim)
#         self.hidden2tag = nn.Linear(hidden_dim, tagset_size)
#
#     def forward(self, sentence):
#         embeds = self.word_embeddings(sentence)
#         lstm_out, _ = self.lstm(embeds.view(len(sentence), 1, -1))
#         tag_space = self.hidden2tag(lstm_out.view(len(sentence), -1))
#         return F.log_softmax(tag_space, dim=1)
#
# model = LSTMTagger(6, 6, len(word_to_ix), len(tag_to_ix))
# loss_function, optimizer = nn.NLLLoss(), optim.SGD(model.parameters(), lr=0.1)
# for epoch in range(300):
#     for sentence, tags in training_data:
#         model.zero_grad()
#         tag_scores = model(prepare_sequence(sentence, word_to_ix))
#         loss = loss_function(tag_scores, prepare_sequence(tags, tag_to_ix))
#         loss.backward()
#         optimizer.step()
def main():
    # One-hot words are an embedding that the network's input weights learn.
    model = RNNClassifier(
        "lstm", (6,), return_sequences=True, solver="sgd", learning_rate_init=0.1, batch_size=1,
        max_iter=300, random_state=0,
    ).fit([one_hot(s) for s in SENTENCES], [np.array(tags) for tags in TAGS])  # fmt: skip

    # with torch.no_grad():
    #     tag_scores = model(prepare_sequence(training_data[0][0], word_to_ix))
    #     print(tag_scores.argmax(dim=1))
    sentences = [*SENTENCES, ["Everybody", "ate", "the", "book"]]
    predicted = model.predict([one_hot(s) for s in sentences])
    for sentence, tags in zip(sentences, predicted, strict=True):
        print(" ".join(f"{word}/{tag}" for word, tag in zip(sentence, tags, strict=True)))
    return [list(tags) for tags in predicted]


if __name__ == "__main__":
    main()
