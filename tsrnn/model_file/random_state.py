"""Random number generators with their state, so that a loaded model draws on where it was."""

import numpy as np

# PCG64 is that of `default_rng`, MT19937 that of RandomState.
_BIT_GENERATORS = {"PCG64": np.random.PCG64, "MT19937": np.random.MT19937}
_MT19937_WORDS = 624


def write_generator(value, encoder):
    """State of the bit generator under a `numpy.random.Generator`."""
    if type(value.bit_generator).__name__ not in _BIT_GENERATORS:
        encoder.refuse(value)
    return encoder.encode(value.bit_generator.state)


def read_generator(payload, decoder):
    """Inverse of `write_generator`."""
    state = decoder.decode(payload)
    bit_generator = _BIT_GENERATORS[state["bit_generator"]](0)
    _check_state(state)
    bit_generator.state = state
    return np.random.Generator(bit_generator)


def write_random_state(value, encoder):
    """State of a `numpy.random.RandomState`."""
    state = value.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":
        encoder.refuse(value)
    return encoder.encode(state)


def read_random_state(payload, decoder):
    """Inverse of `write_random_state`."""
    state = decoder.decode(payload)
    _check_state(state)
    generator = np.random.RandomState(0)
    generator.set_state(state)
    return generator


def _check_state(state):
    """Raise ValueError for a place outside the words, which NumPy would read unchecked."""
    if state["bit_generator"] != "MT19937":
        return
    place, words = state["state"]["pos"], state["state"]["key"]
    if (
        type(place) is not int
        or not 0 <= place <= _MT19937_WORDS
        or not isinstance(words, np.ndarray)
        or words.shape != (_MT19937_WORDS,)
        or words.dtype != np.uint32
    ):
        raise ValueError("the state of a random number generator is impossible")
