"""tanh and sigmoid for compiled kernels.

float64 takes the C library's. float32 takes a rational approximation without branches, so that LLVM
turns the loop around it into vector code: tanh(x) = x P(x^2) / Q(x^2) on [-9, 9], beyond which
float32 tanh is 1. P and Q of degree 4 are a minimax fit of the relative error (iteratively
reweighted least squares in float64: 2.1e-8), the result is within 8 ULP. NaN stays NaN.
"""

import math

import numpy as np
from numba import types
from numba.extending import overload

from tsrnn._jit import kernel

_P = tuple(
    np.float32(c)
    for c in (1.0, 0.1338101625442505, 0.0034955767914652824, 2.0608895283658057e-05,
              1.3354409134080925e-08)
)  # fmt: skip
_Q = tuple(
    np.float32(c)
    for c in (1.0, 0.46714332699775696, 0.025876939296722412, 0.0003285616112407297,
              7.776453117003257e-07)
)  # fmt: skip
_P0, _P1, _P2, _P3, _P4 = _P
_Q0, _Q1, _Q2, _Q3, _Q4 = _Q
_BOUND, _ONE, _HALF = np.float32(9.0), np.float32(1.0), np.float32(0.5)


def tanh(x):
    """Hyperbolic tangent of a float32 or float64 scalar."""
    return math.tanh(x)


def sigmoid(x):
    """Logistic function 1 / (1 + exp(-x)) of a float32 or float64 scalar, as tanh(x/2)/2 + 1/2."""
    return math.tanh(x * 0.5) * 0.5 + 0.5


def _tanh_float32(x):
    x = -_BOUND if x < -_BOUND else x
    x = _BOUND if x > _BOUND else x
    u = x * x
    p = (((_P4 * u + _P3) * u + _P2) * u + _P1) * u + _P0
    q = (((_Q4 * u + _Q3) * u + _Q2) * u + _Q1) * u + _Q0
    y = x * p / q
    y = -_ONE if y < -_ONE else y
    return _ONE if y > _ONE else y


@overload(tanh)
def _compile_tanh(x):
    return _tanh_float32 if x == types.float32 else lambda x: math.tanh(x)


@overload(sigmoid)
def _compile_sigmoid(x):
    if x == types.float32:
        return lambda x: tanh(x * _HALF) * _HALF + _HALF
    return lambda x: math.tanh(x * 0.5) * 0.5 + 0.5


@kernel
def add_sigmoid(x, bias):
    """``x = sigmoid(x + bias)``: **x** (n,), bias (n,). A loop short enough for vector code."""
    for j in range(x.size):
        x[j] = sigmoid(x[j] + bias[j])


@kernel
def add_tanh(x, bias):
    """``x = tanh(x + bias)``: **x** (n,), bias (n,). A loop short enough for vector code."""
    for j in range(x.size):
        x[j] = tanh(x[j] + bias[j])
