"""Losses beside naive ones and values worked out by hand."""

import math

import numpy as np
import pytest
import reference

from tsrnn.network import LOSSES, make_loss, n_outputs_for, softmax

NAIVE = {
    "squared_error": ({}, reference.squared_error),
    "absolute_error": ({}, reference.absolute_error),
    "huber": ({"delta": 0.8}, lambda o, y: reference.huber(o, y, 0.8)),
    "quantile": ({"quantiles": 0.2}, lambda o, y: reference.pinball(o, y, 0.2)),
}
dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f4", "f8"])


def weights_that_sum_to_one(rng, shape):
    weight = rng.uniform(0.1, 1, shape)
    weight.ravel()[::3] = 0
    return weight / weight.sum()


def test_every_loss_is_in_this_file():
    assert set(NAIVE) | {"cross_entropy"} == set(LOSSES)


@pytest.mark.parametrize("name", NAIVE)
@pytest.mark.parametrize("shape", [(6, 1), (5, 2), (4, 3, 2)], ids=str)
def test_the_sum_is_the_naive_weighted_mean(name, shape):
    parameters, naive = NAIVE[name]
    rng = np.random.default_rng(0)
    output, target = rng.normal(0, 1.5, (2, *shape))
    weight = weights_that_sum_to_one(rng, shape)
    value, gradient = make_loss(name, **parameters)(output, target, weight)
    expected = reference.mean_loss(naive, output.ravel(), target.ravel(), weight.ravel())
    assert value == pytest.approx(expected, rel=1e-12)
    assert gradient.shape == shape
    assert not gradient[weight == 0].any()


def test_several_quantiles_lie_side_by_side_for_each_target():
    rng = np.random.default_rng(1)
    q = (0.1, 0.5, 0.8)
    output, target = rng.normal(size=(5, 2 * 3)), rng.normal(size=(5, 2))
    weight = weights_that_sum_to_one(rng, target.shape)
    value, gradient = make_loss("quantile", quantiles=q)(output, target, weight)
    expected = sum(
        weight[i, j] * reference.pinball(output[i, 3 * j + k], target[i, j], q[k]) / 3
        for i in range(5) for j in range(2) for k in range(3)
    )  # fmt: skip
    assert value == pytest.approx(expected, rel=1e-12)
    # d/d output: -q where the target is above, 1 - q where it is below.
    expected_slope = -q[2] if target[1, 1] > output[1, 5] else 1 - q[2]
    assert gradient[1, 5] == pytest.approx(weight[1, 1] * expected_slope / 3, rel=1e-12)


def test_cross_entropy_is_the_naive_one():
    rng = np.random.default_rng(2)
    output, target = rng.normal(0, 2, (6, 3)), rng.integers(3, size=(6, 1)).astype(float)
    weight = weights_that_sum_to_one(rng, (6, 1))
    value, gradient = make_loss("cross_entropy")(output, target, weight)
    expected = sum(
        weight[i, 0] * reference.cross_entropy(output[i], int(target[i, 0])) for i in range(6)
    )
    assert value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


# name, parameters, output, target, loss, slope with respect to the output; weight 1.
BY_HAND = [
    ("squared_error", {}, 1.0, 3.0, 4.0, -4.0),
    ("squared_error", {}, 3.0, 1.0, 4.0, 4.0),
    ("absolute_error", {}, 1.0, 3.0, 2.0, -1.0),
    ("absolute_error", {}, 2.0, 2.0, 0.0, 0.0),
    # |error| = 0.5 <= 1: 0.5 * 0.25.
    ("huber", {}, 1.0, 1.5, 0.125, -0.5),
    # |error| = 3 > 2: 2 * (3 - 1).
    ("huber", {"delta": 2.0}, 4.0, 1.0, 4.0, 2.0),
    # Target 2 above the 0.75 quantile: 0.75 * 2; 2 below: 0.25 * 2.
    ("quantile", {"quantiles": 0.75}, 1.0, 3.0, 1.5, -0.75),
    ("quantile", {"quantiles": 0.75}, 3.0, 1.0, 0.5, 0.25),
    ("quantile", {}, 3.0, 1.0, 1.0, 0.5),
]


@pytest.mark.parametrize(("name", "parameters", "output", "target", "value", "slope"), BY_HAND)
def test_worked_by_hand(name, parameters, output, target, value, slope):
    loss = make_loss(name, **parameters)
    got, gradient = loss(np.array([[output]]), np.array([[target]]), np.ones((1, 1)))
    assert got == value
    assert gradient.item() == slope


def test_cross_entropy_worked_by_hand():
    # softmax(log 1, log 2, log 5) = 1/8, 2/8, 5/8.
    output = np.log([[1.0, 2.0, 5.0]])
    value, gradient = make_loss("cross_entropy")(output, np.array([[1.0]]), np.array([[2.0]]))
    assert value == pytest.approx(2 * math.log(4), rel=1e-14)
    np.testing.assert_allclose(gradient, [[0.25, -1.5, 1.25]], rtol=1e-14)


@dtypes
def test_softmax_neither_overflows_nor_divides_zero_by_zero(dtype):
    output = np.array([[1e30, -1e30, 0], [-1e30, -1e30, -1e30]], dtype)
    np.testing.assert_allclose(softmax(output), [[1, 0, 0], [1 / 3] * 3], rtol=1e-6)
    value, gradient = make_loss("cross_entropy")(
        output, np.array([[1], [0]], dtype), np.ones((2, 1), dtype)
    )
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("name", LOSSES)
@dtypes
@pytest.mark.parametrize("every_step", [False, True])
def test_the_gradient_keeps_dtype_and_shape_and_the_inputs_their_values(name, dtype, every_step):
    rng = np.random.default_rng(3)
    loss = make_loss(name)
    shape = (4, 3, 1) if every_step else (3, 1)
    n_outputs = 5 if name == "cross_entropy" else n_outputs_for(loss, 1)
    output = rng.normal(size=(*shape[:-1], n_outputs)).astype(dtype)
    arguments = (output, np.ones(shape, dtype), rng.random(shape).astype(dtype))
    copies = [a.copy() for a in arguments]
    value, gradient = loss(*arguments)
    assert isinstance(value, float)
    assert gradient.dtype == dtype
    assert gradient.shape == output.shape
    for argument, copy in zip(arguments, copies, strict=True):
        np.testing.assert_array_equal(argument, copy)


def test_outputs_needed():
    assert n_outputs_for(make_loss("squared_error"), 3) == 3
    assert n_outputs_for(make_loss("quantile", quantiles=(0.1, 0.9)), 3) == 6


@pytest.mark.parametrize(
    ("name", "parameters", "error", "message"),
    [
        ("hubber", {}, ValueError, "loss='hubber'.*'squared_error'.*Did you mean 'huber'"),
        ("huber", {"delta": 0}, ValueError, "delta must be .* greater than 0, got 0"),
        ("huber", {"delta": "1"}, TypeError, "delta must be .*, got '1'"),
        ("quantile", {"quantiles": (0.5, 1.0)}, ValueError, r"quantile must be .*\(0, 1\), got 1"),
        ("quantile", {"quantiles": "0.5"}, TypeError, "quantile must be"),
    ],
)
def test_bad_arguments_are_named(name, parameters, error, message):
    with pytest.raises(error, match=message):
        make_loss(name, **parameters)
