"""What is raised for a file that is no good model file."""


class ModelFileError(ValueError):
    """The file is not a model file, is damaged, or was written by a later version.

    Examples
    --------
    >>> import tempfile, tsrnn
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     tsrnn.load(file.name)
    Traceback (most recent call last):
    ...
    tsrnn.model_file.errors.ModelFileError: ...: not a tsrnn model file, or cut short
    """
