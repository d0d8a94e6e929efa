"""Kernels and cells against naive NumPy: values, padding, direction, state in and state out."""

import math

import numpy as np
import pytest
import reference

from tsrnn.cells import CELLS
from tsrnn.kernels import updates
from tsrnn.network import Network, Sequences, predict
from tsrnn.network.layer import layer_backward, layer_forward, layer_shapes
from tsrnn.network.packed import pack_layer

DTYPES = {"f4": np.float32, "f8": np.float64}
TOLERANCE = {"f4": {"rtol": 2e-5, "atol": 2e-6}, "f8": {"rtol": 1e-12, "atol": 1e-13}}
LENGTHS = np.array([5, 2, 4])
N_TIMESTEPS, N_ROWS, N_INPUTS, N_UNITS = 5, 3, 3, 4

cells = pytest.mark.parametrize("name", CELLS)
dtypes = pytest.mark.parametrize("dtype", DTYPES)
directions = pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])


def draw(name, dtype, seed=0):
    """Random parameters, input and initial state; no bias is zero, no gate like another."""
    rng = np.random.default_rng(seed)
    cell = CELLS[name]
    shapes = layer_shapes(cell, N_INPUTS, N_UNITS).values()
    parameters = tuple(rng.normal(0, 0.8, s).astype(DTYPES[dtype]) for s in shapes)
    x = rng.normal(0, 1, (N_TIMESTEPS, N_ROWS, N_INPUTS)).astype(DTYPES[dtype])
    state = rng.normal(0, 1, (cell.n_states, N_ROWS, N_UNITS)).astype(DTYPES[dtype])
    x[np.arange(N_TIMESTEPS)[:, None] >= LENGTHS] = 0
    return cell, parameters, x, state


def test_the_reference_knows_every_cell():
    assert set(reference.STEPS) == set(CELLS)


@cells
@dtypes
@directions
@pytest.mark.parametrize("given_state", [False, True], ids=["from-zero", "from-state"])
def test_forward_is_the_naive_recurrence(name, dtype, reverse, given_state):
    cell, parameters, x, state = draw(name, dtype)
    packed = pack_layer(cell, parameters, turned=True)
    output, last, _ = layer_forward(
        cell, packed, x, LENGTHS, reverse, state if given_state else None
    )
    assert output.dtype == last.dtype == DTYPES[dtype]
    naive_parameters = [p.astype(float) for p in parameters]
    for row, length in enumerate(LENGTHS):
        start = tuple(state[:, row].astype(float)) if given_state else None
        expected, expected_last = reference.run_layer(
            name, naive_parameters, x[:length, row].astype(float), start, reverse
        )
        np.testing.assert_allclose(output[:length, row], expected, **TOLERANCE[dtype])
        np.testing.assert_allclose(last[:, row], expected_last, **TOLERANCE[dtype])


@cells
@dtypes
def test_the_last_state_continues_a_sequence_bit_for_bit(name, dtype):
    cell, parameters, x, state = draw(name, dtype)
    packed = pack_layer(cell, parameters, turned=True)
    full = np.full(N_ROWS, N_TIMESTEPS)
    whole, whole_last, _ = layer_forward(cell, packed, x, full, False, state)
    head, middle, _ = layer_forward(cell, packed, x[:2], full - 3, False, state)
    tail, last, _ = layer_forward(cell, packed, x[2:], full - 2, False, middle)
    np.testing.assert_array_equal(np.concatenate([head, tail]), whole)
    np.testing.assert_array_equal(last, whole_last)


@cells
@dtypes
@directions
def test_what_padding_holds_changes_no_bit(name, dtype, reverse):
    cell, parameters, x, state = draw(name, dtype)
    packed = pack_layer(cell, parameters, turned=True)
    garbage = x.copy()
    garbage[np.arange(N_TIMESTEPS)[:, None] >= LENGTHS] = 1e30
    valid = np.arange(N_TIMESTEPS)[:, None] < LENGTHS

    def everything(x, d_padding):
        output, last, tape = layer_forward(cell, packed, x, LENGTHS, reverse, state)
        d_output = np.where(valid[:, :, None], output + 1, d_padding).astype(x.dtype)
        d_state, gradients = last + 2, tuple(np.zeros_like(p) for p in parameters)
        d_gates = layer_backward(cell, packed, gradients, tape, LENGTHS, reverse, d_output, d_state)
        return (output[valid], last, d_state, d_gates, *gradients)

    for clean, dirty in zip(everything(x, 0), everything(garbage, 7), strict=True):
        np.testing.assert_array_equal(clean, dirty)


@cells
@dtypes
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("every_step", [False, True], ids=["last-step", "every-step"])
def test_a_batch_gives_the_bits_of_each_sequence_alone(name, dtype, bidirectional, every_step):
    rng = np.random.default_rng(1)
    network = Network(N_INPUTS, (5, 4), 2, cell=name, bidirectional=bidirectional)
    theta = network.initial_theta(rng, DTYPES[dtype])
    sequences = [rng.normal(size=(n, N_INPUTS)).astype(DTYPES[dtype]) for n in (3, 7, 1, 6, 6)]
    lengths = np.array([len(s) for s in sequences])
    X = np.zeros((5, 9, N_INPUTS), DTYPES[dtype])
    for row, sequence in zip(X, sequences, strict=True):
        row[: len(sequence)] = sequence
    X[0, 3:] = 1e30
    target = np.zeros((5, 9, 1) if every_step else (5, 1))
    ((batch, output),) = predict(network, theta, Sequences(X, lengths, target, batch_size=5))
    assert len(batch.x) == 7, "steps beyond the longest sequence cost nothing"
    for i, sequence in enumerate(sequences):
        alone, _, _ = network.forward(theta, sequence[:, None], every_step=every_step)
        got = output[: len(sequence), i] if every_step else output[i]
        np.testing.assert_array_equal(got, alone[:, 0] if every_step else alone[0])


@dtypes
def test_the_squared_norm_does_not_overflow_in_float32(dtype):
    large = np.array([3e30, 4e30], DTYPES[dtype])
    assert math.sqrt(updates.squared_norm(large)) == pytest.approx(5e30, rel=1e-6)
