"""One flat parameter vector `theta` and the names, shapes and places of what is in it."""

import math


class Layout:
    """Names and shapes of parameters, laid out one after the other.

    Views are derived on demand and never stored, so pickling or copying `theta` cannot disconnect
    them.

    Parameters
    ----------
    shapes : dict of str to tuple of int
        In the order in which they lie in the vector.

    Attributes
    ----------
    size : int
        Number of parameters.

    Examples
    --------
    >>> import numpy as np
    >>> layout = Layout({"weight": (2, 3), "bias": (2,)})
    >>> layout.size
    8
    >>> layout.views(np.arange(8.0))["bias"]
    array([6., 7.])
    """

    def __init__(self, shapes):
        self.shapes = dict(shapes)
        self.slices = {}
        start = 0
        for name, shape in self.shapes.items():
            stop = start + math.prod(shape)
            self.slices[name] = slice(start, stop)
            start = stop
        self.size = start

    def views(self, theta):
        """Return a dict of name -> view into `theta` (size,), each with its shape."""
        return {
            name: theta[self.slices[name]].reshape(shape) for name, shape in self.shapes.items()
        }
