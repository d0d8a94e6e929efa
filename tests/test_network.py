"""A network's arguments, initial parameters and dropout."""

import numpy as np
import pytest

from tsrnn.cells import CELLS
from tsrnn.network import Network


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"cell": "gruu"}, ValueError, "cell='gruu'.*'lstm'.*Did you mean 'gru'"),
        ({"hidden_layer_sizes": ()}, TypeError, "hidden_layer_sizes must be a non-empty tuple"),
        ({"hidden_layer_sizes": "32"}, TypeError, "hidden_layer_sizes must be"),
        ({"hidden_layer_sizes": (4, 0)}, ValueError, r"hidden_layer_sizes\[1\] must be .* got 0"),
        ({"n_outputs": 0}, ValueError, "n_outputs must be"),
        ({"dropout": 1.0}, ValueError, r"dropout must be .*\[0, 1\), got 1.0"),
        ({"bidirectional": 1}, TypeError, "bidirectional must be True or False, got 1"),
    ],
)
def test_a_network_names_what_is_wrong(arguments, error, message):
    with pytest.raises(error, match=message):
        Network(**{"n_features": 2, "hidden_layer_sizes": (4,), "n_outputs": 1} | arguments)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_initial_parameters(cell, bidirectional):
    network = Network(3, (7, 5), 2, cell=cell, bidirectional=bidirectional)
    theta = network.initial_theta(np.random.default_rng(0), np.float64)
    n_units = {"l0": 7, "l1": 5}
    for name, view in network.layout.views(theta).items():
        if name.startswith("weight_hh"):
            gates = np.split(view, CELLS[cell].n_gates)
            for gate in gates:
                np.testing.assert_allclose(gate @ gate.T, np.eye(len(gate)), atol=1e-12)
            assert len({gate[0, 0] for gate in gates}) == len(gates), "each gate drawn by itself"
        elif name.startswith(("weight_ih", "head.weight")):
            fans = 2 + view.shape[1] if "head" in name else n_units[name[10:12]] + view.shape[1]
            bound = np.sqrt(6 / fans)
            assert 0.5 * bound < np.abs(view).max() <= bound
        elif cell == "lstm" and name.startswith("bias_ih"):
            n = n_units[name[8:10]]
            np.testing.assert_array_equal(view, np.repeat([0, 1, 0, 0], n))
        else:
            assert not view.any()


def test_a_head_of_zeros_starts_with_an_output_of_zero():
    network = Network(2, (4,), 3)
    theta = network.initial_theta(np.random.default_rng(0), zero_head=True)
    output, _, _ = network.forward(theta, np.ones((5, 2, 2), np.float32))
    np.testing.assert_array_equal(output, np.zeros((2, 3)))


def test_dropout_keeps_the_expected_value_and_is_off_without_a_generator():
    network = Network(2, (6, 5), 1, dropout=0.5)
    theta = network.initial_theta(np.random.default_rng(0), np.float64)
    # Weak input weights in the second layer make the output almost linear in what is dropped.
    network.layout.views(theta)["weight_ih_l1"][...] *= 1e-3
    x = np.random.default_rng(1).normal(size=(1, 1, 2)).repeat(4000, axis=1)
    plain, _, _ = network.forward(theta, x)
    again, _, _ = network.forward(theta, x)
    dropped, _, _ = network.forward(theta, x, rng=np.random.default_rng(2))
    np.testing.assert_array_equal(plain, again)
    spread = dropped.std()
    assert spread > 0
    assert abs(dropped.mean() - plain[0, 0]) < 4 * spread / np.sqrt(4000)


@pytest.mark.parametrize("cell", CELLS)
def test_steps_give_the_bits_of_a_whole_sequence(cell):
    network = Network(2, (5, 4), 3, cell=cell)
    theta = network.initial_theta(np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(6, 3, 2)).astype(np.float32)
    whole, last, _ = network.forward(theta, x, every_step=True)
    state = None
    for t in range(6):
        output, state = network.step(theta, x[t], state)
        np.testing.assert_array_equal(output, whole[t])
    for one, other in zip(state, last, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_bidirectional_network_has_no_steps():
    network = Network(2, (3,), 1, bidirectional=True)
    theta = network.initial_theta(np.random.default_rng(0))
    with pytest.raises(ValueError, match="step reads forward in time only"):
        network.step(theta, np.ones((1, 2), np.float32))
