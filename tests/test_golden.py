"""Outputs, gradients and training beside PyTorch: recorded (golden_torch.npz) and, if there, live.

`make_golden.py` made the file; the package and the script share no code.
"""

import json

import make_golden as golden
import numpy as np
import pytest

from tsrnn.cells import CELLS
from tsrnn.network import SOLVERS, Batch, Layout, Network, loss_and_gradient, make_loss
from tsrnn.network.solvers import decay

TOLERANCE = {np.float64: {"rtol": 1e-10, "atol": 1e-10}, np.float32: {"rtol": 1e-5, "atol": 1e-5}}
RECORDED = np.load(golden.GOLDEN)
SHAPES = json.loads(str(RECORDED["meta"]))["shapes"]

dtypes = pytest.mark.parametrize("dtype", TOLERANCE, ids=["f8", "f4"])
kinds = pytest.mark.parametrize("kind", golden.LENGTHS)
heads = pytest.mark.parametrize("which", golden.HEADS)
structures = pytest.mark.parametrize("structure", golden.STRUCTURES)
cells = pytest.mark.parametrize("cell", golden.CELLS)


def unflatten(case, vector):
    """Return name -> array of a vector in PyTorch's order of parameters."""
    sizes = [int(np.prod(shape)) for shape in SHAPES[case].values()]
    parts = np.split(vector, np.cumsum(sizes)[:-1])
    return {k: v.reshape(s) for (k, s), v in zip(SHAPES[case].items(), parts, strict=True)}


def make_network(cell, structure, values, dtype):
    """Return a network and its theta, filled by name."""
    sizes, bidirectional = golden.STRUCTURES[structure]
    network = Network(
        golden.N_FEATURES, sizes, golden.N_OUTPUTS, cell=cell, bidirectional=bidirectional
    )
    theta = np.full(network.layout.size, np.nan, dtype)
    for name, view in network.layout.views(theta).items():
        view[...] = values[name]
    return network, theta


def make_batch(data, which, lengths, dtype):
    x, target = data["x"].astype(dtype), data[f"y_{which}"].astype(dtype)
    lengths = np.array(lengths)
    x = np.where(inside(lengths)[:, :, None], x, 0).astype(dtype)
    weight = np.ones_like(target)
    if which == "every":
        weight *= inside(lengths)[:, :, None]
    return Batch(x, lengths, target, weight, which == "every")


def inside(lengths):
    return np.arange(golden.N_TIMESTEPS)[:, None] < np.array(lengths)


def assert_same(cell, structure, which, kind, dtype, values, expected):
    """Compare output, gradient by name and ten Adam losses with `expected`."""
    lengths = golden.LENGTHS[kind]
    network, theta = make_network(cell, structure, values, dtype)
    batch = make_batch(RECORDED, which, lengths, dtype)
    output, _, _ = network.forward(theta, batch.x, batch.lengths, every_step=batch.every_step)
    valid = inside(lengths) if which == "every" else slice(None)
    np.testing.assert_allclose(output[valid], expected["output"][valid], **TOLERANCE[dtype])

    solver, losses = SOLVERS["adam"](theta.size, dtype), []
    for step in range(golden.N_STEPS):
        loss, gradient, _ = loss_and_gradient(network, theta, make_loss("squared_error"), batch)
        losses.append(loss)
        if step == 0:
            assert gradient.dtype == dtype
            named = unflatten(f"{cell}/{structure}", expected["gradient"])
            for name, view in network.layout.views(gradient).items():
                np.testing.assert_allclose(view, named[name], **TOLERANCE[dtype], err_msg=name)
        solver.step(theta, gradient, golden.LEARNING_RATE)
    np.testing.assert_allclose(losses, expected["losses"], **TOLERANCE[dtype])
    assert losses[-1] < losses[0]


def test_every_cell_is_recorded():
    assert set(golden.CELLS) == set(CELLS)
    assert golden.GOLDEN.stat().st_size < 300_000


@cells
@structures
@heads
@kinds
@dtypes
def test_recorded_network(cell, structure, which, kind, dtype):
    case = f"{cell}/{structure}"
    values = unflatten(case, RECORDED[f"{case}/theta"])
    names = ("output", "gradient", "losses")
    expected = {k: RECORDED[f"{case}/{which}/{kind}/{k}"] for k in names}
    assert_same(cell, structure, which, kind, dtype, values, expected)


@cells
@structures
def test_names_and_shapes_are_those_of_torch(cell, structure):
    sizes, bidirectional = golden.STRUCTURES[structure]
    network = Network(3, sizes, 2, cell=cell, bidirectional=bidirectional)
    recorded = {name: tuple(shape) for name, shape in SHAPES[f"{cell}/{structure}"].items()}
    assert network.layout.shapes == recorded


@pytest.mark.parametrize("name", SOLVERS)
@dtypes
def test_recorded_solver(name, dtype):
    gradients = RECORDED[f"solver/{name}/0.0/gradients"].astype(dtype)
    path = RECORDED[f"solver/{name}/0.0/path"]
    theta = path[0].astype(dtype)
    solver = SOLVERS[name](theta.size, dtype)
    for gradient, expected in zip(gradients, path[1:], strict=True):
        solver.step(theta, gradient, golden.SOLVER_RATE)
        np.testing.assert_allclose(theta, expected, **TOLERANCE[dtype])


@dtypes
def test_recorded_decoupled_weight_decay(dtype):
    gradients = RECORDED[f"solver/adam/{golden.ALPHA}/gradients"].astype(dtype)
    path = RECORDED[f"solver/adam/{golden.ALPHA}/path"]
    layout = Layout({"weight": golden.SOLVER_SHAPE})
    theta = path[0].astype(dtype)
    solver = SOLVERS["adam"](theta.size, dtype)
    for gradient, expected in zip(gradients, path[1:], strict=True):
        decay(theta, layout, golden.SOLVER_RATE * golden.ALPHA)
        solver.step(theta, gradient, golden.SOLVER_RATE)
        np.testing.assert_allclose(theta, expected, **TOLERANCE[dtype])


@cells
@structures
@heads
@kinds
def test_live_network(cell, structure, which, kind):
    pytest.importorskip("torch")
    _, _, named = golden.build(cell, structure, seed=3)
    values = {name: p.detach().numpy().copy() for name, p in named.items()}
    expected = golden.network_case(cell, structure, which, golden.LENGTHS[kind], RECORDED, seed=3)
    assert_same(cell, structure, which, kind, np.float64, values, expected)


@pytest.mark.parametrize(
    ("name", "torch_name"),
    [
        ("squared_error", "mse_loss"),
        ("absolute_error", "l1_loss"),
        ("huber", "huber_loss"),
        ("cross_entropy", "cross_entropy"),
    ],
)
def test_live_loss(name, torch_name):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(4)
    output = torch.tensor(rng.normal(0, 2, (7, 3)), requires_grad=True)
    classes = name == "cross_entropy"
    target = rng.integers(3, size=(7, 1)).astype(float) if classes else rng.normal(0, 2, (7, 3))
    torch_target = torch.tensor(target[:, 0].astype(int) if classes else target)
    expected = getattr(torch.nn.functional, torch_name)(output, torch_target)
    expected.backward()
    weight = np.full(target.shape, 1 / target.size)
    value, gradient = make_loss(name)(output.detach().numpy(), target, weight)
    assert value == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, output.grad.numpy(), rtol=1e-10, atol=1e-13)
