"""Files of earlier versions load: kept ones, and those of classes that have changed since."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from forged_files import put_together, take_apart
from make_model_files import numbers
from model_samples import fitted

import tsrnn
from tsrnn import ModelFileError, RNNRegressor, baselines
from tsrnn.model_file import SaveMixin, registry

KEPT = sorted((Path(__file__).parent / "data").glob("model_files_v*/*.tsrnn"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name[-2:]}-{path.stem}")
def test_kept_files_load_and_answer_as_when_they_were_written(path):
    # If a change of yours fails here, its class needs `_upgrade_state` (or, as long as no release
    # has written version 1, the files may be made anew by make_model_files.py).
    model = tsrnn.load(path)
    assert type(model).__name__ == path.stem
    with np.load(path.with_name("expected.npz")) as file:
        expected = file[path.stem]
    # Other processors sum in another order.
    np.testing.assert_allclose(numbers(model), expected, rtol=1e-3, atol=1e-5)


def test_there_are_kept_files_of_the_first_version():
    names = {path.stem for path in KEPT if path.parent.name == "model_files_v1"}
    assert names >= {"RNNRegressor", "RNNClassifier", "RNNForecaster", "RNNDetector", "Naive"}


def test_parameters_added_later_get_their_default(tmp_path):
    fitted(RNNRegressor).save(tmp_path / "new")
    tree, members = take_apart(tmp_path / "new")
    for name in ("shuffle", "learning_rate", "_fitted_on_rows"):
        del tree["object"][1][name]
    put_together(tmp_path / "old", tree, members)
    model = tsrnn.load(tmp_path / "old")
    assert model.shuffle is True
    assert model.learning_rate == "constant"


def test_a_parameter_without_default_must_be_there(tmp_path):
    tsrnn.RNNForecaster(3).save(tmp_path / "new")
    tree, members = take_apart(tmp_path / "new")
    del tree["object"][1]["h"]
    put_together(tmp_path / "old", tree, members)
    with pytest.raises(ModelFileError, match="RNNForecaster lacks the parameter h"):
        tsrnn.load(tmp_path / "old")


@dataclass
class Part:
    """As an earlier version had it."""

    size: int


class Model(SaveMixin):
    """Holds a part."""

    def __init__(self, part):
        self.part = part


class Later:
    """The same classes in a later version."""

    @dataclass
    class Part:
        """With another unit, and fields with defaults."""

        size_m: float
        extra: list = field(default_factory=list)
        name: str = "part"
        _state_version = 2

        @classmethod
        def _upgrade_state(cls, state, version):
            assert version == 1
            return {"size_m": state["size"] / 100}


@pytest.fixture
def known(monkeypatch):
    """Make `cls` known to model files as Part."""

    def make(cls):
        module = __name__
        monkeypatch.setitem(registry.CLASSES, "Part", f"{module}:{cls.__qualname__}")
        monkeypatch.setitem(registry.CLASSES, "TestModel", f"{module}:Model")

    monkeypatch.setattr(registry, "find", lambda place: _resolve(place.split(":")[1]))
    return make


def _resolve(name):
    value = globals()[name.split(".")[0]]
    for step in name.split(".")[1:]:
        value = getattr(value, step)
    return value


def test_a_class_brings_earlier_attributes_up_to_date(known, tmp_path):
    known(Part)
    Model(Part(150)).save(tmp_path / "old")
    known(Later.Part)
    part = tsrnn.load(tmp_path / "old").part
    assert part == Later.Part(1.5, [], "part")
    # Once saved again it is of the later version, which the earlier one knows nothing of.
    Model(part).save(tmp_path / "new")
    assert tsrnn.load(tmp_path / "new").part == part
    known(Part)
    with pytest.raises(ModelFileError, match="Part has the version 2, this tsrnn knows up to 1"):
        tsrnn.load(tmp_path / "new")


def test_a_check_of_the_class_is_made_on_loading_and_saving(known, tmp_path, monkeypatch):
    known(Part)
    Model(Part(-1)).save(tmp_path / "bad")

    def check(self, parts):
        if self.size < 0:
            raise ValueError(f"size must be positive, got {self.size}")

    monkeypatch.setattr(Part, "_check_loaded", check, raising=False)
    with pytest.raises(ModelFileError, match="size must be positive, got -1"):
        tsrnn.load(tmp_path / "bad")
    with pytest.raises(ValueError, match="size must be positive"):
        Model(Part(-2)).save(tmp_path / "worse")


def test_every_model_can_be_told_by_its_file(tmp_path):
    for cls in (baselines.Naive, baselines.RollingZScore):
        cls().save(tmp_path / "model")
        assert take_apart(tmp_path / "model")[0]["object"][0] == cls.__name__
