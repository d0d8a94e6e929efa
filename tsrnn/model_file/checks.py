"""What kernels take for granted, checked where a file could say otherwise."""

import numpy as np

_FLOATS = (np.float32, np.float64)


def check_parameters(name, array, dtypes=_FLOATS, size=None):
    """Raise ValueError unless `array` is a flat vector of one of `dtypes`, and of `size` if given.

    Examples
    --------
    >>> check_parameters("theta_", np.zeros(3, np.float32), size=4)
    Traceback (most recent call last):
    ...
    ValueError: theta_ must be 4 float32 or float64 numbers, got float32 (3,)
    """
    good = isinstance(array, np.ndarray) and array.ndim == 1 and array.dtype in dtypes
    if good and size in (None, array.size):
        return
    kinds = " or ".join(np.dtype(dtype).name for dtype in dtypes)
    found = f"{array.dtype} {array.shape}" if isinstance(array, np.ndarray) else repr(array)[:50]
    raise ValueError(
        f"{name} must be {'' if size is None else f'{size} '}{kinds} numbers, got {found}"
    )


def check_solver(solver, theta):
    """Raise ValueError unless what `solver` keeps for each parameter fits `theta`."""
    for name, value in vars(solver).items():
        if not isinstance(value, int | float):
            check_parameters(f"_solver.{name}", value, (theta.dtype,), theta.size)


def check_networks(parts, n_inputs=None):
    """Raise ValueError unless networks among the parts of a model can be run.

    Parameters
    ----------
    parts : list
        All that is in the file. Weights (attributes ``theta_`` or, a list of them, ``thetas``) must
        be flat and float32, as the data that forecasters and detectors show them; a network that is
        kept with its sizes (``network_``) must fit the weights beside it. Objects that have checks
        of their own are left to these.
    n_inputs : int, optional
        Number of inputs that each network with sizes reads.
    """
    for part in parts:
        state = {} if hasattr(part, "_check_loaded") else getattr(part, "__dict__", {})
        for theta in [*state.get("thetas", ()), *([state["theta_"]] if "theta_" in state else ())]:
            check_parameters("theta_", theta, (np.float32,))
        if "network_" in state:
            network = state["network_"]
            check_parameters("theta_", state["theta_"], (np.float32,), network.layout.size)
            if n_inputs is not None and network.n_features != n_inputs:
                raise ValueError(f"network_ must have {n_inputs} inputs, got {network.n_features}")
