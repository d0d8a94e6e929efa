"""Make golden_torch.npz: outputs, gradients and training losses computed by PyTorch in float64.

Run ``python tests/make_golden.py`` where PyTorch is installed. Nothing of the package is used: the
networks are `torch.nn.RNN`, `LSTM`, `GRU` and `Linear`, the solvers `torch.optim`. The parameters
are float32 numbers, so that float32 code starts from exactly the same ones.
"""

import json
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).with_name("golden_torch.npz")
CELLS = ("rnn", "rnn_relu", "lstm", "gru")
# name -> layer sizes, bidirectional
STRUCTURES = {
    "single": ((4,), False),
    "stacked": ((4, 4), False),
    "stacked_unequal": ((5, 4), False),
    "bidirectional": ((4,), True),
    "bidirectional_stacked": ((4, 4), True),
}
HEADS = ("last", "every")
N_TIMESTEPS, N_FEATURES, N_OUTPUTS = 5, 3, 2
LENGTHS = {"equal": (5, 5, 5), "ragged": (5, 2, 4)}
LEARNING_RATE, N_STEPS = 0.01, 10
SOLVER_RATE, SOLVER_SHAPE, ALPHA = 0.05, (3, 4), 0.1


def modules(cell, sizes, bidirectional):
    """Return the recurrent modules: one where all layers have a size, else one per layer."""
    import torch

    kinds = {"rnn": torch.nn.RNN, "rnn_relu": torch.nn.RNN, "lstm": torch.nn.LSTM}
    kind = kinds.get(cell, torch.nn.GRU)
    options = {"bidirectional": bidirectional, "dtype": torch.float64}
    if cell == "rnn_relu":
        options["nonlinearity"] = "relu"
    if len(set(sizes)) == 1:
        return [kind(N_FEATURES, sizes[0], num_layers=len(sizes), **options)]
    inputs = (N_FEATURES, *(size * (1 + bidirectional) for size in sizes[:-1]))
    return [kind(n, size, **options) for n, size in zip(inputs, sizes, strict=True)]


def named_parameters(recurrent, head):
    """Return name -> parameter; the layers of several modules are numbered through."""
    named = {}
    for i, module in enumerate(recurrent):
        for name, parameter in module.named_parameters():
            named[name if len(recurrent) == 1 else name.replace("_l0", f"_l{i}")] = parameter
    return named | {f"head.{name}": p for name, p in head.named_parameters()}


def build(cell, structure, seed=0):
    """Return (recurrent modules, head, name -> parameter), drawn at random."""
    import torch

    sizes, bidirectional = STRUCTURES[structure]
    recurrent = modules(cell, sizes, bidirectional)
    head = torch.nn.Linear(sizes[-1] * (1 + bidirectional), N_OUTPUTS, dtype=torch.float64)
    named = named_parameters(recurrent, head)
    rng = np.random.default_rng(seed)
    with torch.no_grad():
        for parameter in named.values():
            drawn = rng.normal(0, 0.6, tuple(parameter.shape)).astype(np.float32)
            parameter.copy_(torch.from_numpy(drawn.astype(np.float64)))
    return recurrent, head, named


def forward(recurrent, head, x, lengths, which):
    """Return outputs (B, O) of the last-step head or (T, B, O) of the every-step head."""
    import torch
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    last, lengths = None, torch.tensor(lengths)
    for module in recurrent:
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        packed, state = module(packed)
        x, _ = pad_packed_sequence(packed, total_length=len(x))
        hidden = state[0] if isinstance(state, tuple) else state
        last = torch.cat(list(hidden[-(1 + module.bidirectional) :]), dim=1)
    return head(x) if which == "every" else head(last)


def mean_squared_error(output, target, lengths, which):
    """Mean over what is not padding."""
    import torch

    if which == "last":
        return ((target - output) ** 2).mean()
    inside = torch.arange(len(output))[:, None] < torch.tensor(lengths)
    return ((target - output)[inside] ** 2).mean()


def flat(named, gradient=False):
    """Return all parameters, or their gradients, one after the other."""
    return np.concatenate([(p.grad if gradient else p.detach()).numpy().ravel() for p in
                           named.values()])  # fmt: skip


def network_case(cell, structure, which, lengths, data, seed=0):
    """Return arrays for one network, head and set of lengths."""
    import torch

    recurrent, head, named = build(cell, structure, seed)
    x, target = (torch.from_numpy(data[k].astype(np.float64)) for k in ("x", f"y_{which}"))
    arrays = {}
    optimizer = torch.optim.Adam(named.values(), lr=LEARNING_RATE)
    losses = []
    for step in range(N_STEPS):
        optimizer.zero_grad()
        output = forward(recurrent, head, x, lengths, which)
        loss = mean_squared_error(output, target, lengths, which)
        loss.backward()
        if step == 0:
            arrays["output"] = output.detach().numpy()
            arrays["gradient"] = flat(named, gradient=True)
        optimizer.step()
        losses.append(loss.item())
    return arrays | {"losses": np.array(losses)}


def solver_case(name, alpha=0.0):
    """Return the trajectory (steps, 12) of one matrix under a fixed sequence of gradients."""
    import torch

    rng = np.random.default_rng(1)
    matrix = torch.nn.Parameter(torch.from_numpy(rng.normal(size=SOLVER_SHAPE)))
    gradients = rng.normal(size=(N_STEPS, *SOLVER_SHAPE)) * np.geomspace(1e-4, 10, 4)
    optimizer = {
        "sgd": lambda p: torch.optim.SGD(p, lr=SOLVER_RATE, momentum=0.9),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=SOLVER_RATE, alpha=0.99, eps=1e-8),
        "adam": lambda p: torch.optim.AdamW(p, lr=SOLVER_RATE, weight_decay=alpha),
    }[name]([matrix])
    path = [matrix.detach().numpy().copy()]
    for gradient in gradients:
        matrix.grad = torch.from_numpy(gradient)
        optimizer.step()
        path.append(matrix.detach().numpy().copy())
    return {"gradients": gradients.reshape(N_STEPS, -1), "path": np.reshape(path, (len(path), -1))}


def make_data():
    """Draw inputs and targets; float32 numbers."""
    rng = np.random.default_rng(2)
    n_rows = len(LENGTHS["equal"])
    return {
        "x": rng.normal(size=(N_TIMESTEPS, n_rows, N_FEATURES)).astype(np.float32),
        "y_last": rng.normal(size=(n_rows, N_OUTPUTS)).astype(np.float32),
        "y_every": rng.normal(size=(N_TIMESTEPS, n_rows, N_OUTPUTS)).astype(np.float32),
    }


def main():
    """Write the file."""
    import torch

    torch.set_num_threads(1)
    arrays = make_data()
    shapes = {}
    for cell in CELLS:
        for structure in STRUCTURES:
            _, _, named = build(cell, structure)
            case = f"{cell}/{structure}"
            shapes[case] = {name: list(p.shape) for name, p in named.items()}
            arrays[f"{case}/theta"] = flat(named).astype(np.float32)
            for which in HEADS:
                for kind, lengths in LENGTHS.items():
                    found = network_case(cell, structure, which, lengths, arrays)
                    arrays |= {f"{case}/{which}/{kind}/{k}": v for k, v in found.items()}
    for name, alpha in (("sgd", 0.0), ("rmsprop", 0.0), ("adam", 0.0), ("adam", ALPHA)):
        found = solver_case(name, alpha)
        arrays |= {f"solver/{name}/{alpha}/{k}": v for k, v in found.items()}
    shapes = json.dumps({"shapes": shapes, "torch": torch.__version__.split("+")[0]})
    np.savez_compressed(GOLDEN, meta=np.array(shapes), **arrays)


if __name__ == "__main__":
    main()
