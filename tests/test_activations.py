"""exp, tanh and sigmoid, compiled: error in units in the last place over the whole range."""

import numba
import numpy as np
import pytest
from numba import njit

from tsrnn.kernels import activations
from tsrnn.kernels.simd import load, n_lanes, store

pytestmark = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="plain Python uses the C library")

DTYPES = {"f4": np.float32, "f8": np.float64}
# Where the exact result is a normal number.
RANGE = {"f4": 87.0, "f8": 708.0}
EXACT = {
    "exp": np.exp,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}
# What the module states, rounded up.
ULP = {
    ("exp", "f4"): 1.1, ("tanh", "f4"): 2.5, ("sigmoid", "f4"): 2.5,
    ("exp", "f8"): 1.0, ("tanh", "f8"): 1.9, ("sigmoid", "f8"): 1.5,
}  # fmt: skip


def compiled(name, x):
    """The function of each number of x (n,), computed one by one, and by vectors."""
    function = getattr(activations, name)

    def one_by_one(x, out):
        for i in range(x.size):
            out[i] = function(x[i])

    def vectors(x, out):
        for i in range(0, x.size, n_lanes(x)):
            store(out, i, function(load(x, i)))

    results = np.empty_like(x), np.empty_like(x)
    njit(error_model="numpy")(one_by_one)(x, results[0])
    njit(error_model="numpy")(vectors)(x, results[1])
    return results


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXACT)
def test_error_in_units_in_the_last_place(name, dtype):
    rng = np.random.default_rng(0)
    bound = RANGE[dtype]
    x = np.concatenate(
        [
            np.linspace(-bound, bound, 100_000),
            rng.uniform(-3, 3, 100_000),
            rng.choice([-1, 1], 50_000) * np.geomspace(1e-30, 1, 50_000),
            np.zeros(16),
        ]
    ).astype(DTYPES[dtype])
    exact = EXACT[name](x.astype(np.longdouble))
    unit = np.spacing(np.abs(exact).astype(x.dtype)).astype(np.longdouble)
    for got in compiled(name, x):
        assert np.max(np.abs(got - exact) / unit) <= ULP[name, dtype]


@pytest.mark.parametrize("dtype", DTYPES)
def test_saturation_and_nan(dtype):
    x = np.array([np.inf, -np.inf, 1e30, -1e30, np.nan] + [-0.0] * 11, DTYPES[dtype])
    least = 2 * np.finfo(x.dtype).tiny
    for got in compiled("tanh", x):
        np.testing.assert_array_equal(got[:5], [1, -1, 1, -1, np.nan])
        assert np.signbit(got[5:]).all()
    for got in compiled("sigmoid", x):
        np.testing.assert_allclose(got[:5], [1, 0, 1, 0, np.nan], rtol=0, atol=least)
    for got in compiled("exp", x):
        assert np.isfinite(got[:4]).all()
        np.testing.assert_allclose(got[[1, 3]], 0, rtol=0, atol=least)
        assert np.isnan(got[4])


@pytest.mark.parametrize("name", EXACT)
def test_plain_python_agrees(name):
    x = np.linspace(-5, 5, 16)
    plain = [getattr(activations, name)(float(value)) for value in x]
    np.testing.assert_allclose(compiled(name, x)[0], plain, rtol=1e-14)
