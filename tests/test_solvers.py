"""Solvers beside their published formulas, schedules, clipping and weight decay."""

import math

import numpy as np
import pytest

from tsrnn.cells import CELLS
from tsrnn.network import SCHEDULES, SOLVERS, Layout, Network
from tsrnn.network.solvers import clip_gradient, decay

RATES = [0.1, 0.1, 0.03, 0.5, 0.01]
dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f4", "f8"])


def naive_sgd(theta, gradients):
    """Sutskever et al. (2013), in the form v = m v + g, theta = theta - lr v."""
    velocity = 0.0
    for rate, g in zip(RATES, gradients, strict=True):
        velocity = 0.9 * velocity + g
        theta = theta - rate * velocity
        yield theta


def naive_rmsprop(theta, gradients):
    """Tieleman and Hinton (2012)."""
    square = 0.0
    for rate, g in zip(RATES, gradients, strict=True):
        square = 0.99 * square + 0.01 * g**2
        theta = theta - rate * g / (math.sqrt(square) + 1e-8)
        yield theta


def naive_adam(theta, gradients):
    """Kingma and Ba (2015), algorithm 1."""
    m = v = 0.0
    for t, (rate, g) in enumerate(zip(RATES, gradients, strict=True), start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        theta = theta - rate * m_hat / (math.sqrt(v_hat) + 1e-8)
        yield theta


NAIVE = {"sgd": naive_sgd, "rmsprop": naive_rmsprop, "adam": naive_adam}


def test_every_solver_has_a_naive_one():
    assert set(NAIVE) == set(SOLVERS)


@pytest.mark.parametrize("name", SOLVERS)
@dtypes
def test_steps_follow_the_published_formula(name, dtype):
    rng = np.random.default_rng(0)
    gradients = (rng.normal(size=(len(RATES), 7)) * np.geomspace(1e-3, 10, 7)).astype(dtype)
    theta = rng.normal(size=7).astype(dtype)
    paths = [
        list(NAIVE[name](float(start), [float(g) for g in column]))
        for start, column in zip(theta, gradients.T, strict=True)
    ]
    solver = SOLVERS[name](7, dtype)
    for step, (rate, gradient) in enumerate(zip(RATES, gradients, strict=True)):
        before = gradient.copy()
        solver.step(theta, gradient, rate)
        np.testing.assert_allclose(
            theta, [path[step] for path in paths], rtol=1e-5 if dtype == np.float32 else 1e-12,
            atol=1e-6 if dtype == np.float32 else 1e-13,
        )  # fmt: skip
        np.testing.assert_array_equal(gradient, before)
    assert theta.dtype == dtype


@pytest.mark.parametrize("name", SOLVERS)
def test_a_quadratic_is_minimised(name):
    theta, minimum = np.zeros(3), np.array([1.0, -2.0, 0.5])
    solver = SOLVERS[name](3, np.float64)
    for step in range(2000):
        solver.step(theta, 2 * (theta - minimum), 0.02 * (1 - step / 2000))
    np.testing.assert_allclose(theta, minimum, atol=1e-3)


def test_the_first_adam_step_is_the_learning_rate_whatever_the_gradient():
    theta = np.zeros(3)
    SOLVERS["adam"](3, np.float64).step(theta, np.array([1e-3, 5.0, -7e4]), 0.25)
    np.testing.assert_allclose(theta, [-0.25, -0.25, 0.25], rtol=1e-4)


@dtypes
@pytest.mark.parametrize("cell", CELLS)
def test_decay_shrinks_weight_matrices_and_leaves_biases(dtype, cell):
    network = Network(3, (4, 2), 2, cell=cell, bidirectional=True)
    theta = np.random.default_rng(1).normal(size=network.layout.size).astype(dtype)
    before = network.layout.views(theta.copy())
    decay(theta, network.layout, 0.25)
    for name, view in network.layout.views(theta).items():
        expected = 0.75 * before[name] if "weight" in name else before[name]
        np.testing.assert_array_equal(view, expected.astype(dtype), err_msg=name)


@dtypes
def test_clipping_scales_to_the_norm_and_keeps_the_direction(dtype):
    gradient = np.array([3, 0, -4], dtype)
    assert clip_gradient(gradient, 1.0) == 5
    np.testing.assert_allclose(gradient, [0.6, 0, -0.8], rtol=1e-6)


@dtypes
@pytest.mark.parametrize("max_norm", [5.0, 100.0, None])
def test_a_gradient_within_the_norm_stays(dtype, max_norm):
    gradient = np.array([3, 0, -4], dtype)
    assert clip_gradient(gradient, max_norm) == 5
    np.testing.assert_array_equal(gradient, [3, 0, -4])


@dtypes
def test_a_huge_gradient_is_clipped_not_taken_for_infinite(dtype):
    gradient = np.array([3e30, 4e30], dtype)
    assert clip_gradient(gradient, 1.0) == pytest.approx(5e30, rel=1e-6)
    np.testing.assert_allclose(gradient, [0.6, 0.8], rtol=1e-5)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_is_reported_by_its_norm(bad):
    assert not math.isfinite(clip_gradient(np.array([1.0, bad]), 1.0))


PROGRESS = np.linspace(0, 1, 1001)[:-1]


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("losses", [[], [3.0, 2.0, 1.0], [1.0] * 200], ids=len)
def test_a_factor_lies_between_zero_and_one(name, losses):
    factors = [SCHEDULES[name](p, losses) for p in PROGRESS]
    assert all(0 < f <= 1 for f in factors)


# name -> factor at the start, where the peak is, factor at the end.
SHAPES = {"constant": (1, 0, 1), "cosine": (0.01, 0.05, 0.01), "one_cycle": (0.04, 0.3, 1e-4)}


def test_every_schedule_is_in_this_file():
    assert set(SHAPES) | {"plateau"} == set(SCHEDULES)


@pytest.mark.parametrize("name", SHAPES)
def test_a_schedule_rises_to_its_peak_and_falls_to_its_end(name):
    first, peak, last = SHAPES[name]
    factors = np.array([SCHEDULES[name](p, []) for p in PROGRESS])
    assert factors[0] == pytest.approx(first)
    assert SCHEDULES[name](peak, []) == pytest.approx(1)
    assert SCHEDULES[name](1 - 1e-9, []) == pytest.approx(last)
    changes = np.diff(factors)
    assert (changes[PROGRESS[1:] <= peak] >= 0).all()
    assert (changes[PROGRESS[:-1] >= peak] <= 0).all()


def test_cosine_is_half_way_down_half_way_through():
    # (0.525 - 0.05) / 0.95 = 1/2, where the cosine is 0: 0.01 + 0.99 / 2.
    assert SCHEDULES["cosine"](0.525, []) == pytest.approx(0.505)


def test_plateau_halves_after_five_epochs_without_a_new_best():
    plateau = SCHEDULES["plateau"]
    assert plateau(0.9, [3.0, 2.0, 1.0]) == 1
    assert plateau(0.9, [1.0] + [1.0] * 4) == 1
    assert plateau(0.9, [1.0] + [1.0] * 5) == 0.5
    assert plateau(0.9, [1.0] + [1.0] * 4 + [0.5] + [0.6] * 4) == 1
    assert plateau(0.9, [1.0] + [2.0] * 10) == 0.25
    assert plateau(0.9, [1.0] * 1000) == 1e-3


def test_a_layout_lays_parameters_end_to_end():
    layout = Layout({"a": (2, 3), "b": (4,)})
    theta = np.arange(10.0)
    views = layout.views(theta)
    np.testing.assert_array_equal(views["a"], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(views["b"], [6, 7, 8, 9])
    views["b"][0] = -1
    assert theta[6] == -1
