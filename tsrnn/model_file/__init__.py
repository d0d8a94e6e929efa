"""Model files: one zip of JSON and .npy arrays, no pickle, safe to open from anywhere.

Low layer: it knows the classes it may rebuild by name only, and imports them when a file needs
them.
"""

from tsrnn.model_file.errors import ModelFileError
from tsrnn.model_file.model import SaveMixin, load

__all__ = ["ModelFileError", "SaveMixin", "load"]
