"""Labels of sequences and of time steps, and the weights of classes."""

import numpy as np
import pandas as pd
from sklearn.utils.validation import assert_all_finite, column_or_1d

from tsrnn._validation import check_real
from tsrnn.estimators._steps import inside, pad_steps


def check_labels(y):
    """Return labels as an array (n_samples,); ValueError if one is missing."""
    try:
        y = column_or_1d(y, warn=True)
    except ValueError:
        shape = np.asarray(y).shape
        if len(shape) < 2 or shape[1] < 2:
            raise
        raise ValueError(
            f"y must hold one label per sequence, got the shape {shape}: for one per time step set "
            "return_sequences=True"
        ) from None
    if y.dtype.kind == "f":
        assert_all_finite(y, input_name="y")
    if pd.isna(y).any():
        raise ValueError("Input y contains NaN or None: every sequence needs a label")
    return y


def labels_of_steps(y, lengths):
    """Return labels (n_samples, n_timesteps) and which of them there are.

    Not there are those at padded steps and those that are NaN or None.

    Raises
    ------
    ValueError
        If `y` has not one label for each time step, or none at all.
    """
    y = pad_steps(y, lengths)
    if y.ndim != 2:
        raise ValueError(f"y must hold one label per time step, got the shape {y.shape}")
    known = inside(lengths) & ~pd.isna(y)
    if not known.any():
        raise ValueError("y has no label at any time step")
    return y, known


def places_among(labels, classes, name="y"):
    """Return the place of each label in `classes`.

    Raises
    ------
    ValueError
        If one is not there.
    """
    place = {label: i for i, label in enumerate(classes.tolist())}
    unknown = [label for label in labels.tolist() if label not in place]
    if unknown:
        raise ValueError(
            f"{name} has the labels {unknown} that are not among the classes {classes}"
        )
    return np.array([place[label] for label in labels.tolist()], np.intp)


def class_weights(class_weight, classes, count):
    """Return the weight of each class.

    Parameters
    ----------
    class_weight : dict or "balanced"
        Of classes not in the dict it is 1. "balanced" gives each class of which there is something
        the same total; King and Zeng (2001), Political Analysis 9.
    classes : ndarray of shape (n_classes,)
    count : ndarray of shape (n_classes,)
        Weight of the labels of each class.

    Raises
    ------
    ValueError, TypeError
        If `class_weight` is neither, a key of the dict is not a class, or a value not a number of
        at least 0.
    """
    if isinstance(class_weight, dict):
        per_class = np.ones(len(classes))
        places = places_among(np.array([*class_weight], object), classes, "class_weight")
        for place, (label, value) in zip(places, class_weight.items(), strict=True):
            per_class[place] = check_real(f"class_weight[{label!r}]", value, 0)
        return per_class
    if not isinstance(class_weight, str) or class_weight != "balanced":
        raise ValueError(f"class_weight must be a dict, 'balanced' or None, got {class_weight!r}")
    return count.sum() / (len(classes) * np.where(count > 0, count, 1))
