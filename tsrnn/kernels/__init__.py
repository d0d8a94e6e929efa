"""Layer 0: compiled loops over arrays. No Python objects, no raising.

How a batch lies in memory, the last axis contiguous (T time steps, B rows, D inputs, H units)::

    x        (T, B, D)       t=0 [row 0: d d d | row 1: d d d | ...]  t=1 [...]  ...
    gates    (G, T, B, H)    a plane for each gate; in it, for each t, the B H values of a time
                             step side by side: what the activations read is one straight run
    states   (S, T+1, B, H)  slot 0 is the initial state; step t reads slot t and writes slot t+1
                             (read backwards: starts in slot T, reads slot t+1, writes slot t)

A weight matrix of G gates, (G H, K) as in PyTorch, is packed once a batch into panels as wide as a
vector register (L values)::

    weight of a gate, turned      panels (H / L rounded up, K, L)

      <------ H ------>             panel 0     panel 1
      w w w w w w w w w   K         w w w w     w w w w     w 0 0 0    (L = 4 here)
      w w w w w w w w w   rows      w w w w     w w w w     w 0 0 0
      w w w w w w w w w             w w w w     w w w w     w 0 0 0

so that the product ``out (n, H) += x (n, K) @ panel`` reads a panel from its beginning to its end,
once for each tile of six rows, whose six sums stay in registers::

    for each k:  sum0 += x[0, k] * panel[k]
                 ...                                 (x[i, k] spread over a register)
                 sum5 += x[5, k] * panel[k]

The files, from the bottom: `simd` (the vector type), `tiles` (one to six rows by one vector),
`products` (whole matrices), `projections` (all gates of a layer), `activations`, `steps` and
`updates` (flat loops). The recurrences themselves are in `tsrnn.cells`.
"""

from pathlib import Path


def cache_directory():
    """Return the directory of the compiled kernels, or None where nothing can be kept."""
    from tsrnn.kernels.projections import project

    stats = getattr(project, "stats", None)
    path = stats.cache_path if stats is not None else None
    return Path(path) if path else None
