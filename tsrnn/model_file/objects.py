"""Objects of tsrnn as JSON: the name of the class and the attributes."""

import dataclasses
import inspect

from tsrnn.model_file import registry


def write_object(value, encoder):
    """Class, attributes and, from 2 on, the version of what they mean."""
    cls = type(value)
    name = registry.name_of(cls)
    if name is None:
        encoder.refuse(value)
    nodes = {key: encoder.encode(part, f".{key}") for key, part in vars(value).items()}
    encoder.parts.append(value)
    if hasattr(value, "_check_loaded"):
        value._check_loaded(encoder.parts)
    version = getattr(cls, "_state_version", 1)
    return [name, nodes] if version == 1 else [name, nodes, version]


def read_object(payload, decoder):
    """Inverse of `write_object`; attributes of earlier versions are brought up to date."""
    name, nodes, *versions = payload
    if name not in registry.CLASSES:
        raise ValueError(f"the class {name!r} is unknown to this version of tsrnn")
    cls = registry.find(registry.CLASSES[name])
    for key in nodes:
        # What is called on an object is the class's, never the file's.
        if not key.isidentifier() or key.startswith("__") or callable(getattr(cls, key, None)):
            raise ValueError(f"{name} cannot have an attribute {key!r}")
    state = {key: decoder.decode(node) for key, node in nodes.items()}
    state = _up_to_date(cls, name, state, *versions)
    value = object.__new__(cls)
    vars(value).update(state)
    decoder.parts.append(value)
    if hasattr(value, "_check_loaded"):
        value._check_loaded(decoder.parts)
    return value


def _up_to_date(cls, name, state, version=1):
    current = getattr(cls, "_state_version", 1)
    if type(version) is not int or not 1 <= version <= current:
        raise ValueError(f"{name} has the version {version}, this tsrnn knows up to {current}")
    if version < current:
        state = cls._upgrade_state(state, version)
    if dataclasses.is_dataclass(cls):
        return _with_field_defaults(cls, name, state)
    if hasattr(cls, "get_params"):
        return _with_parameter_defaults(cls, name, state)
    return state


def _with_field_defaults(cls, name, state):
    for field in dataclasses.fields(cls):
        if field.name in state:
            continue
        if field.default_factory is not dataclasses.MISSING:
            state[field.name] = field.default_factory()
        elif field.default is not dataclasses.MISSING:
            state[field.name] = field.default
        else:
            raise ValueError(f"{name} lacks {field.name}")
    return state


def _with_parameter_defaults(cls, name, state):
    for key, parameter in list(inspect.signature(cls.__init__).parameters.items())[1:]:
        if key not in state and parameter.default is parameter.empty:
            raise ValueError(f"{name} lacks the parameter {key}")
        state.setdefault(key, parameter.default)
    return state


def write_network(network, encoder):
    """Arguments of the constructor; the cell by its name."""
    arguments = {key: getattr(network, key) for key in inspect.signature(type(network)).parameters}
    cells = registry.find(registry.CELLS)
    arguments["cell"] = next(name for name, cell in cells.items() if cell is network.cell)
    return encoder.encode(arguments)


def read_network(payload, decoder):
    """Inverse of `write_network`."""
    return registry.find(registry.NETWORK)(**decoder.decode(payload))
