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
def add_output(d_output, t, lengths, n_whole, d_h):
    """``d_h[b] += d_output[t, b]`` for rows b that time step t is not padding of.

    d_output (T, B, H), or (0, B, H) where no output counts; no row is padded before `n_whole`;
    **d_h** (B, H).
    """
    if d_output.shape[0] == 0:
        return
    if t < n_whole:
        add(d_output[t].reshape(-1), d_h.reshape(-1))
        return
    for b in range(lengths.size):
        if t < lengths[b]:
            add(d_output[t, b], d_h[b])
