"""A vector type for Numba: sixteen float32 or eight float64 in LLVM's portable vectors.

LLVM lowers them to what the machine has (AVX-512, AVX2, SSE, NEON). The intrinsics take flat
positions into C-contiguous arrays and check nothing. Loading also single values through an
intrinsic matters: plain indexing by a signed index adds wrap-around handling that costs most of the
speed.

They do not run with ``NUMBA_DISABLE_JIT=1``; what is built on them has a plain NumPy twin.
"""

import operator

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, overload, register_model

LANES = {types.float32: 16, types.float64: 8}


class Vector(types.Type):
    """`lanes` values of `dtype` side by side."""

    def __init__(self, dtype):
        self.dtype, self.lanes = dtype, LANES[dtype]
        super().__init__(name=f"Vector({dtype}, {self.lanes})")


@register_model(Vector)
class VectorModel(models.PrimitiveModel):
    """An LLVM vector."""

    def __init__(self, manager, vector):
        element = ir.FloatType() if vector.dtype == types.float32 else ir.DoubleType()
        super().__init__(manager, vector, ir.VectorType(element, vector.lanes))


def _pointer(context, builder, array_type, array, index):
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(data, [index])


def _splat(builder, scalar, lanes):
    vector_type = ir.VectorType(scalar.type, lanes)
    one = builder.insert_element(
        ir.Constant(vector_type, ir.Undefined), scalar, ir.Constant(ir.IntType(32), 0)
    )
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)
    return builder.shuffle_vector(one, ir.Constant(vector_type, ir.Undefined), zeros)


@intrinsic
def load(typing_context, array, index):
    """Return the vector at flat position `index` of `array`."""
    vector = Vector(array.dtype)

    def generate(context, builder, signature, arguments):
        pointer = _pointer(context, builder, array, arguments[0], arguments[1])
        kind = context.get_value_type(vector)
        pointer = builder.bitcast(pointer, kind.as_pointer())
        return builder.load(pointer, align=kind.element.get_abi_size(context.target_data))

    return vector(array, types.intp), generate


@intrinsic
def store(typing_context, array, index, value):
    """Write the vector `value` to flat position `index` of `array`."""

    def generate(context, builder, signature, arguments):
        pointer = _pointer(context, builder, array, arguments[0], arguments[1])
        kind = context.get_value_type(value)
        pointer = builder.bitcast(pointer, kind.as_pointer())
        builder.store(arguments[2], pointer, align=kind.element.get_abi_size(context.target_data))
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


@intrinsic
def broadcast(typing_context, array, index):
    """Return a vector full of the value at flat position `index` of `array`."""
    vector = Vector(array.dtype)

    def generate(context, builder, signature, arguments):
        pointer = _pointer(context, builder, array, arguments[0], arguments[1])
        return _splat(builder, builder.load(pointer), vector.lanes)

    return vector(array, types.intp), generate


@intrinsic
def zeros(typing_context, array):
    """Return a vector of zeros of the dtype of `array`."""
    vector = Vector(array.dtype)

    def generate(context, builder, signature, arguments):
        return ir.Constant(context.get_value_type(vector), None)

    return vector(array), generate


@intrinsic
def fuse(typing_context, a, b, c):
    """Return a * b + c of numbers or vectors of one type, rounded once where the machine can."""
    if not a == b == c:
        return None

    def generate(context, builder, signature, arguments):
        product = builder.fmul(arguments[0], arguments[1], flags=("contract",))
        return builder.fadd(product, arguments[2], flags=("contract",))

    return a(a, b, c), generate


@intrinsic
def splat(typing_context, vector, scalar):
    """Return a vector like `vector`, full of `scalar` converted to its dtype."""
    if not isinstance(scalar, types.Float | types.Integer):
        return None

    def generate(context, builder, signature, arguments):
        value = context.cast(builder, arguments[1], scalar, vector.dtype)
        return _splat(builder, value, vector.lanes)

    return vector(vector, scalar), generate


def _arithmetic(instruction):
    @intrinsic
    def operate(typing_context, a, b):
        def generate(context, builder, signature, arguments):
            return getattr(builder, instruction)(*arguments)

        return a(a, b), generate

    return operate


def _select(comparison):
    @intrinsic
    def select(typing_context, x, bound):
        def generate(context, builder, signature, arguments):
            # Ordered: NaN compares false and is kept.
            beyond = builder.fcmp_ordered(comparison, arguments[0], arguments[1])
            return builder.select(beyond, arguments[1], arguments[0])

        return x(x, bound), generate

    return select


_OPERATIONS = {
    operator.add: _arithmetic("fadd"),
    operator.sub: _arithmetic("fsub"),
    operator.mul: _arithmetic("fmul"),
    operator.truediv: _arithmetic("fdiv"),
}
_vector_at_most, _vector_at_least = _select(">"), _select("<")


def _overload_operation(function, operate):
    """Let `function` take vectors, and a vector beside a number, which is spread out."""

    @overload(function)
    def compile_operation(a, b):
        if isinstance(a, Vector) and isinstance(b, Vector):
            return lambda a, b: operate(a, b)
        if isinstance(a, Vector):
            return lambda a, b: operate(a, splat(a, b))
        if isinstance(b, Vector):
            return lambda a, b: operate(splat(b, a), b)
        return None


for _function, _operate in _OPERATIONS.items():
    _overload_operation(_function, _operate)


def fma(x, y, z):
    """Return x * y + z, rounded once where the machine can; y and z may be numbers beside a vector.

    Plain operators never fuse, so that a number and a lane of a vector give the same bits.
    """
    return x * y + z


def _like(x, value):
    """Return `value` as a vector if x is one."""


@overload(_like)
def _compile_like(x, value):
    if isinstance(x, Vector) and not isinstance(value, Vector):
        return lambda x, value: splat(x, value)
    return lambda x, value: value


@overload(fma)
def _compile_fma(x, y, z):
    return lambda x, y, z: fuse(x, _like(x, y), _like(x, z))


@intrinsic
def power_of_two(typing_context, t):
    """Return 2^n for a number or vector t = n + 1.5 * 2^52 (2^23 in float32), n whole."""
    scalar = t.dtype if isinstance(t, Vector) else t
    width, digits = (32, 23) if scalar == types.float32 else (64, 52)
    one = ((1 << (width - digits - 2)) - 1) << digits

    def generate(context, builder, signature, arguments):
        kind = ir.IntType(width)
        shift, bias = ir.Constant(kind, digits), ir.Constant(kind, one)
        if isinstance(t, Vector):
            kind = ir.VectorType(kind, t.lanes)
            shift, bias = (ir.Constant(kind, [c.constant] * t.lanes) for c in (shift, bias))
        bits = builder.bitcast(arguments[0], kind)
        bits = builder.add(builder.shl(bits, shift), bias)
        return builder.bitcast(bits, arguments[0].type)

    return t(t), generate


def _bits(x):
    """Return the integer type as wide as number or vector `x`, the sign's bit, all others."""
    width = 32 if (x.dtype if isinstance(x, Vector) else x) == types.float32 else 64
    kind, sign, rest = ir.IntType(width), 1 << (width - 1), (1 << (width - 1)) - 1
    if isinstance(x, Vector):
        kind, sign, rest = ir.VectorType(kind, x.lanes), [sign] * x.lanes, [rest] * x.lanes
    return kind, ir.Constant(kind, sign), ir.Constant(kind, rest)


@intrinsic
def magnitude(typing_context, x):
    """Return x without its sign."""

    def generate(context, builder, signature, arguments):
        kind, _, rest = _bits(x)
        bits = builder.and_(builder.bitcast(arguments[0], kind), rest)
        return builder.bitcast(bits, arguments[0].type)

    return x(x), generate


@intrinsic
def with_sign(typing_context, x, signed):
    """Return x, not negative, with the sign of `signed`."""

    def generate(context, builder, signature, arguments):
        kind, sign, _ = _bits(x)
        sign = builder.and_(builder.bitcast(arguments[1], kind), sign)
        bits = builder.or_(builder.bitcast(arguments[0], kind), sign)
        return builder.bitcast(bits, arguments[0].type)

    return x(x, x), generate


def clip(x, low, high):
    """Return x within [low, high], a number or a vector; NaN stays NaN."""
    x = low if x < low else x
    return high if x > high else x


@overload(clip)
def _compile_clip(x, low, high):
    if isinstance(x, Vector):
        return lambda x, low, high: _vector_at_most(
            _vector_at_least(x, splat(x, low)), splat(x, high)
        )

    def scalar(x, low, high):
        x = low if x < low else x
        return high if x > high else x

    return scalar


def n_lanes(array):
    """Return how many values of the dtype of `array` a vector holds."""
    return 16 if array.dtype.itemsize == 4 else 8


@overload(n_lanes)
def _compile_n_lanes(array):
    lanes = LANES[array.dtype]
    return lambda array: lanes


def whole_lanes(array):
    """Return how many values of `array` (n,) fill whole vectors; none without compilation."""
    return 0


@overload(whole_lanes)
def _compile_whole_lanes(array):
    lanes = LANES[array.dtype]
    return lambda array: array.size // lanes * lanes
