"""Fits that happen wholly or not at all."""

import contextlib


@contextlib.contextmanager
def all_or_nothing(estimator):
    """Put the attributes of `estimator` back as they were if the block raises.

    A refit that fails must not leave half of its results beside half of those before. Objects that
    are changed in place are not put back: make new ones inside the block.
    """
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise
