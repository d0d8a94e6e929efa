"""The compiled matrix products against NumPy, for sizes around every tile and panel edge."""

import numba
import numpy as np
import pytest

from tsrnn.kernels import plain_products, products, projections, tiles
from tsrnn.network.linear import linear_backward, linear_forward
from tsrnn.network.packed import pack, pack_turned

DTYPES = {"f4": np.float32, "f8": np.float64}
TOLERANCE = {"f4": {"rtol": 1e-4, "atol": 1e-4}, "f8": {"rtol": 1e-12, "atol": 1e-11}}
# (n, k, m): one row and many, remainders of 6-row tiles, widths around 8, 16, 32 and more, and more
# than a block of 256 rows.
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
    (19, 7, 32),
    (265, 50, 83),
]


@pytest.fixture(params=DTYPES)
def make(request):
    """Random C-contiguous arrays of one dtype, and the tolerance that goes with it."""
    rng = np.random.default_rng(0)

    def array(*shape):
        return rng.normal(size=shape).astype(DTYPES[request.param])

    array.tolerance = TOLERANCE[request.param]
    return array


def packed(b):
    return projections.pack_gates(b.T.copy(), 1)[0]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_products_are_matrix_products(make, size):
    n, k, m = size
    a, b, c = make(n, k), make(k, m), make(n, m)
    out = c.copy()
    products.accumulate_packed(a, packed(b), out)
    np.testing.assert_allclose(out, c + a @ b, **make.tolerance)
    out = np.ones((k, m), a.dtype)
    products.accumulate_outer(a, c, out)
    np.testing.assert_allclose(out, 1 + a.T @ c, **make.tolerance)


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="vectors exist in compiled code only")
@pytest.mark.parametrize("n", [1, 6, 13])
def test_tiles_two_vectors_wide_give_the_bits_of_narrow_ones(make, n):
    size, lanes = 9, 16 if make(1).itemsize == 4 else 8
    a, b, start = make(n * size), make(size * 2 * lanes), make(n * 2 * lanes)
    narrow, wide = start.copy(), start.copy()
    for at in (0, lanes):
        tiles.dot_rows(n, a, 0, size, 1, b, at, 2 * lanes, size, narrow, at, 2 * lanes)
    tiles.dot_rows_wide(n, a, 0, size, 1, b, 0, lanes, 2 * lanes, size, wide, 0, 2 * lanes)
    assert narrow.tobytes() == wide.tobytes() != start.tobytes()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_plain_products_do_what_the_compiled_ones_do(make, size):
    n, k, m = size
    a, b, c = make(n, k), make(k, m), make(n, m)
    for name, right, shape in (
        ("accumulate_packed", packed(b), (n, m)),
        ("accumulate_outer", c, (k, m)),
    ):
        compiled, plain = np.ones(shape, a.dtype), np.ones(shape, a.dtype)
        getattr(products, name)(a, right, compiled)
        getattr(plain_products, name)(a, right, plain)
        np.testing.assert_allclose(compiled, plain, **make.tolerance)


@pytest.mark.parametrize("n_gates", [1, 3])
@pytest.mark.parametrize("size", [(5, 3, 4), (40, 1, 17), (9, 20, 16)], ids=str)
def test_projections_are_products_gate_by_gate(make, size, n_gates):
    n, k, n_units = size
    x, weight, bias = make(n, k), make(n_gates * n_units, k), make(n_gates * n_units)
    panels = projections.pack_gates(weight, n_gates)
    rows = projections.repeat(bias, n_gates, n)
    gates = np.full((n_gates, n, n_units), np.nan, x.dtype)
    for g in range(n_gates):
        projections.project(x, panels[g], rows[g], gates[g])
    expected = (x @ weight.T + bias).reshape(n, n_gates, n_units).transpose(1, 0, 2)
    np.testing.assert_allclose(gates, expected, **make.tolerance)

    d_gates, d_x = make(n_gates, n, n_units), np.ones_like(x)
    flat = d_gates.transpose(1, 0, 2).reshape(n, -1)
    projections.project_back(d_gates, pack_turned(weight, n_gates), d_x)
    np.testing.assert_allclose(d_x, 1 + flat @ weight, **make.tolerance)


@pytest.mark.parametrize("apart", [False, True], ids=["together", "last-gate-apart"])
@pytest.mark.parametrize("size", [(5, 3, 4), (40, 1, 17), (9, 20, 16)], ids=str)
def test_layer_gradient_is_products_gate_by_gate(make, size, apart):
    n, k, n_units = size
    x, h, d_gates = make(n, k), make(n, n_units), make(3, n, n_units)
    d_hidden = make(int(apart), n, n_units)
    shapes = (3 * n_units, k), (3 * n_units, n_units), (3 * n_units,), (3 * n_units,)
    got = [np.ones(shape, x.dtype) for shape in shapes]
    projections.layer_gradient(d_gates, d_hidden, x, h, *got)
    towards_h = np.concatenate([d_gates[:2], d_hidden]) if apart else d_gates
    flat, flat_h = (d.transpose(1, 0, 2).reshape(n, -1) for d in (d_gates, towards_h))
    expected = flat.T @ x, flat_h.T @ h, flat.sum(axis=0), flat_h.sum(axis=0)
    for gradient, value in zip(got, expected, strict=True):
        np.testing.assert_allclose(gradient, 1 + value, **make.tolerance)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_linear_layer(make, size):
    n, k, m = size
    x, weight, bias, d_output = make(n, k), make(m, k), make(m), make(n, m)
    output = linear_forward(pack(weight), bias, x)
    np.testing.assert_allclose(output, x @ weight.T + bias, **make.tolerance)
    d_weight, d_bias = np.ones_like(weight), np.ones_like(bias)
    d_x = linear_backward(pack_turned(weight), x, d_output, d_weight, d_bias)
    np.testing.assert_allclose(d_x, d_output @ weight, **make.tolerance)
    np.testing.assert_allclose(d_weight, 1 + d_output.T @ x, **make.tolerance)
    np.testing.assert_allclose(d_bias, 1 + d_output.sum(axis=0), **make.tolerance)


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="NumPy's products do not promise it")
def test_a_row_gets_the_same_bits_whatever_rows_are_beside_it(make):
    a, panels = make(17, 21), packed(make(21, 35))
    together = np.zeros((17, 35), a.dtype)
    products.accumulate_packed(a, panels, together)
    for i in range(17):
        alone = np.zeros((1, 35), a.dtype)
        products.accumulate_packed(a[i : i + 1], panels, alone)
        np.testing.assert_array_equal(alone[0], together[i])


def test_nothing_outside_the_result_is_written(make):
    a, panels = make(5, 4), packed(make(4, 19))
    room = np.full((7, 19), 7.0, a.dtype)
    products.accumulate_packed(a, panels, room[1:6])
    np.testing.assert_array_equal(room[[0, 6]], 7.0)
