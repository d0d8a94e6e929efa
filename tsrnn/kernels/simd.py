"""A vector type for Numba: sixteen float32 or eight float64 in LLVM's portable vectors.

LLVM lowers them to what the machine has (AVX-512, AVX2, SSE, NEON). The intrinsics take flat
positions into C-contiguous arrays and check nothing. Loading also single values through an
intrinsic matters: plain indexing by a signed index adds wrap-around handling that costs most of the
speed.

They do not run with ``NUMBA_DISABLE_JIT=1``; what is built on them has a plain NumPy twin.
"""

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
def fma(typing_context, a, b, c):
    """Return a * b + c, fused where the machine can."""

    def generate(context, builder, signature, arguments):
        product = builder.fmul(arguments[0], arguments[1], flags=("contract",))
        return builder.fadd(product, arguments[2], flags=("contract",))

    return a(a, b, c), generate


@intrinsic
def add(typing_context, a, b):
    """Return a + b."""

    def generate(context, builder, signature, arguments):
        return builder.fadd(*arguments)

    return a(a, b), generate


def n_lanes(array):
    """Return how many values of the dtype of `array` a vector holds."""
    return 16 if array.dtype.itemsize == 4 else 8


@overload(n_lanes)
def _compile_n_lanes(array):
    lanes = LANES[array.dtype]
    return lambda array: lanes
