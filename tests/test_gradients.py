"""Every gradient against central differences in float64, every parameter moved by itself.

With ten significant digits in a loss and a step of 1e-6, differences are good to about 1e-9.
"""

from dataclasses import replace

import numpy as np
import pytest
import reference

from tsrnn.cells import CELLS
from tsrnn.network import LOSSES, Batch, Network, loss_and_gradient, make_loss, n_outputs_for
from tsrnn.network.layer import input_gradient, layer_backward, layer_forward, layer_shapes
from tsrnn.network.packed import pack_layer

N_TIMESTEPS, N_ROWS, N_FEATURES, N_TARGETS = 5, 3, 3, 2
LENGTHS = {"equal": np.array([5, 5, 5]), "ragged": np.array([5, 2, 4])}
STRUCTURES = {
    "single": {"hidden_layer_sizes": (4,)},
    "stacked": {"hidden_layer_sizes": (4, 3, 2)},
    "bidirectional": {"hidden_layer_sizes": (3, 2), "bidirectional": True},
    "dropout": {"hidden_layer_sizes": (4, 3), "dropout": 0.4},
    "dropout_bidirectional": {
        "hidden_layer_sizes": (3, 2),
        "dropout": 0.4,
        "bidirectional": True,
    },
    "residual": {"hidden_layer_sizes": (3, 3, 3), "residual": True},
    "dilated": {"hidden_layer_sizes": (4, 3), "dilations": (2, 3)},
    "beyond_the_end": {"hidden_layer_sizes": (6, 5), "dilations": (1, 4)},
    "dilated_residual_both_ways": {
        "hidden_layer_sizes": (3, 3),
        "dilations": (3, 2),
        "residual": True,
        "bidirectional": True,
        "dropout": 0.3,
    },
}
# One entry or more per name in LOSSES.
LOSS_CASES = {
    "squared_error": ("squared_error", {}),
    "absolute_error": ("absolute_error", {}),
    "huber": ("huber", {"delta": 0.7}),
    "quantile": ("quantile", {"quantiles": 0.3}),
    "quantiles": ("quantile", {"quantiles": (0.1, 0.5, 0.9)}),
    "cross_entropy": ("cross_entropy", {}),
}
heads = pytest.mark.parametrize("every_step", [False, True], ids=["last-step", "every-step"])
kinds = pytest.mark.parametrize("kind", LENGTHS)
cells = pytest.mark.parametrize("cell", CELLS)


def make_batch(every_step, kind, seed=0, classes=0):
    """A batch with uneven weights and one masked element."""
    rng = np.random.default_rng(seed)
    lengths = LENGTHS[kind]
    x = rng.normal(size=(N_TIMESTEPS, N_ROWS, N_FEATURES))
    inside = np.arange(N_TIMESTEPS)[:, None] < lengths
    x[~inside] = 0
    n_targets = 1 if classes else N_TARGETS
    shape = (N_TIMESTEPS, N_ROWS, n_targets) if every_step else (N_ROWS, n_targets)
    target = rng.integers(classes, size=shape).astype(float) if classes else rng.normal(size=shape)
    weight = rng.uniform(0.2, 3, shape)
    weight[(0,) * len(shape)] = 0
    if every_step:
        weight *= inside[:, :, None]
    return Batch(x, lengths, target, weight, every_step)


def make_theta(network, seed=0):
    """Parameters of which none is zero, unlike the initial ones."""
    return np.random.default_rng(seed).normal(0, 0.5, network.layout.size)


def assert_gradient(network, theta, loss, batch, seed=None, **options):
    def value(theta):
        rng = None if seed is None else np.random.default_rng(seed)
        return loss_and_gradient(network, theta, loss, batch, rng=rng, **options)[0]

    rng = None if seed is None else np.random.default_rng(seed)
    _, gradient, _ = loss_and_gradient(network, theta, loss, batch, rng=rng, **options)
    expected = network.layout.views(reference.gradient_by_differences(value, theta))
    for name, view in network.layout.views(gradient).items():
        np.testing.assert_allclose(view, expected[name], rtol=2e-6, atol=2e-8, err_msg=name)
        assert np.any(view != 0), f"{name} has no gradient at all"


@cells
@pytest.mark.parametrize("structure", STRUCTURES)
@heads
@kinds
def test_parameters(cell, structure, every_step, kind):
    network = Network(N_FEATURES, n_outputs=N_TARGETS, cell=cell, **STRUCTURES[structure])
    batch = make_batch(every_step, kind)
    seed = 5 if network.dropout > 0 else None
    assert_gradient(network, make_theta(network), make_loss("squared_error"), batch, seed)


def test_every_loss_has_a_case():
    assert {name for name, _ in LOSS_CASES.values()} == set(LOSSES)


@pytest.mark.parametrize("case", LOSS_CASES)
@heads
@kinds
def test_losses(case, every_step, kind):
    name, parameters = LOSS_CASES[case]
    loss = make_loss(name, **parameters)
    classes = 4 if name == "cross_entropy" else 0
    batch = make_batch(every_step, kind, classes=classes)
    network = Network(N_FEATURES, (4,), classes or n_outputs_for(loss, N_TARGETS), cell="gru")
    assert_gradient(network, make_theta(network), loss, batch)


@cells
@heads
def test_a_carried_state_takes_part_in_the_gradient_as_a_constant(cell, every_step):
    network = Network(N_FEATURES, (4, 3), N_TARGETS, cell=cell)
    theta = make_theta(network)
    batch = make_batch(every_step, "ragged", seed=1)
    _, state, _ = network.forward(theta, make_batch(False, "equal", seed=2).x)
    assert_gradient(network, theta, make_loss("squared_error"), batch, state=state)


@cells
@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
@kinds
def test_the_input_and_the_initial_state_of_a_layer(cell, reverse, kind):
    rng = np.random.default_rng(3)
    cell, lengths = CELLS[cell], LENGTHS[kind]
    parameters = tuple(rng.normal(0, 0.6, s) for s in layer_shapes(cell, N_FEATURES, 4).values())
    x = make_batch(False, kind).x
    state = rng.normal(size=(cell.n_states, N_ROWS, 4))
    valid = (np.arange(N_TIMESTEPS)[:, None] < lengths)[:, :, None]
    to_output = rng.normal(size=(N_TIMESTEPS, N_ROWS, 4)) * valid
    to_last = rng.normal(size=state.shape)

    packed = pack_layer(cell, parameters, turned=True)

    def value(x, state):
        output, last, _ = layer_forward(cell, packed, x, lengths, reverse, state)
        return np.sum(output * to_output) + np.sum(last * to_last)

    _, _, tape = layer_forward(cell, packed, x, lengths, reverse, state)
    d_state = to_last.copy()
    d_gates = layer_backward(
        cell, packed, tuple(np.zeros_like(p) for p in parameters), tape, lengths, reverse,
        to_output, d_state,
    )  # fmt: skip
    d_x = input_gradient(packed, d_gates)
    by_x = reference.gradient_by_differences(
        lambda v: value(v.reshape(x.shape), state), x.ravel()
    ).reshape(x.shape)
    by_state = reference.gradient_by_differences(
        lambda v: value(x, v.reshape(state.shape)), state.ravel()
    ).reshape(state.shape)
    tolerance = {"rtol": 2e-6, "atol": 2e-8}
    np.testing.assert_allclose(d_x, by_x, **tolerance)
    np.testing.assert_allclose(d_state, by_state, **tolerance)
    assert not d_x[~valid[:, :, 0]].any()


@cells
@heads
@kinds
def test_the_input_of_a_network(cell, every_step, kind):
    network = Network(N_FEATURES, (3, 3), N_TARGETS, cell=cell, dilations=(1, 2), residual=True)
    theta, batch = make_theta(network), make_batch(every_step, kind)

    def value(x):
        output, _, _ = network.forward(
            theta, x.reshape(batch.x.shape), batch.lengths, every_step=every_step
        )
        return np.sum(output * batch.weight * batch.target)

    _, _, tape = network.forward(theta, batch.x, batch.lengths, every_step=every_step)
    d_output = batch.weight * batch.target
    d_x = network.backward(theta, np.zeros_like(theta), tape, d_output, input_too=True)
    expected = reference.gradient_by_differences(value, batch.x.ravel()).reshape(d_x.shape)
    np.testing.assert_allclose(d_x, expected, rtol=2e-6, atol=2e-8)


def test_a_masked_target_has_no_say():
    network = Network(N_FEATURES, (4,), N_TARGETS)
    theta, batch = make_theta(network), make_batch(True, "ragged")
    loss = make_loss("squared_error")
    value, gradient, _ = loss_and_gradient(network, theta, loss, batch)
    batch.target[batch.weight == 0] = 1e6
    again, same_gradient, _ = loss_and_gradient(network, theta, loss, batch)
    assert value == again
    np.testing.assert_array_equal(gradient, same_gradient)


@heads
def test_only_the_ratio_of_weights_counts(every_step):
    network = Network(N_FEATURES, (4,), N_TARGETS)
    theta, batch = make_theta(network), make_batch(every_step, "ragged")
    loss = make_loss("huber")
    value, gradient, _ = loss_and_gradient(network, theta, loss, batch)
    batch = replace(batch, weight=4 * batch.weight)
    again, same_gradient, _ = loss_and_gradient(network, theta, loss, batch)
    assert value == again
    np.testing.assert_array_equal(gradient, same_gradient)


def test_without_any_weight_loss_and_gradient_are_zero():
    network = Network(N_FEATURES, (4,), N_TARGETS)
    batch = make_batch(True, "ragged")
    batch.weight[...] = 0
    value, gradient, state = loss_and_gradient(
        network, make_theta(network), make_loss("squared_error"), batch
    )
    assert value == 0
    assert not gradient.any()
    assert state[0].any(), "the state goes on"
