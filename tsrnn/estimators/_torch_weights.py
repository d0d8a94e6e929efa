"""Weights from PyTorch modules and back, by name; PyTorch itself is not imported."""

from types import MethodType

import numpy as np

from tsrnn._transaction import all_or_nothing
from tsrnn._validation import check_bool, check_choice
from tsrnn.estimators._torch_names import SHAPED_LIKE, read_state_dict, torch_names
from tsrnn.network import SOLVERS
from tsrnn.network.stack import check_layer_sizes


class class_or_instance_method(classmethod):
    """A method that gets the class when called on it, and the object when called on one."""

    def __get__(self, instance, owner=None):
        return MethodType(self.__func__, owner if instance is None else instance)


class TorchWeights:
    """What regressor and classifier share of `from_torch`; `to_torch`."""

    def to_torch(self, recurrent="", head="head"):
        """Return the weights by the names that PyTorch's `load_state_dict` takes.

        Parameters
        ----------
        recurrent : str or list of str, default ""
            Name of the recurrent module in the module that will load them: "lstm" gives
            ``lstm.weight_ih_l0`` and so on, "" the names of the recurrent module itself. A
            `torch.nn.LSTM` has layers of one size; for others, make one module per layer and list
            their names.
        head : str, default "head"
            Name of the `torch.nn.Linear`.

        Returns
        -------
        dict of str to ndarray
            Copies, in PyTorch's order of gates. The head reads what `from_torch` says.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit` or `from_torch`.
        ValueError
            If PyTorch has no such cell or layers (`dilations`, `residual`), `recurrent` lists
            another number of modules than there are layers, or modules share a name.
        TypeError
            If a name is not text.

        Examples
        --------
        >>> import numpy as np
        >>> from tsrnn import RNNRegressor
        >>> X = np.zeros((4, 5, 3), np.float32)
        >>> model = RNNRegressor("lstm", (8,), max_iter=1, random_state=0).fit(X, [0, 1, 0, 1])
        >>> for name, array in model.to_torch(recurrent="lstm", head="fc").items():
        ...     print(name, array.shape)
        lstm.weight_ih_l0 (32, 3)
        lstm.weight_hh_l0 (32, 8)
        lstm.bias_ih_l0 (32,)
        lstm.bias_hh_l0 (32,)
        fc.weight (1, 8)
        fc.bias (1,)

        With PyTorch, where ``net.lstm`` is ``LSTM(3, 8, batch_first=True)`` and ``net.fc`` is
        ``Linear(8, 1)``::

            weights = model.to_torch(recurrent="lstm", head="fc")
            net.load_state_dict({name: torch.as_tensor(w) for name, w in weights.items()})
        """
        values = self.coefs_
        check_choice("cell", self.cell, SHAPED_LIKE)
        _check_plain(self)
        names = torch_names(values, recurrent, head)
        return {names[name]: value.copy() for name, value in values.items()}

    def _load(self, weights):
        """Become a model fitted with `weights` and nothing else; the structure is checked."""
        _check_structure(self, weights.structure)
        solver = SOLVERS[check_choice("solver", self.solver, SOLVERS)]
        for name in [n for n in vars(self) if n.endswith("_") and not n.startswith("_")]:
            delattr(self, name)
        network = self._make_network(weights.n_features, weights.n_outputs)
        self.theta_ = weights.theta(network.layout)
        self._solver = solver(self.theta_.size, self.theta_.dtype)
        self._n_inputs = self.n_features_in_ = weights.n_features
        self._fitted_on_rows = False
        self.loss_curve_, self.validation_scores_ = [], []
        self.best_loss_, self.n_iter_ = np.inf, 0


class RegressorTorchWeights(TorchWeights):
    """`from_torch` of the regressor."""

    @class_or_instance_method
    def from_torch(target, state_dict, **parameters):
        """Take over the weights of a `torch.nn.RNN`, `LSTM` or `GRU` and a `Linear` on top.

        Called on the class, it makes a model: the cell, the sizes of the layers and whether they
        are bidirectional are read off the shapes. Called on a model, fitted or not, it replaces
        the weights of that model, whose parameters must agree with the shapes.

        Parameters
        ----------
        state_dict : mapping of str to array-like
            What `Module.state_dict()` returns, or arrays by the same names. Names end as PyTorch's
            do: ``weight_ih_l0``, ``weight_hh_l0``, ``bias_ih_l0``, ``bias_hh_l0``, ... of the
            recurrent module, ``weight`` and ``bias`` of the head, with any prefixes
            (``lstm.weight_ih_l0``, ``fc.weight``). Several recurrent modules, layers of different
            sizes say, are stacked in the order of the mapping.
        **parameters
            Constructor parameters of the new model. ``cell="rnn_relu"`` is needed for
            ``torch.nn.RNN(nonlinearity="relu")``, whose shapes are those of tanh.
            ``return_sequences=True`` applies the head to every time step.

        Returns
        -------
        RNNRegressor
            Fitted: predicts, and `partial_fit` or ``warm_start`` go on from these weights with a
            new solver. float64 if a weight is, else float32. One output is predicted as a 1-D `y`.
            Sequences may have any length, 2-D rows too, for which `n_channels` is to be the number
            of features per time step.

        Raises
        ------
        ValueError
            If a name is missing or unexpected, there is not exactly one head, a shape does not fit
            the others or the parameters, or a weight is not finite.
        TypeError
            If `state_dict` is not a mapping of text to arrays, a parameter is not known, or
            parameters are given where there is a model already.

        Notes
        -----
        The head reads the last layer's state after a sequence's last step and, where
        bidirectional, beside it the state of the backward direction after the sequence's first
        step: ``torch.cat([h_n[-2], h_n[-1]], dim=1)``. That is not ``out[:, -1]``, whose backward
        half has seen the last step only. With ``return_sequences=True`` the head reads ``out``.

        Examples
        --------
        >>> import numpy as np
        >>> from tsrnn import RNNRegressor
        >>> rng = np.random.default_rng(0)
        >>> shapes = {
        ...     "gru.weight_ih_l0": (12, 2), "gru.weight_hh_l0": (12, 4), "gru.bias_ih_l0": (12,),
        ...     "gru.bias_hh_l0": (12,), "fc.weight": (1, 4), "fc.bias": (1,),
        ... }
        >>> state_dict = {name: rng.normal(size=shape) for name, shape in shapes.items()}
        >>> model = RNNRegressor.from_torch(state_dict)
        >>> model.cell, model.hidden_layer_sizes, model.n_features_in_
        ('gru', (4,), 2)
        >>> model.predict(rng.normal(size=(5, 10, 2))).shape
        (5,)
        """
        weights = read_state_dict(state_dict)
        model = _model(target, weights, parameters)
        with all_or_nothing(model):
            model._load(weights)
            model.n_outputs_, model._squeeze = weights.n_outputs, weights.n_outputs == 1
            model._make_loss()
        return model


class ClassifierTorchWeights(TorchWeights):
    """`from_torch` of the classifier."""

    @class_or_instance_method
    def from_torch(target, state_dict, *, classes=None, **parameters):
        """Take over the weights of a `torch.nn.RNN`, `LSTM` or `GRU` and a `Linear` on top.

        As `RNNRegressor.from_torch`; the head gives the logits of the classes.

        Parameters
        ----------
        state_dict : mapping of str to array-like
            As in `RNNRegressor.from_torch`.
        classes : array-like of shape (n_classes,), optional
            Label of each of the head's outputs, in their order. Default the model's, if it is
            fitted, else 0, 1, .... `classes_` is sorted, and the head's rows with it.
        **parameters
            As in `RNNRegressor.from_torch`.

        Returns
        -------
        RNNClassifier
            As in `RNNRegressor.from_torch`.

        Raises
        ------
        ValueError
            As in `RNNRegressor.from_torch`; if `classes` are not different labels, one for each
            output of the head, or the head has a single output.
        TypeError
            As in `RNNRegressor.from_torch`.

        Examples
        --------
        >>> import numpy as np
        >>> from tsrnn import RNNClassifier
        >>> X = np.zeros((4, 5, 3), np.float32)
        >>> trained = RNNClassifier(max_iter=1, random_state=0).fit(X, ["no", "yes", "no", "yes"])
        >>> model = RNNClassifier.from_torch(trained.to_torch(), classes=["no", "yes"])
        >>> bool((model.predict_proba(X) == trained.predict_proba(X)).all())
        True
        """
        weights = read_state_dict(state_dict)
        if weights.n_outputs == 1:
            raise ValueError(
                "a head with one output gives no classes; for a sigmoid, put a row of zeros before "
                "its weight and a zero before its bias"
            )
        model = _model(target, weights, parameters)
        if classes is None:
            classes = getattr(model, "classes_", np.arange(weights.n_outputs))
        classes = np.asarray(classes)
        labels, order = np.unique(classes, return_index=True)
        if classes.shape != labels.shape or len(labels) != weights.n_outputs:
            raise ValueError(
                f"classes must be {weights.n_outputs} different labels, one for each output of the "
                f"head, got {classes}"
            )
        for name in ("head.weight", "head.bias"):
            weights.values[name] = weights.values[name][order]
        with all_or_nothing(model):
            model._load(weights)
            model.classes_ = model._given_classes = labels
        return model


def _model(target, weights, parameters):
    """Return `target`, or a new model of the weights' structure if it is a class."""
    if isinstance(target, type):
        return target(**weights.structure | parameters)
    if parameters:
        raise TypeError(
            f"{', '.join(parameters)}: parameters are for {type(target).__name__}.from_torch, "
            "called on the class; this model has its own"
        )
    return target


def _check_plain(model):
    """Raise ValueError unless PyTorch's recurrent modules have layers such as those of `model`."""
    network = model._make_network(1, 1)
    if not network.plain:
        raise ValueError(
            "PyTorch's recurrent modules have neither dilations nor residual connections, got "
            f"dilations={model.dilations!r}, residual={model.residual!r}"
        )


def _check_structure(model, found):
    """Raise ValueError if the parameters of `model` are not those of the weights."""
    given = {
        "cell": SHAPED_LIKE[check_choice("cell", model.cell, SHAPED_LIKE)],
        "hidden_layer_sizes": check_layer_sizes(model.hidden_layer_sizes),
        "bidirectional": check_bool("bidirectional", model.bidirectional),
    }
    for name, value in given.items():
        if value != found[name]:
            raise ValueError(
                f"{name}={getattr(model, name)!r} does not agree with state_dict, which holds "
                f"{found[name]!r}; {type(model).__name__}.from_torch(state_dict), on the class, "
                "reads the structure off the shapes"
            )
    _check_plain(model)
