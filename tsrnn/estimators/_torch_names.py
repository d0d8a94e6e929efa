"""What a PyTorch state dict holds: whose parameter each name is, and the network they make up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tsrnn.network import Network
from tsrnn.network.layer import PARAMETERS

# Rows of weight_hh per unit -> cell. An nn.RNN with relu has the shapes of one with tanh.
CELL_OF_GATES = {1: "rnn", 3: "gru", 4: "lstm"}
# Cells that PyTorch has -> the one that is read off their shapes.
SHAPED_LIKE = {cell: cell for cell in CELL_OF_GATES.values()} | {"rnn_relu": "rnn"}
_RECURRENT = re.compile(rf"(|.*\.)({'|'.join(PARAMETERS)})_l(\d+)(|_reverse)")
_HEAD = re.compile(r"(|.*\.)(weight|bias)")
_SHOWN = 4


@dataclass(frozen=True)
class Weights:
    """A network read off a state dict.

    Attributes
    ----------
    structure : dict
        `cell` ("rnn" for any `torch.nn.RNN`), `hidden_layer_sizes`, `bidirectional`.
    n_features, n_outputs : int
    values : dict of str to ndarray
        By the names of `Network.layout`, all of one dtype.
    """

    structure: dict
    n_features: int
    n_outputs: int
    values: dict

    @property
    def dtype(self):
        """Of the values, float32 or float64."""
        return self.values["head.bias"].dtype

    def theta(self, layout):
        """Return the values as a flat vector (layout.size,)."""
        theta = np.empty(layout.size, self.dtype)
        for name, view in layout.views(theta).items():
            view[...] = self.values[name]
        return theta


def read_state_dict(state_dict):
    """Return the `Weights` in a mapping of name to array.

    Raises
    ------
    TypeError
        If `state_dict` is not a mapping with text as keys, or a value is not an array of numbers.
    ValueError
        If names are missing or unexpected, a shape is wrong, or a value is not finite.
    """
    if not isinstance(state_dict, Mapping):
        hint = ": pass its state_dict()" if hasattr(state_dict, "state_dict") else ""
        raise TypeError(
            "state_dict must be a mapping of names to arrays, got "
            f"{type(state_dict).__name__}{hint}"
        )
    given = _given_names(state_dict)
    values = _read_values(state_dict, given)
    cell, sizes = _cell_and_sizes(values, given)
    for name in ("weight_ih_l0", "head.weight"):
        if values[name].ndim != 2:
            raise ValueError(
                f"state_dict[{given[name]!r}] must have 2 dimensions, got {values[name].ndim}"
            )
    n_features, n_outputs = values["weight_ih_l0"].shape[1], len(values["head.weight"])
    structure = {
        "cell": cell,
        "hidden_layer_sizes": sizes,
        "bidirectional": "weight_hh_l0_reverse" in values,
    }
    for name, shape in Network(n_features, n_outputs=n_outputs, **structure).layout.shapes.items():
        if values[name].shape != shape:
            raise ValueError(
                f"state_dict[{given[name]!r}] must have the shape {shape} beside the other "
                f"weights, got {values[name].shape}"
            )
    return Weights(structure, n_features, n_outputs, values)


def _given_names(names):
    """Return the network's name of each parameter -> its name among `names`."""
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"the keys of state_dict must be text, got {name!r}")
    matches = [match for name in names if (match := _RECURRENT.fullmatch(name))]
    # Module (in the mapping's order, which is that of their creation) -> numbers of its layers.
    layers = {}
    for match in matches:
        layers.setdefault(match[1], set()).add(match[3])
    directions = ("", "_reverse") if any(match[4] for match in matches) else ("",)
    wanted, first = {}, 0
    for module, numbers in layers.items():
        for layer in range(len(numbers)):
            for direction in directions:
                for kind in PARAMETERS:
                    wanted[f"{kind}_l{first + layer}{direction}"] = (
                        f"{module}{kind}_l{layer}{direction}"
                    )
        first += len(numbers)
    heads = dict.fromkeys(match[1] for name in names if (match := _HEAD.fullmatch(name)))
    head = next(iter(heads)) if len(heads) == 1 else "head."
    wanted |= {f"head.{kind}": f"{head}{kind}" for kind in ("weight", "bias")}
    _check_names(names, wanted, layers, heads)
    return wanted


def _check_names(names, wanted, modules, heads):
    if not modules:
        raise ValueError(
            "state_dict must hold the parameters of a torch.nn.RNN, LSTM or GRU ('weight_ih_l0', "
            f"...) and of a Linear, got {_listed(names)}"
        )
    if len(heads) != 1:
        raise ValueError(
            "state_dict must hold one torch.nn.Linear ('weight' and 'bias', with any prefix) "
            f"beside the recurrent layers, got {_listed(heads) if heads else 'none'}"
        )
    missing = [name for name in wanted.values() if name not in names]
    if missing:
        without_bias = all("bias" in name for name in missing)
        remedy = "; for modules with bias=False add zeros" if without_bias else ""
        raise ValueError(f"state_dict lacks {_listed(missing)}{remedy}")
    unexpected = [name for name in names if name not in wanted.values()]
    if unexpected:
        raise ValueError(
            "state_dict must hold nothing but recurrent layers and one Linear, got also "
            f"{_listed(unexpected)}"
        )


def _listed(names):
    names = list(names)
    shown = ", ".join(map(repr, names[:_SHOWN]))
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _read_values(state_dict, given):
    """Return the network's name of each parameter -> a new array, all of one dtype, finite."""
    arrays = {name: _as_array(key, state_dict[key]) for name, key in given.items()}
    wide = any(array.dtype == np.float64 for array in arrays.values())
    dtype = np.float64 if wide else np.float32
    values = {name: array.astype(dtype) for name, array in arrays.items()}
    for name, value in values.items():
        if not np.isfinite(value).all():
            raise ValueError(f"state_dict[{given[name]!r}] holds values that are not finite")
    return values


def _as_array(name, value):
    try:
        array = np.asarray(value)
        accepted = array.dtype.kind in "fiu"
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"state_dict[{name!r}] does not become an array: {error}") from error
    if not accepted:
        raise TypeError(f"state_dict[{name!r}] must hold real numbers, got {array.dtype}")
    return array


def _cell_and_sizes(values, given):
    gates, sizes = {}, []
    for name in values:
        if not name.startswith("weight_hh") or name.endswith("_reverse"):
            continue
        shape = values[name].shape
        n_gates = shape[0] / shape[1] if len(shape) == 2 and shape[1] else 0
        if n_gates not in CELL_OF_GATES:
            raise ValueError(
                f"state_dict[{given[name]!r}] must have the shape (G * n_units, n_units) with G = "
                f"1 (RNN), 3 (GRU) or 4 (LSTM), got {shape}"
            )
        gates[CELL_OF_GATES[n_gates]] = given[name]
        sizes.append(shape[1])
    if len(gates) > 1:
        kinds = ", ".join(f"{cell!r} in {name!r}" for cell, name in gates.items())
        raise ValueError(f"all recurrent layers must have one kind of cell, got {kinds}")
    return next(iter(gates)), tuple(sizes)


def torch_names(names, recurrent, head):
    """Return the network's name of each parameter -> its name in a PyTorch module.

    Parameters
    ----------
    names : iterable of str
        Names of `Network.layout`.
    recurrent : str or list of str
        Of the module with all layers, or of one module per layer.
    head : str

    Raises
    ------
    ValueError, TypeError
        As in `to_torch`.
    """
    matches = {name: _RECURRENT.fullmatch(name) for name in names}
    n_layers = 1 + max(int(match[3]) for match in matches.values() if match)
    one_each = isinstance(recurrent, list | tuple)
    modules = list(recurrent) if one_each else [recurrent]
    if not all(isinstance(module, str) for module in (*modules, head)):
        raise TypeError(f"recurrent and head must be text, got {recurrent!r} and {head!r}")
    if one_each and len(modules) != n_layers:
        raise ValueError(
            f"recurrent must name one module, or one for each of the {n_layers} layer(s), got "
            f"{recurrent!r}"
        )
    out = {}
    for name, match in matches.items():
        if match is None:
            out[name] = f"{_prefix(head)}{name.removeprefix('head.')}"
            continue
        layer = int(match[3])
        module, number = (modules[layer], 0) if one_each else (recurrent, layer)
        out[name] = f"{_prefix(module)}{match[2]}_l{number}{match[4]}"
    if len(set(out.values())) < len(out):
        raise ValueError(f"recurrent must name different modules, got {recurrent!r}")
    return out


def _prefix(module):
    return f"{module.removesuffix('.')}." if module else ""
