"""Argument checks whose messages name the parameter, what is accepted and what came."""

import difflib
import math
import numbers


def shown(value):
    """Return `value` as a message shows what came: whole if that is short, else its type.

    NumPy's numbers are shown as Python's.
    """
    is_scalar = type(value).__module__ == "numpy" and not getattr(value, "shape", (0,))
    text = repr(value.item() if is_scalar else value)
    short = len(text) <= 100 and "\n" not in text
    return text if short else f"a {type(value).__name__}"


def check_choice(name, value, known):
    """Return `value` if it is one of `known` names.

    Parameters
    ----------
    name : str
        Parameter name for the message.
    value : str
        What the user passed.
    known : iterable of str
        Accepted names, usually a registry.

    Raises
    ------
    ValueError
        If `value` is not among `known`; the message lists them and suggests the closest.
    """
    names = list(known)
    if isinstance(value, str) and value in names:
        return value
    message = f"{name}={shown(value)} is not known; accepted: {', '.join(map(repr, names))}"
    close = difflib.get_close_matches(value, names, n=1) if isinstance(value, str) else []
    raise ValueError(f"{message}. Did you mean {close[0]!r}?" if close else message)


def check_int(name, value, minimum=None, maximum=None):
    """Return `value` as a Python int within [minimum, maximum].

    Raises
    ------
    TypeError
        If `value` is not an integer (bool is not one).
    ValueError
        If it is out of range.
    """
    accepted = f"an integer {_interval(minimum, maximum)}".rstrip()
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be {accepted}, got {shown(value)}")
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise ValueError(f"{name} must be {accepted}, got {shown(value)}")
    return int(value)


def check_real(name, value, minimum=None, maximum=None, *, open_minimum=False, open_maximum=False):
    """Return `value` as a finite Python float within the interval.

    Raises
    ------
    TypeError
        If `value` is not a real number (bool is not one).
    ValueError
        If it is not finite or out of range.
    """
    accepted = f"a number {_interval(minimum, maximum, open_minimum, open_maximum)}".rstrip()
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be {accepted}, got {shown(value)}")
    low = minimum is not None and (value <= minimum if open_minimum else value < minimum)
    high = maximum is not None and (value >= maximum if open_maximum else value > maximum)
    if low or high or not math.isfinite(value):
        raise ValueError(f"{name} must be {accepted}, got {shown(value)}")
    return float(value)


def check_bool(name, value):
    """Return `value` if it is True or False (NumPy's count too), else raise TypeError."""
    if type(value).__name__ not in ("bool", "bool_"):
        raise TypeError(f"{name} must be True or False, got {shown(value)}")
    return bool(value)


def check_n_jobs(n_jobs):
    """Raise TypeError or ValueError unless `n_jobs` is None or an integer other than 0."""
    if n_jobs is not None and check_int("n_jobs", n_jobs) == 0:
        raise ValueError("n_jobs must be None or an integer other than 0, got 0")


def check_verbose(value):
    """Return `verbose` as an int of at least 0; True is 1, as scikit-learn's MLP has it."""
    return int(value) if isinstance(value, bool) else check_int("verbose", value, 0)


def check_column(name, column, columns):
    """Raise ValueError unless `column`, what the parameter `name` is, is one of `columns`, once.

    The message suggests the closest.
    """
    columns = list(columns)
    if column not in columns:
        close = difflib.get_close_matches(str(column), [str(c) for c in columns], 1, 0.5)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"{name}={column!r} is not among the columns {columns}{hint}")
    check_once([column], columns)


def check_once(names, columns, what="df"):
    """Raise ValueError if one of `names` is there twice among the `columns` of the frame `what`."""
    columns = list(columns)
    for name in names:
        if columns.count(name) > 1:
            raise ValueError(f"{what} has the column {name!r} more than once")


def _interval(minimum, maximum, open_minimum=False, open_maximum=False):
    if minimum is None and maximum is None:
        return ""
    if maximum is None:
        return f"{'greater than' if open_minimum else 'of at least'} {minimum}"
    if minimum is None:
        return f"{'less than' if open_maximum else 'of at most'} {maximum}"
    left, right = "(" if open_minimum else "[", ")" if open_maximum else "]"
    return f"in {left}{minimum}, {maximum}{right}"


def as_generator(random_state):
    """Return a `numpy.random.Generator` for a scikit-learn `random_state`.

    None gives fresh entropy and leaves NumPy's global generator alone; a Generator is used as it
    is; a RandomState gives the seed.

    Raises
    ------
    ValueError
        If `random_state` is none of these nor a non-negative integer.
    """
    import numpy as np

    if isinstance(random_state, np.random.RandomState):
        random_state = int(random_state.randint(2**31 - 1))
    try:
        return np.random.default_rng(random_state)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "random_state must be None, a non-negative integer, a numpy.random.Generator or a "
            f"numpy.random.RandomState, got {random_state!r}"
        ) from error
