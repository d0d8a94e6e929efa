"""The values that a model may hold, one by one."""

import datetime
import io
import json
import zoneinfo

import numpy as np
import pandas as pd
import pytest

from tsrnn import load
from tsrnn.baselines import Naive
from tsrnn.model_file import pools
from tsrnn.model_file.pools import PoolReader, PoolWriter
from tsrnn.model_file.tree import CODECS, Decoder, Encoder

NAN = float("nan")
STAMP = pd.Timestamp("2024-10-27 00:30", tz="UTC").tz_convert("Europe/Berlin")

PLAIN = [
    None, True, 0, -(2**100), "", "ä\ud800", 1.5, -0.0, 1e-320, float("inf"), -float("inf"), NAN,
    [], [1, [2.0, "x"]], (), (1, (2,)), {}, {"a": [1], 2: None, None: "n", (1, "b"): 0.5},
    np.float32(0.1), np.float64(-0.0), np.float64(NAN), np.int8(-3), np.uint64(2**64 - 1),
    np.bool_(True), np.str_("text"), np.datetime64("2024-02-29T01", "h"), np.timedelta64(3, "D"),
    datetime.timedelta(days=-1, microseconds=3),
    pd.Timestamp("2024-02-29 01:02:03.000000004"), STAMP, STAMP + pd.Timedelta("1h"),
    pd.Timestamp("1500-01-01", tz=datetime.timezone(datetime.timedelta(hours=-3))),
    pd.Timestamp("2024", tz="UTC"), pd.Timestamp("2024", tz=zoneinfo.ZoneInfo("Asia/Tokyo")),
    pd.Timedelta("1.5D"), pd.NaT, pd.NA,
    pd.offsets.Week(2, weekday=3), pd.offsets.QuarterEnd(startingMonth=2), pd.offsets.Minute(15),
    pd.DateOffset(months=1, days=2), pd.offsets.MonthEnd(3, normalize=True), pd.offsets.Day(),
    pd.offsets.CustomBusinessDay(holidays=["2024-01-01"], weekmask="Mon Tue Sun"),
    np.dtype("float32"), np.dtype("datetime64[us]"), pd.DatetimeTZDtype("ms", "Europe/Berlin"),
]  # fmt: skip

ARRAYS = [
    np.array(3.0),
    np.empty((0, 3), np.float32),
    np.arange(6, dtype=np.int16).reshape(2, 3),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.arange(12.0).reshape(3, 4)[::2, ::-1],
    np.array([1, 2**40], ">i8"),
    np.array([True, False]),
    np.array([NAN, -0.0, np.inf], np.float16),
    np.array(["2024", "NaT"], "datetime64[ns]"),
    np.array([1, 2], ">M8[D]"),
    np.array([[1], [2]], "timedelta64[s]"),
    np.array(["a", "bcd", ""], "U7"),
    np.array([["x", 1], [None, 2.5]], object),
    np.array([(1, 2), None], object),
]

DAYS = pd.date_range("2024-10-25", periods=4, name="day", tz="Europe/Berlin")
INDEXES = [
    pd.RangeIndex(1, 9, 2, name=("a", 1)),
    pd.Index([3, 1], name="n"),
    pd.Index(["b", "a"]),
    pd.Index(["b", None], dtype="string"),
    pd.Index(["b", 1, None], dtype=object),
    pd.Index([1, None], dtype="Int64"),
    pd.Index([True, None], dtype="boolean"),
    pd.CategoricalIndex(["x", "y", "x"], ["y", "x"], ordered=True),
    pd.period_range("2024Q1", periods=3, freq="Q-NOV"),
    pd.timedelta_range("1h", periods=3),
    DAYS,
    DAYS[[0, 2]],
    pd.date_range("2024", periods=3, freq="MS").as_unit("s"),
    pd.MultiIndex.from_product([["a", "b"], DAYS], names=["id", None]),
]
FRAMES = [
    pd.Series([1.0, NAN], name="y"),
    pd.Series(["a", "b"], index=pd.Index([2, 3]), dtype=object),
    pd.DataFrame({"n": [1, 2, 3, 4], "t": [*"abcd"], "d": DAYS, "c": pd.Categorical([*"xyxy"])}),
    pd.DataFrame(index=DAYS),
    pd.DataFrame(np.ones((2, 2)), columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])),
]


def written(value):
    writer = PoolWriter()
    text = json.dumps(Encoder(writer, "value").encode(value), allow_nan=False)
    return text, {name: b"".join(chunks()) for name, (_, chunks) in writer.members().items()}


def through(value):
    text, members = written(value)
    return Decoder(PoolReader(members)).decode(json.loads(text))


def same(a, b):
    """Equal in type and, for floats, in sign and NaN too."""
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    return type(a) is type(b) and repr(a) == repr(b) and (a is b or a != a or a == b)


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_values(value):
    assert same(through(value), value)


@pytest.mark.parametrize("array", ARRAYS, ids=lambda a: f"{a.dtype}{a.shape}")
def test_arrays(array):
    back = through(array)
    assert back.dtype == array.dtype.newbyteorder("=")
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)
    assert back.flags.writeable
    assert back.flags.owndata or back.base.flags.owndata
    if array.ndim == 2 and array.flags.f_contiguous:
        assert back.flags.f_contiguous


def test_signs_of_zero_are_kept_in_arrays():
    assert np.signbit(through(np.array([-0.0])))[0]


@pytest.mark.parametrize("index", INDEXES, ids=repr)
def test_indexes(index):
    back = through(index)
    pd.testing.assert_index_equal(back, index, exact=True)
    assert getattr(back, "freq", None) == getattr(index, "freq", None)
    assert back.dtype == index.dtype


@pytest.mark.parametrize("value", FRAMES, ids=lambda f: f"{type(f).__name__}{f.shape}")
def test_series_and_frames(value):
    check = pd.testing.assert_series_equal
    if isinstance(value, pd.DataFrame):
        check = pd.testing.assert_frame_equal
    check(through(value), value, check_freq=True)


def test_generators_draw_on():
    for one in (np.random.default_rng(5), np.random.RandomState(5)):
        one.standard_normal(3)
        back = through(one)
        np.testing.assert_array_equal(back.standard_normal(5), one.standard_normal(5))
    legacy = np.random.Generator(np.random.MT19937(5))
    assert through(legacy).integers(10**9) == legacy.integers(10**9)


def test_a_memory_map_becomes_an_array(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(3.0))
    back = through(np.load(tmp_path / "a.npy", mmap_mode="r"))
    assert type(back) is np.ndarray
    assert back.tolist() == [0, 1, 2]


def test_what_was_one_object_is_one_object_again():
    array, inner = np.arange(3), {"a": 1}
    index = pd.Index([1, 2])
    value = [array, inner, {"again": array, "inner": inner}, (index, index), array.copy()]
    back = through(value)
    assert back[2]["again"] is back[0]
    assert back[2]["inner"] is back[1]
    assert back[3][0] is back[3][1]
    assert back[4] is not back[0]
    np.testing.assert_array_equal(back[4], array)


def test_shared_parts_of_frames():
    index, columns = pd.Index([3, 4], name="shared"), pd.Index(["a", "b"])
    category = pd.CategoricalDtype(pd.Index(["u", "v"]))
    frame = pd.DataFrame(np.ones((2, 2)), index, columns)
    series = pd.Series(pd.Categorical(["u", "v"], dtype=category), index)
    levels = pd.MultiIndex.from_arrays([[1, 2], [3, 4]])
    value = [frame, series, (levels, levels), [frame.copy(), series, index], frame]
    back = through(value)
    pd.testing.assert_frame_equal(back[0], frame)
    pd.testing.assert_frame_equal(back[3][0], frame)
    pd.testing.assert_series_equal(back[3][1], series)
    assert back[4] is back[0]
    assert back[3][1] is back[1]
    assert back[2][0] is back[2][1]


def test_a_value_that_contains_itself_is_refused():
    loop = [1]
    loop.append({"x": (loop,)})
    with pytest.raises(TypeError, match=r"^value\[1\]\['x'\]\[0\] is .* contains itself"):
        written(loop)


@pytest.mark.parametrize(
    "value",
    [
        len, object(), {1, 2}, b"bytes", 1j, np.complex64(1), np.longdouble(1), np.array([1j]),
        np.zeros(2, [("a", int)]), np.ma.array([1.0]), np.array([len]), range(3), io.StringIO(),
        np.random.Generator(np.random.Philox(0)), np.random.RandomState(np.random.PCG64(0)),
        pd.offsets.BusinessHour(), pd.IntervalIndex.from_breaks([0, 1, 2]), pd.Interval(0, 1),
        np.dtype([("a", int)]), np.datetime64("2024", "25s"), datetime.date(2024, 1, 1),
        type("Float", (float,), {})(1.0), type("List", (list,), {})(), np.dtype("O"), int,
    ],
    ids=lambda v: type(v).__name__,
)  # fmt: skip
def test_other_values_are_refused_with_their_place(value):
    with pytest.raises(TypeError, match=r"^value\['k'\].* is .*joblib\.dump"):
        written({"k": value})


def test_every_codec_is_tested_here_or_by_models():
    used = set()
    for value in [*PLAIN, *ARRAYS, *INDEXES, *FRAMES]:
        used |= {tag for tag in CODECS if f'{{"{tag}": ' in written(value)[0]}
    assert set(CODECS) - used == {"generator", "random_state", "network", "object"}


def test_arrays_of_text_that_take_too_much_room_are_told(monkeypatch):
    monkeypatch.setattr(pools, "MAX_TEXT", 100)
    ten = np.array(["x" * 10, *[""] * 4])
    through([ten, ten.copy()])
    with pytest.raises(ValueError, match="100 characters"):
        written([ten, ten.copy(), np.array(["y"])])


@pytest.mark.parametrize(
    ("kind", "values", "loaded"),
    [
        ("string", ["b", "a"], "string"),
        ("large_string", ["b", "a"], "string"),
        ("int8", [2, 1], "Int8"),
        ("uint32", [2, 1], "UInt32"),
        ("float64", [2.5, 1.0], "Float64"),
        ("bool_", [True, False], "boolean"),
    ],
)
def test_identifiers_of_arrow_are_saved_as_pandas_holds_them(tmp_path, kind, values, loaded):
    pyarrow = pytest.importorskip("pyarrow")
    dtype = pd.ArrowDtype(getattr(pyarrow, kind)())
    ids = pd.Series(values, dtype=dtype).repeat(3)
    df = pd.DataFrame({"unique_id": ids, "ds": [0, 1, 2] * 2, "y": np.arange(6.0)})
    model = Naive(h=1).fit(df)
    model.save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert again.predict()["unique_id"].dtype == loaded
    assert again.predict()["unique_id"].tolist() == model.predict()["unique_id"].tolist()
    # The same series for rows from Arrow.
    newer = df.groupby("unique_id").tail(1).assign(ds=3, y=9.0)
    assert again.update(newer).predict()["Naive"].tolist() == [9.0, 9.0]
