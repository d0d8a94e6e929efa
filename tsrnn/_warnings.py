"""Warnings that point to the user's line."""

import sys
import warnings


def warn_user(message, category=UserWarning):
    """Warn at the innermost line outside the package, however deep inside this was called."""
    frame, level = sys._getframe(), 1
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] == "tsrnn":
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
