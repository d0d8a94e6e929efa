"""The contract that every recurrent cell fulfils."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One recurrent cell: its recurrence as two kernels, and what layer 1 needs to drive them.

    All arrays are C-contiguous, of one dtype and time-major; T time steps, B rows (sequences), H
    units, G gates, S state vectors (the first is the output), C cached vectors. Each gate is a
    plane of its own, so that a gate of a time step is B H contiguous values. Time runs from 0 to
    T - 1, or from T - 1 to 0 where `reverse`. Steps ``t >= lengths[b]`` of row b are padding: they
    keep the state and get no gradient. Arrays in **bold** are written.

    ``forward(gates, weight_hh, bias_hh, lengths, reverse, states, cache)``
        **gates** (G, T, B, H): on entry the input projection ``x W_ih' + b_ih`` (and b_hh, unless
        the cell `splits_hidden`), on exit what `backward` needs of the gates. weight_hh (G H, H),
        bias_hh (G H,), lengths (B,) int64. **states** (S, T + 1, B, H): the initial state on entry,
        in slot 0 (in slot T where `reverse`); step t reads the slot before and writes the slot
        after it in its direction, so ``states[0, 1:]`` (``states[0, :T]``) is the output. **cache**
        (C, T, B, H).

    ``backward(gates, weight_hh, lengths, reverse, states, cache, d_output, d_state, d_gates, d_hidden)``
        d_output (T, B, H): gradient with respect to the output. **d_state** (S, B, H): on entry
        the gradient with respect to the last state, on exit to the initial one. **d_gates**
        (G, T, B, H): gradient with respect to the input projection. **d_hidden** (G, T, B, H): to
        the hidden projection ``h W_hh' + b_hh``; written only by cells with `splits_hidden`, for
        the others the two are the same.

    Loops over units touch few arrays each: LLVM then proves at run time that they do not overlap,
    and turns each loop into vector code.

    Gate order, names and shapes of the parameters are PyTorch's.
    """  # noqa: E501

    forward: Callable
    backward: Callable
    n_gates: int
    n_states: int = 1
    n_cached: int = 0
    splits_hidden: bool = False
    # Gate index -> initial bias, where zero is a bad start.
    initial_bias: dict = field(default_factory=dict)
