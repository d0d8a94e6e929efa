"""PyTorch's textbook example, time sequence prediction, beside tsrnn.

    python examples/textbook_sine_waves.py [--plot FILE.png]

The example (time_sequence_prediction in pytorch/examples) reads sine waves of unknown phase, learns
to predict the next value with two stacked LSTMs, then goes on by itself, each prediction being the
next input. PyTorch's code is in the comments, ours below it. Prints the root mean squared error of
one step ahead and of the continuation, on waves that were not trained on.
"""

import argparse

import numpy as np

from tsrnn import RNNRegressor

PERIOD = 20


# x = np.array(range(L)) + np.random.randint(-4 * T, 4 * T, N).reshape(N, 1)
# data = np.sin(x / 1.0 / T).astype('float64')
def make_waves(n_waves, n_timesteps, rng):
    """Return waves (n_waves, n_timesteps), float32."""
    phase = rng.uniform(0, 2 * np.pi, (n_waves, 1))
    return np.sin(2 * np.pi * np.arange(n_timesteps) / PERIOD + phase).astype(np.float32)


# class Sequence(nn.Module):
#     def __init__(self):
#         super().__init__()
#         self.lstm1 = nn.LSTMCell(1, 51)
#         self.lstm2 = nn.LSTMCell(51, 51)
#         self.linear = nn.Linear(51, 1)
#
# optimizer = optim.LBFGS(seq.parameters(), lr=0.8)
# for i in range(15):
#     def closure():
#         optimizer.zero_grad()
#         loss = nn.MSELoss()(seq(input), target)
#         loss.backward()
#         return loss
#     optimizer.step(closure)
def make_network(max_iter):
    return RNNRegressor(
        "lstm", (51, 51), return_sequences=True, learning_rate_init=0.005, learning_rate="cosine",
        max_iter=max_iter, tol=0, random_state=0,
    )  # fmt: skip


#     def forward(self, input, future=0):
#         outputs = []
#         h_t, c_t = torch.zeros(n, 51), torch.zeros(n, 51)
#         h_t2, c_t2 = torch.zeros(n, 51), torch.zeros(n, 51)
#         for input_t in input.split(1, dim=1):
#             h_t, c_t = self.lstm1(input_t, (h_t, c_t))
#             h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
#             output = self.linear(h_t2)
#             outputs += [output]
#         for i in range(future):
#             h_t, c_t = self.lstm1(output, (h_t, c_t))
#             h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
#             output = self.linear(h_t2)
#             outputs += [output]
#         return torch.cat(outputs, dim=1)
def predict_with_future(network, waves, future):
    """Return predictions of the values after each one given, and of `future` more."""
    state, outputs = None, []
    for x in waves.T:
        output, state = network.predict_step(x[:, None], state)
        outputs.append(output)
    for _ in range(future):
        output, state = network.predict_step(output[:, None], state)
        outputs.append(output)
    return np.stack(outputs, axis=1)


def plot(waves, predicted, n_given, path):
    """Draw true and continued waves."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3), layout="constrained")
    axes = figure.subplots()
    for i, wave in enumerate(waves):
        axes.plot(wave, color=f"C{i}", linewidth=0.8)
        steps = np.arange(n_given, len(wave))
        axes.plot(steps, predicted[i, n_given - 1 : -1], ":", color=f"C{i}", linewidth=2)
    axes.axvline(n_given, color="grey", linestyle="--")
    axes.set(title="sine waves (lines) and their continuation (dots)", xlabel="time step")
    figure.savefig(path, dpi=100)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passes", type=int, default=60)
    parser.add_argument("--plot", metavar="FILE", help="write a picture of three waves")
    arguments = parser.parse_args(argv)
    n_given, future = 100, 100
    rng = np.random.default_rng(0)
    waves, test = make_waves(97, n_given, rng), make_waves(3, n_given + future, rng)
    # input, target = data[3:, :-1], data[3:, 1:]
    network = make_network(arguments.passes).fit(waves[:, :-1], waves[:, 1:])

    # pred = seq(test_input, future=future)
    predicted = predict_with_future(network, test[:, :n_given], future)
    error = (test[:, 1:] - predicted[:, :-1]) ** 2
    one_step, continued = np.sqrt([error[:, : n_given - 1].mean(), error[:, n_given - 1 :].mean()])
    print(f"one step ahead: error {one_step:.3f}, {future} steps by itself: {continued:.3f} "
          f"(the waves' deviation is {test.std():.3f})")  # fmt: skip
    if arguments.plot:
        plot(test, predicted, n_given, arguments.plot)
    return float(one_step), float(continued)


if __name__ == "__main__":
    main()
