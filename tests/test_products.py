"""The compiled matrix products against NumPy, for sizes around every tile and panel edge."""

import numba
import numpy as np
import pytest

from tsrnn.kernels import plain_products, products

DTYPES = {"f4": np.float32, "f8": np.float64}
TOLERANCE = {"f4": {"rtol": 1e-4, "atol": 1e-4}, "f8": {"rtol": 1e-12, "atol": 1e-11}}
# (n, k, m): one row and many, remainders of 6-row tiles, widths around 8 and 16, more than a block
# of 256 rows, rows wide enough to be copied.
SIZES = [
    (1, 1, 1),
    (1, 3, 7),
    (6, 4, 16),
    (7, 5, 3),
    (13, 9, 41),
    (11, 16, 8),
    (300, 2, 20),
    (258, 33, 1),
    (12, 800, 17),
]


@pytest.fixture(params=DTYPES)
def make(request):
    """Random C-contiguous arrays of one dtype, and the tolerance that goes with it."""
    rng = np.random.default_rng(0)

    def array(*shape):
        return rng.normal(size=shape).astype(DTYPES[request.param])

    array.tolerance = TOLERANCE[request.param]
    return array


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_products_are_matrix_products(make, size):
    n, k, m = size
    a, b, c, bias = make(n, k), make(k, m), make(n, m), make(m)
    close = {**make.tolerance}
    for panels in (products.pack(b), products.pack_transposed(b.T.copy())):
        out = c.copy()
        products.accumulate_packed(a, panels, out)
        np.testing.assert_allclose(out, c + a @ b, **close)
    out = c.copy()
    products.accumulate(a, b, out)
    np.testing.assert_allclose(out, c + a @ b, **close)
    out = np.full_like(c, np.nan)
    products.affine(a, b.T.copy(), bias, out)
    np.testing.assert_allclose(out, a @ b + bias, **close)
    d_weight, d_bias = np.ones_like(b.T, order="C"), np.ones_like(bias)
    products.affine_gradient(c, a, d_weight, d_bias)
    np.testing.assert_allclose(d_weight, 1 + c.T @ a, **close)
    np.testing.assert_allclose(d_bias, 1 + c.sum(axis=0), **close)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_plain_products_do_what_the_compiled_ones_do(make, size):
    n, k, m = size
    a, b, c = make(n, k), make(k, m), make(n, m)
    np.testing.assert_array_equal(plain_products.pack(b), products.pack(b))
    turned = b.T.copy()
    np.testing.assert_array_equal(
        plain_products.pack_transposed(turned), products.pack_transposed(turned)
    )
    for name, right, shape in (
        ("accumulate_packed", products.pack(b), (n, m)),
        ("accumulate_outer", c, (k, m)),
    ):
        compiled, plain = np.ones(shape, a.dtype), np.ones(shape, a.dtype)
        getattr(products, name)(a, right, compiled)
        getattr(plain_products, name)(a, right, plain)
        np.testing.assert_allclose(compiled, plain, **make.tolerance)


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="NumPy's products do not promise it")
def test_a_row_gets_the_same_bits_whatever_rows_are_beside_it(make):
    a, b = make(17, 21), make(21, 35)
    together = np.zeros((17, 35), a.dtype)
    products.accumulate(a, b, together)
    for i in range(17):
        alone = np.zeros((1, 35), a.dtype)
        products.accumulate(a[i : i + 1], b, alone)
        np.testing.assert_array_equal(alone[0], together[i])


def test_nothing_outside_the_result_is_written(make):
    a, b = make(5, 4), make(4, 19)
    room = np.full((7, 19), 7.0, a.dtype)
    products.accumulate(a, b, room[1:6])
    np.testing.assert_array_equal(room[[0, 6]], 7.0)
