"""Dilated layers and residual connections: against one loop over single sequences, and in parts."""

import numpy as np
import pytest
import reference

from tsrnn.cells import CELLS
from tsrnn.network import Network

LENGTHS = np.array([9, 4, 1, 7, 2])
STRUCTURES = {
    "dilated": {"hidden_layer_sizes": (4, 3), "dilations": (3, 2)},
    "residual": {"hidden_layer_sizes": (3, 3, 3), "residual": True},
    "beyond_the_end": {"hidden_layer_sizes": (3, 3), "dilations": (12, 1), "residual": True},
    "both_ways": {
        "hidden_layer_sizes": (3, 3),
        "dilations": (2, 4),
        "residual": True,
        "bidirectional": True,
    },
}
cells = pytest.mark.parametrize("cell", CELLS)
structures = pytest.mark.parametrize("structure", STRUCTURES)
one_way = pytest.mark.parametrize("structure", [s for s in STRUCTURES if s != "both_ways"])


def make(cell, structure):
    network = Network(2, n_outputs=2, cell=cell, **STRUCTURES[structure])
    rng = np.random.default_rng(0)
    theta = rng.normal(0, 0.5, network.layout.size)
    x = rng.normal(size=(LENGTHS.max(), len(LENGTHS), 2))
    x[np.arange(len(x))[:, None] >= LENGTHS] = 0
    return network, theta, x


@cells
@structures
def test_outputs_are_those_of_a_loop_over_each_sequence(cell, structure):
    network, theta, x = make(cell, structure)
    views = network.layout.views(theta)
    steps, _, _ = network.forward(theta, x, LENGTHS, every_step=True)
    for keep_tape in (True, False):
        last, _, _ = network.forward(theta, x, LENGTHS, keep_tape=keep_tape)
        for row, n in enumerate(LENGTHS):
            expected, expected_last, _ = reference.run_network(
                cell, views, x[:n, row], dilations=network.dilations, residual=network.residual
            )
            np.testing.assert_allclose(steps[:n, row], expected, atol=1e-12)
            np.testing.assert_allclose(last[row], expected_last, atol=1e-12)


@cells
@one_way
def test_the_state_goes_on_from_part_to_part_and_step_to_step(cell, structure):
    network, theta, x = make(cell, structure)
    whole, last, _ = network.forward(theta, x, LENGTHS, every_step=True)
    outputs, state = [], None
    for start, stop in ((0, 2), (2, 3), (3, 8), (8, 9)):
        lengths = np.clip(LENGTHS - start, 0, stop - start)
        part, state, _ = network.forward(theta, x[start:stop], lengths, state, every_step=True)
        outputs.append(part)
    valid = np.arange(len(x))[:, None] < LENGTHS
    np.testing.assert_allclose(np.concatenate(outputs)[valid], whole[valid], atol=1e-14)
    for part, one in zip(state, last, strict=True):
        np.testing.assert_allclose(part, one, atol=1e-14)
    state = None
    for t in range(len(x)):
        output, state = network.step(theta, np.ascontiguousarray(x[t, :1]), state)
        np.testing.assert_allclose(output, whole[t, :1], atol=1e-14)


@cells
def test_a_dilation_of_one_changes_nothing(cell):
    plain = Network(2, (4, 3), 1, cell=cell)
    dilated = Network(2, (4, 3), 1, cell=cell, dilations=(1, 1))
    theta = plain.initial_theta(np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(6, 3, 2)).astype(np.float32)
    np.testing.assert_array_equal(plain.forward(theta, x)[0], dilated.forward(theta, x)[0])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"dilations": (1,)}, ValueError, "dilations must have one entry for each of the 2 layer"),
        ({"dilations": (1, 0)}, ValueError, r"dilations\[1\] must be .* got 0"),
        ({"dilations": 2}, TypeError, "dilations must be None or a tuple"),
        ({"residual": 1}, TypeError, "residual must be True or False, got 1"),
        (
            {"residual": True, "hidden_layer_sizes": (4, 3)},
            ValueError,
            r"residual=True .* hidden_layer_sizes .* got \(4, 3\)",
        ),
    ],
)
def test_a_network_names_what_is_wrong(arguments, error, message):
    with pytest.raises(error, match=message):
        Network(**{"n_features": 2, "hidden_layer_sizes": (4, 4), "n_outputs": 1} | arguments)
