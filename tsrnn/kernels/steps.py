"""What every recurrence does to the flat vectors of a time step, besides its own arithmetic."""

from tsrnn._jit import kernel


@kernel
def copy(x, out):
    """``out = x``, both (n,); **out**. A slice assignment would compile for seconds."""
    for j in range(x.size):
        out[j] = x[j]


@kernel
def add(x, out):
    """``out += x``, both (n,); **out**."""
    for j in range(x.size):
        out[j] += x[j]


@kernel
def clear(out):
    """``out = 0``: **out** (n,)."""
    for j in range(out.size):
        out[j] = 0


@kernel
def shortest(lengths):
    """Return the least of `lengths` (n,), n > 0."""
    least = lengths[0]
    for b in range(lengths.size):
        least = min(least, lengths[b])
    return least


@kernel
def step_parts(t, n_whole, state):
    """Return how many parts time step t is done in, and their size.

    One part of all B H units where no row is padded, which is before `n_whole`; else B parts of H
    units, a row each. state (B, H).
    """
    if t < n_whole:
        return 1, state.size
    return state.shape[0], state.shape[1]


@kernel
def part(x, b, size):
    """Return the part b of x, C-contiguous, flat: a view, (size,)."""
    return x.reshape(-1)[b * size : (b + 1) * size]


@kernel
def add_output(d_output, t, lengths, n_whole, d_h):
    """``d_h[b] += d_output[t, b]`` for rows b that time step t is not padding of.

    d_output (T, B, H), or (0, B, H) where no output counts; no row is padded before `n_whole`;
    **d_h** (B, H).
    """
    if d_output.shape[0] == 0:
        return
    n_parts, size = step_parts(t, n_whole, d_h)
    for b in range(n_parts):
        if t < n_whole or t < lengths[b]:
            add(part(d_output[t], b, size), part(d_h, b, size))
