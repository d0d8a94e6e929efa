"""`save` and `load`: a model to a file and back."""

import json
import os
import stat

from tsrnn.model_file.errors import ModelFileError


class SaveMixin:
    """Gives a model `save`; its class is in `tsrnn.model_file.registry.CLASSES`."""

    def save(self, path):
        """Save the model, fitted or not, to one file for `tsrnn.load`.

        The file is a zip of JSON and .npy arrays without pickle, safe to open wherever it comes
        from. It appears whole or not at all: if saving fails, an earlier file of that name stays.
        A loaded model predicts, and goes on learning, as this one would.

        Parameters
        ----------
        path : str or PathLike
            Replaced if it exists.

        Raises
        ------
        TypeError
            If `path` is neither, or if the model holds what such a file cannot: a function (as
            `threshold`, say), an estimator of another library, an object of a subclass of yours.
            `joblib.dump` saves those.
        ValueError
            If the model takes more than 2 GiB, or its parameters were changed after `fit` so that
            they no longer fit what was learnt.
        OSError
            If the file cannot be written.

        Examples
        --------
        >>> import os, tempfile, numpy as np, tsrnn
        >>> X = np.random.default_rng(0).normal(size=(50, 8))
        >>> model = tsrnn.RNNRegressor(max_iter=2, random_state=0).fit(X, X[:, -1])
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     path = os.path.join(directory, "model.tsrnn")
        ...     model.save(path)
        ...     same = tsrnn.load(path)
        >>> bool((same.predict(X) == model.predict(X)).all())
        True
        """
        from tsrnn import __version__
        from tsrnn.model_file.atomic import replacing
        from tsrnn.model_file.container import DOCUMENT, check_sizes, write_container
        from tsrnn.model_file.pools import PoolWriter
        from tsrnn.model_file.tree import Encoder

        path = _check_path(path)
        pools = PoolWriter()
        node = Encoder(pools, type(self).__name__).encode(self)
        document = json.dumps(node, allow_nan=False, separators=(",", ":")).encode()
        members = {DOCUMENT: (len(document), lambda: [document]), **pools.members()}
        check_sizes(members)
        with replacing(path) as stream:
            write_container(stream, members, __version__)


def load(path):
    """Load a model that `save` wrote.

    Nothing in the file is ever run: it may come from a source that is not trusted. What it says may
    still be nonsense; then predictions are nonsense, or raise.

    Parameters
    ----------
    path : str or PathLike
        A file of this or an earlier version of tsrnn, at most 2 GiB.

    Returns
    -------
    model
        Of the class that was saved.

    Raises
    ------
    tsrnn.ModelFileError
        A ValueError: the file is not a model file, is damaged or altered, holds what does not fit
        together, or was written by a later version.
    TypeError
        If `path` is neither a str nor a PathLike.
    OSError
        If the file does not exist or cannot be read.

    Examples
    --------
    >>> import os, tempfile, pandas as pd, tsrnn
    >>> y = pd.Series([3.0, 5.0, 4.0], index=pd.date_range("2024", periods=3))
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     path = os.path.join(directory, "naive.tsrnn")
    ...     tsrnn.baselines.Naive(h=2).fit(y).save(path)
    ...     model = tsrnn.load(path)
    >>> model.predict().to_list()
    [4.0, 4.0]
    """
    path = _check_path(path)
    # A pipe or device could keep its reader waiting for ever.
    if not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path):
        raise ModelFileError(f"{path}: not a regular file")
    with open(path, "rb") as stream:
        try:
            return _read_model(stream)
        except ModelFileError as error:
            raise ModelFileError(f"{path}: {error}") from error.__cause__
        except Exception as error:
            # Whatever goes wrong in here, it is the file that is wrong.
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise ModelFileError(f"{path}: damaged or altered ({reason[:300]})") from error


def _read_model(stream):
    from tsrnn.model_file.container import DOCUMENT, read_container
    from tsrnn.model_file.pools import PoolReader
    from tsrnn.model_file.tree import Decoder

    members = read_container(stream)
    node = json.loads(members.pop(DOCUMENT), parse_constant=_refuse_constant)
    pools = PoolReader(members)
    del members
    model = Decoder(pools).decode(node)
    if not isinstance(model, SaveMixin):
        raise ModelFileError("it holds no model")
    pools.check_used_up()
    return model


def _refuse_constant(name):
    raise ModelFileError(f"its JSON has {name}, which JSON has not")


def _check_path(path):
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be a str or PathLike, got {path!r}")
    return os.fsdecode(path)
