"""What early stopping holds out, how it scores, what it keeps."""

import numpy as np
import pytest
from sequence_problems import quick, sums
from sklearn.metrics import d2_absolute_error_score, d2_pinball_score, r2_score

from tsrnn.estimators._holdout import hold_out
from tsrnn.estimators._scores import share_explained
from tsrnn.network import make_loss


@pytest.fixture
def problem():
    return sums()


# ---- early stopping ----


def test_early_stopping_restores_the_best(problem):
    X, y = problem
    model = quick(early_stopping=True, max_iter=60, n_iter_no_change=3, validation_fraction=0.2)
    model.fit(X, y + np.random.default_rng(1).normal(size=120))
    assert len(model.validation_scores_) == model.n_iter_ < 60
    assert np.argmax(model.validation_scores_) < model.n_iter_ - 1


TEMPORAL = {"early_stopping": True, "validation_split": "temporal", "validation_fraction": 0.25}


def test_a_temporal_split_trains_on_the_first_samples_and_scores_the_last(problem):
    X, y = problem
    plan = TEMPORAL | {"n_iter_no_change": 99}
    model = quick(**plan).fit(X, y)
    # 90 of 120 rows are left to learn from, with the same seed in the same order.
    assert model.loss_curve_ == quick().fit(X[:90], y[:90]).loss_curve_
    best = model.score(X[90:], y[90:])
    assert best == pytest.approx(max(model.validation_scores_), abs=1e-6)
    # The last ones have no influence but on what is kept.
    other = quick(**plan).fit(X, np.r_[y[:90], -y[90:]])
    assert other.loss_curve_ == model.loss_curve_
    assert other.validation_scores_ != model.validation_scores_


@pytest.mark.parametrize("bptt_steps", [None, 20])
def test_of_one_long_series_the_last_time_steps_are_held_out(bptt_steps):
    x = np.random.default_rng(0).normal(size=(1, 400, 1)).astype(np.float32)
    y = np.cumsum(x, axis=1)[..., 0] * 0.1
    plan = {"return_sequences": True, "bptt_steps": bptt_steps, "batch_size": 4, "max_iter": 8}
    model = quick(**plan, **TEMPORAL).fit(x, y)
    assert model.loss_curve_ == quick(**plan).fit(x[:, :300], y[:, :300]).loss_curve_
    # The network has read the series from its start when it comes to the last steps.
    expected = r2_score(y[0, 300:], model.predict(x)[0, 300:])
    assert max(model.validation_scores_) == pytest.approx(expected, abs=1e-5)


def test_one_series_cannot_be_split_at_random():
    x = np.zeros((1, 50, 1), np.float32)
    with pytest.raises(ValueError, match=r"none of the 1 sample.*validation_split='temporal'"):
        quick(return_sequences=True, early_stopping=True).fit(x, x[..., 0])
    with pytest.raises(ValueError, match=r"none of the 1 time step\(s\)"):
        quick(return_sequences=True, **TEMPORAL).fit(x[:, :1], x[:, :1, 0])


def columns(target):
    n = len(target)
    return np.arange(n)[:, None, None], np.ones(n), target, np.ones_like(target)


def test_a_random_split_takes_its_share_of_each_class_and_leaves_rare_ones():
    code = np.repeat([0.0, 1.0, 2.0, 3.0], [60, 30, 9, 1])
    for seed in range(5):
        kept, held_out = hold_out(
            columns(code[:, None]), 0.2, "random", np.random.default_rng(seed), code
        )
        counts = np.bincount(held_out[2][:, 0].astype(int), minlength=4)
        assert counts.tolist() == [12, 6, 2, 0]
        rows = np.concatenate([kept[0].ravel(), held_out[0].ravel()])
        assert sorted(rows) == list(range(100))
    others = hold_out(columns(code[:, None]), 0.2, "random", np.random.default_rng(9), code)
    assert set(others[1][0].ravel()) != set(held_out[0].ravel())


@pytest.mark.parametrize("n", [2, 3, 7, 10, 11, 100])
@pytest.mark.parametrize("split", ["random", "temporal"])
def test_the_number_held_out_is_the_share_rounded_up(n, split):
    rng = np.random.default_rng(0)
    kept, held_out = hold_out(columns(np.zeros((n, 1))), 0.1, split, rng)
    assert len(held_out[0]) == -(-n // 10)
    assert len(kept[0]) == n - len(held_out[0])
    # In binary, 0.07 * 100 is a little more than 7.
    assert len(hold_out(columns(np.zeros((100, 1))), 0.07, split, rng)[1][0]) == 7


def test_going_on_with_the_same_seed_holds_out_the_same_rows(problem, monkeypatch):
    X, y = problem
    seen = []

    def spy(*arguments):
        kept, held_out = hold_out(*arguments)
        seen.append(held_out[0])
        return kept, held_out

    monkeypatch.setattr("tsrnn.estimators._base.hold_out", spy)
    model = quick(early_stopping=True, warm_start=True, max_iter=2)
    model.fit(X, y).fit(X, y)
    np.testing.assert_array_equal(seen[0], seen[1])


def test_a_part_of_the_series_without_targets_is_refused():
    x = np.ones((1, 40, 1), np.float32)
    y = np.where(np.arange(40) < 30, 1.0, np.nan)[None]
    model = quick(return_sequences=True, **TEMPORAL)
    with pytest.raises(ValueError, match="what is held out for early stopping has no target"):
        model.fit(x, y)
    with pytest.raises(ValueError, match="what is left to train on has no target"):
        model.fit(x, y[:, ::-1], sample_weight=np.arange(40)[None] >= 30)


@pytest.mark.parametrize("split", ["random", "temporal"])
def test_samples_of_weight_zero_are_neither_trained_on_nor_held_out(split):
    target = np.zeros((40, 1))
    weight = np.tile([[1.0], [0.0]], (20, 1))
    parts = hold_out((*columns(target)[:3], weight), 0.25, split, np.random.default_rng(0))
    assert [len(part[0]) for part in parts] == [15, 5]
    rows = np.concatenate([part[0].ravel() for part in parts])
    assert sorted(rows) == list(range(0, 40, 2))
    if split == "temporal":
        assert rows.tolist() == sorted(rows)


LEVELS = {"squared_error": None, "absolute_error": 0.5, "quantile": 0.8}


@pytest.mark.parametrize("loss", LEVELS)
def test_the_validation_score_is_that_of_scikit_learn(loss):
    rng = np.random.default_rng(0)
    target, output = rng.normal(size=(2, 31, 2))
    weight = rng.integers(0, 4, size=31)
    # scikit-learn's answer for rows that are repeated.
    rows = np.repeat(np.arange(31), weight)
    ours = make_loss(loss, **({"quantiles": 0.8} if loss == "quantile" else {}))
    found = share_explained(ours, output, target, np.column_stack([weight, weight]), LEVELS[loss])
    if loss == "squared_error":
        expected = r2_score(target[rows], output[rows])
    elif loss == "absolute_error":
        expected = d2_absolute_error_score(target[rows], output[rows])
    else:
        expected = d2_pinball_score(target[rows], output[rows], alpha=0.8)
    # Quantiles between two observations may be either, or what lies between.
    assert found == pytest.approx(expected, abs=1e-12 if loss == "squared_error" else 0.02)


def test_the_validation_score_skips_what_is_unknown_and_takes_constant_targets():
    squared = make_loss("squared_error")
    target = np.array([[1.0, 0.0], [3.0, 0.0], [0.0, 0.0]])
    output = np.array([[1.0, 9.0], [2.0, 9.0], [9.0, 9.0]])
    weight = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    # Column 0: 1 - (0 + 1) / (1 + 1); column 1 is unknown.
    assert share_explained(squared, output, target, weight) == 0.5
    # One target, or several that are the same: minus the mean loss.
    assert share_explained(squared, output[1:2], target[1:2], np.ones((1, 2))) == -(1 + 81) / 2


def test_early_stopping_for_a_quantile_is_judged_by_the_quantile():
    """The best weights for the 90 % quantile are far from those for the mean."""
    X = np.zeros((400, 2), np.float32)
    y = np.random.default_rng(1).exponential(size=400)
    model = quick(loss="quantile", quantile=0.9, early_stopping=True, max_iter=80).fit(X, y)
    assert np.mean(y <= model.predict(X)) == pytest.approx(0.9, abs=0.04)
