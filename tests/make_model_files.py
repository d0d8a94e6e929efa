"""Writes the model files in ``data``, which every later version must load.

Run ``python tests/make_model_files.py`` for a new version of the format, which gets a directory of
its own, or for a new model (names on the command line). What a release has written stays as it is.
"""

import sys
from pathlib import Path

import numpy as np
from model_samples import MODELS, REFUSED, answers, fitted

from tsrnn.model_file.container import VERSION

DIRECTORY = Path(__file__).parent / "data" / f"model_files_v{VERSION}"
SMALL = {"hidden_layer_sizes": (2,), "window": 4}


def numbers(model):
    """Return the numbers in a model's last answers, shape (at most 20, n_columns)."""
    return answers(model).select_dtypes("number").to_numpy(np.float64)[-20:]


def main(*names):
    """Write one file for each model (default: all public ones), and what it answers."""
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    expected = {}
    if (DIRECTORY / "expected.npz").exists():
        with np.load(DIRECTORY / "expected.npz") as file:
            expected = dict(file)
    for name in names or MODELS.keys() - REFUSED.keys():
        cls = MODELS[name]
        small = {k: v for k, v in SMALL.items() if k in cls._get_param_names()}
        model = fitted(cls, **small)
        model.save(DIRECTORY / f"{name}.tsrnn")
        expected[name] = numbers(model)
    np.savez_compressed(DIRECTORY / "expected.npz", **{n: expected[n] for n in sorted(expected)})


if __name__ == "__main__":
    main(*sys.argv[1:])
