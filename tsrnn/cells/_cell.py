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

    ``forward(x, panels_ih, panels_hh, bias, bias_hh, lengths, reverse, gates, states, cache)``
        x (T, B, D); panels_ih, panels_hh: W_ih and W_hh by `pack_gates`; bias (G H,):
        b_ih + b_hh; bias_hh (G H,); lengths (B,) int64. **states** (S, T + 1, B, H): the initial
        state on entry, in slot 0 (in slot T where `reverse`); step t reads the slot before and
        writes the slot after it in its direction, so ``states[0, 1:]`` (``states[0, :T]``) is the
        output. **gates** (G, T, B, H) and **cache** (C, T, B, H): what `backward` needs. Where only
        results count, **gates** and **cache** have fewer time steps and, if the last state will do,
        **states** has two: their slots come round again, and all stays in the processor's cache.
        A cell that `splits_hidden` keeps the hidden projection of its last gate apart, in
        ``cache[0]``; that gate's part of bias is b_ih alone.

    ``backward(gates, panels, lengths, reverse, states, cache, d_output, d_state)``
        panels: W_hh turned, by `pack_gates`. d_output (T, B, H): gradient with respect to the
        output, or (0, B, H) where that is zero. **d_state** (S, B, H): on entry the gradient with
        respect to the last state, on exit to the initial one. **gates** and, for a cell that
        `splits_hidden`, **cache[0]** become the gradients with respect to what was in them before
        the activation: a second array would drag more memory through the processor's cache.

    Gate order, names and shapes of the parameters are PyTorch's.
    """

    forward: Callable
    backward: Callable
    n_gates: int
    n_states: int = 1
    n_cached: int = 0
    splits_hidden: bool = False
    # Gate index -> initial bias, where zero is a bad start.
    initial_bias: dict = field(default_factory=dict)

    def __reduce_ex__(self, protocol):
        """Copy and pickle by name: the kernels belong to the package, not to a model."""
        from tsrnn.cells import CELLS

        names = [name for name, cell in CELLS.items() if cell is self]
        return (_cell_named, (names[0],)) if names else super().__reduce_ex__(protocol)


def _cell_named(name):
    from tsrnn.cells import CELLS

    return CELLS[name]
