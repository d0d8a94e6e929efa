"""The products of `products` in plain NumPy: what runs without compilation, and their test."""


def accumulate_packed(a, panels, out):
    """See `products.accumulate_packed`."""
    b = panels.transpose(1, 0, 2).reshape(a.shape[1], -1)
    out += a @ b[:, : out.shape[1]]


def accumulate_outer(a, b, out):
    """See `products.accumulate_outer`."""
    out += a.T @ b
