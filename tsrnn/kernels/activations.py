"""exp, tanh and sigmoid for compiled kernels, of numbers and of vectors, without branches.

With y = n ln 2 + r, n whole and abs(r) <= ln(2) / 2, and p(r) = exp(r) - 1 by its Taylor
polynomial: exp(y) = 2^n p + 2^n, and exp(y) - 1 = 2^n p + (2^n - 1), also for small y without loss.
tanh(x) = m / (m + 2) with m = exp(2 x) - 1, for positive x; sigmoid(x) = e / (e + 1), e = exp(x).
The reduction is that of Cody and Waite (1980), Software Manual for the Elementary Functions; n is
found by adding 1.5 * 2^52 (2^23 in float32), which leaves it in the low bits of the sum.

Largest errors measured, in units in the last place: float32 exp 1.1, tanh 2.5, sigmoid 2.5; float64
exp 1.0, tanh 1.9, sigmoid 1.5. Arguments are clipped: exp and sigmoid never fall below the least
normal number. NaN stays NaN.
"""

import math

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from tsrnn.kernels.simd import (
    Vector,
    clip,
    fma,
    magnitude,
    power_of_two,
    with_sign,
)

# Coefficients of r^2, r^3, ... in p; the next term is below a quarter of a unit in the last place.
_TAYLOR = [1 / math.factorial(k) for k in range(2, 14)]
_A2, _A3, _A4, _A5, _A6, _A7 = (np.float32(c) for c in _TAYLOR[:6])
_B2, _B3, _B4, _B5, _B6, _B7, _B8, _B9, _B10, _B11, _B12, _B13 = _TAYLOR
_LOG2E = 1 / math.log(2)
# ln 2 in two parts, the first short enough for n times it to be exact.
_HIGH, _LOW = 0.693145751953125, 1.4286068203094172e-06
_HIGH32, _LOW32, _LOG2E32 = np.float32(_HIGH), np.float32(_LOW), np.float32(_LOG2E)
_MAGIC, _MAGIC32 = 1.5 * 2.0**52, np.float32(1.5 * 2.0**23)
_EXP_BOUND, _EXP_BOUND32 = 708.0, np.float32(87.0)
_TANH_BOUND, _TANH_BOUND32 = 20.0, np.float32(9.02)
_ZERO, _ONE, _TWO = np.float32(0), np.float32(1), np.float32(2)


def exp(x):
    """Exponential of a float32 or float64 number or vector."""
    return np.exp(x)


def tanh(x):
    """Hyperbolic tangent of a float32 or float64 number or vector."""
    return np.tanh(x)


def sigmoid(x):
    """Logistic function 1 / (1 + exp(-x)) of a float32 or float64 number or vector."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


@register_jitable
def _parts32(y):
    """Return 2^n and p(r) in float32."""
    t = fma(y, _LOG2E32, _MAGIC32)
    n = t - _MAGIC32
    r = fma(n, -_LOW32, fma(n, -_HIGH32, y))
    q = fma(fma(fma(r, _A7, _A6), r, _A5), r, _A4)
    q = fma(fma(q, r, _A3), r, _A2)
    return power_of_two(t), fma(r * r, q, r)


@register_jitable
def _parts64(y):
    """Return 2^n and p(r) in float64."""
    t = fma(y, _LOG2E, _MAGIC)
    n = t - _MAGIC
    r = fma(n, -_LOW, fma(n, -_HIGH, y))
    q = fma(fma(fma(r, _B13, _B12), r, _B11), r, _B10)
    q = fma(fma(fma(q, r, _B9), r, _B8), r, _B7)
    q = fma(fma(fma(q, r, _B6), r, _B5), r, _B4)
    q = fma(fma(q, r, _B3), r, _B2)
    return power_of_two(t), fma(r * r, q, r)


@register_jitable
def _share32(a, b):
    """Return a / (a + b)."""
    return a / (a + b)


@register_jitable
def _share64(a, b):
    """Return a / (a + b) for a > 0, b > 0, with one rounding's error in place of two.

    What rounding took from the sum (Knuth's TwoSum) and from the quotient is put back.
    """
    whole = a + b
    part = whole - a
    lost = (a - (whole - part)) + (b - part)
    inverse = _ONE / whole
    q = a * inverse
    return fma(fma(q, _ZERO - whole, a) - q * lost, inverse, q)


def _is_float32(x):
    return (x.dtype if isinstance(x, Vector) else x) == types.float32


@overload(exp)
def _compile_exp(x):
    parts, bound = (_parts32, _EXP_BOUND32) if _is_float32(x) else (_parts64, _EXP_BOUND)

    def compiled(x):
        scale, p = parts(clip(x, -bound, bound))
        return fma(scale, p, scale)

    return compiled


@overload(tanh)
def _compile_tanh(x):
    parts, bound = (_parts32, _TANH_BOUND32) if _is_float32(x) else (_parts64, _TANH_BOUND)
    share = _share32 if _is_float32(x) else _share64

    def compiled(x):
        scale, p = parts(clip(magnitude(x), -bound, bound) * _TWO)
        m = fma(scale, p, scale - _ONE)
        return with_sign(share(m, _TWO), x)

    return compiled


@overload(sigmoid)
def _compile_sigmoid(x):
    share = _share32 if _is_float32(x) else _share64

    def compiled(x):
        return share(exp(x), _ONE)

    return compiled
