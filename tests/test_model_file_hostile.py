"""Well-formed files with right checksums that say what no model would."""

import contextlib
import copy
import json
import random
import warnings

import numpy as np
import pytest
from forged_files import assert_refused, nodes_of, npy, put_together, take_apart
from model_samples import answers, fitted

import tsrnn
from tsrnn import ModelFileError, RNNDetector, RNNForecaster, RNNRegressor, baselines


@pytest.fixture(scope="module")
def regressor(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "regressor.tsrnn"
    fitted(RNNRegressor, hidden_layer_sizes=(3,)).save(path)
    return path


@pytest.fixture
def forge(regressor, tmp_path):
    """Write the regressor's file with its attributes changed; return the path."""

    def write(members=None, **attributes):
        tree, others = take_apart(regressor)
        tree["object"][1].update(attributes)
        put_together(tmp_path / "forged", tree, others | (members or {}))
        return tmp_path / "forged"

    return write


@pytest.mark.parametrize(
    "node",
    [
        {"object": ["Popen", {"args": "true"}]},
        {"object": ["tsrnn.cli:main", {}]},
        {"object": ["Plan", {"__class__": 1}]},
        {"object": ["RNNRegressor", {"predict": 1}]},
        {"object": ["Plan", {}, 2]},
        {"object": ["Season", {"multiplicative": True}]},
        {"reduce": ["os.system", "true"]},
        {"offset": ["to_offset", 1, False, {}]},
        {"offset": ["BusinessHour", 1, False, {}]},
        {"timestamp": [0, "ns", "../../../etc/passwd"]},
        {"timestamp": [0, "ns", "dateutil//etc/passwd"]},
        {"timestamp": [0, "fortnights", None]},
        {"dtype": ["O", None]},
        {"dtype": ["float32", "Europe/Berlin"]},
        {"scalar": ["object", 1]},
        {"scalar": ["V8", 1]},
        {"array": ["float64", [10**15], "C"]},
        {"array": ["float64", [-1], "C"]},
        {"array": ["float64", [1.0], "C"]},
        {"array": ["float64", [1, 1], "C"]},
        {"array": ["complex128", [1], "C"]},
        {"array": ["object", [10**12], "C", []]},
        {"array": ["U100000000", [1], "C", [""]]},
        {"array": ["U2", [2], "C", ["a", "bcd"]]},
        {"array": ["U2", [1], "C", [["a"]]]},
        {"extension": ["pickle", []]},
        {"extension": ["category", [0, 9], {"index": ["range", [None], 0, 2, 1]}, False]},
        {"index": ["multi", [None], [{"index": ["range", [None], 0, 2, 1]}], [[5]]]},
        {"index": ["range", [[]], 0, 2, 1]},
        {"dict": [[[], 1]]},
        {"dict": [[i * (2**61 - 1), 0] for i in range(1000)]},
        {"ref": 10**6},
        {"ref": -1},
        {"ref": 0},
        {"float": "1"},
        {"list": [], "dict": []},
        [],
        {"list": [{"ref": 0}], "id": 0},
        {"list": [], "id": []},
        {},
        {"network": {"dict": [["n_features", 1]]}},
        {"generator": {"dict": [["bit_generator", "PCG64"], ["state", 3]]}},
        {"generator": {"dict": [["bit_generator", "system"]]}},
    ],
    ids=lambda node: json.dumps(node)[:60],
)
def test_well_formed_files_with_impossible_values(forge, node):
    assert_refused(forge(random_state=node))


@pytest.mark.parametrize("place", [-1, 625, 10**9, 1.0])
def test_places_outside_the_state_of_a_generator(forge, place):
    words = {"array": ["uint32", [624], "C"]}
    state = {"dict": [["key", words], ["pos", place]]}
    node = {"dict": [["bit_generator", "MT19937"], ["state", state]]}
    members = {"uint32.npy": npy(np.arange(624, dtype=np.uint32))}
    assert_refused(forge(members, random_state={"generator": node}), "impossible")
    extra = [["has_gauss", 0], ["gauss", 0.0]]
    node = {"dict": node["dict"] + extra}
    assert_refused(forge(members, random_state={"random_state": node}), "impossible")


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 10**6, b'{"list": ' * 10**5 + b"1", b"NaN", b"", b"[", b"\xff", b"1" * 10**5, b"{}",
        b'{"tuple": []}', b"3",
    ],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_documents_that_hold_no_model(tmp_path, text):
    put_together(tmp_path / "forged", text, {})
    assert_refused(tmp_path / "forged")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("float64.npy", npy(np.array([len], object), allow_pickle=True)),
        ("float64.npy", npy(np.zeros(3, np.float32))),
        ("float64.npy", npy(np.zeros((2, 2)))),
        ("float64.npy", npy(np.zeros(3))[:-8]),
        ("float64.npy", npy(np.zeros(3)) + b"\0" * 8),
        ("float64.npy", npy(np.zeros(3), version=(2, 0))),
        ("float64.npy", npy(np.zeros(3)).replace(b"(3,)", b"(10**15,)")),
        ("float64.npy", npy(np.zeros(2000))),
        ("float64.npy", b"no array"),
        ("bool.npy", npy(np.zeros(3, np.uint8)).replace(b"|u1", b"|b1")[:-1] + b"\7"),
        ("int8.npy", npy(np.zeros(3, np.int8))),
    ],
)
def test_arrays_that_are_not_what_they_say(regressor, tmp_path, name, data):
    tree, members = take_apart(regressor)
    put_together(tmp_path / "forged", tree, members | {name: data})
    assert_refused(tmp_path / "forged")


@pytest.mark.parametrize(
    "attributes",
    [
        {"hidden_layer_sizes": 300},
        {"hidden_layer_sizes": [3, 3]},
        {"_n_inputs": 7},
        {"cell": "lstm"},
        {"bidirectional": True},
        {"theta_": {"array": ["float64", [8], "C"]}},
        {"theta_": [0.0]},
        {"_solver": {"object": ["Adam", {"mean": [], "square": [], "n_steps": 1}]}},
        {"_solver": {"object": ["SGD", {"velocity": {"array": ["bool", [0], "C"]}}]}},
    ],
    ids=str,
)
def test_weights_that_do_not_fit_the_network(forge, attributes):
    # Kernels would read and write beyond the ends of the arrays.
    assert_refused(forge(**attributes))


def test_a_network_inside_a_detector_that_reads_more_than_there_is(tmp_path):
    fitted(RNNDetector, method="forecast", hidden_layer_sizes=(2,)).save(tmp_path / "detector")
    tree, members = take_apart(tmp_path / "detector")
    (network,) = (node for node, key in nodes_of(tree) if key == "network" and len(node) == 1)
    arguments = network["network"]["dict"]
    (n_features,) = (pair for pair in arguments if pair[0] == "n_features")
    n_features[1] = 40
    put_together(tmp_path / "forged", tree, members)
    assert_refused(tmp_path / "forged", r"theta_ must be \d+ float32")


@pytest.mark.parametrize("inputs", [{"list": [0, 1]}, {"array": ["bool", [2], "C"]}])
def test_input_channels_that_are_no_numbers_of_channels(tmp_path, inputs):
    fitted(RNNDetector, method="forecast", hidden_layer_sizes=(2,)).save(tmp_path / "detector")
    tree, members = take_apart(tmp_path / "detector")
    (channels,) = (node["inputs_"] for node, key in nodes_of(tree) if key == "inputs_")
    taken = channels["array"][1][0]
    channels.clear()
    channels.update(inputs)
    # The mask has as many elements as the network has inputs, but chooses one.
    first = np.array([True] * (taken - 1) + [False])
    put_together(tmp_path / "forged", tree, members | {"bool.npy": npy(first)})
    assert_refused(tmp_path / "forged")


STRANGE = [None, -1, 0, 1, 7, 1e300, "x", [], True, {"tuple": [3]}, {"ref": 1}, {"ref": 5}]


@pytest.mark.parametrize("cls", [RNNRegressor, RNNForecaster, RNNDetector, baselines.Naive])
@pytest.mark.filterwarnings("ignore")
def test_altered_files_with_right_checksums_do_no_harm(cls, tmp_path):
    fitted(cls).save(tmp_path / "whole")
    tree, members = take_apart(tmp_path / "whole")
    rng, n_loaded = random.Random(0), 0
    for _ in range(150):
        forged = copy.deepcopy(tree)
        container, key = rng.choice(list(nodes_of(forged)))
        container[key] = rng.choice(STRANGE)
        put_together(tmp_path / "forged", forged, members)
        try:
            model = tsrnn.load(tmp_path / "forged")
        except ModelFileError:
            continue
        n_loaded += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Nonsense may raise anything, but must not end the process.
            with contextlib.suppress(Exception):
                answers(model)
    assert n_loaded > 10
