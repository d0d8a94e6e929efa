"""How the estimators go on, what they keep when interrupted, what they say."""

import signal

import numpy as np
import pytest
from sequence_problems import quick, sums
from sklearn.exceptions import NotFittedError

from tsrnn import RNNClassifier, RNNRegressor


@pytest.fixture
def problem():
    return sums()


# ---- going on ----


def test_warm_start_and_partial_fit_go_on(problem):
    X, y = problem
    model = quick(warm_start=True, max_iter=3).fit(X, y)
    first = list(model.loss_curve_)
    model.fit(X, y)
    assert model.loss_curve_[:3] == first
    assert model.loss_curve_[3] < first[0]
    online = quick()
    for _ in range(4):
        online.partial_fit(X, y)
    assert online.n_iter_ == 4
    assert online.loss_curve_[-1] < online.loss_curve_[0]


def test_partial_fit_of_the_classifier_wants_the_classes_first():
    X = np.zeros((4, 3), np.float32)
    with pytest.raises(ValueError, match="classes must be given on the first call"):
        RNNClassifier().partial_fit(X, [0, 1, 0, 1])
    model = RNNClassifier().partial_fit(X, [0, 1, 0, 1], classes=[0, 1, 2])
    assert model.predict_proba(X).shape == (4, 3)
    with pytest.raises(ValueError, match="classes must stay"):
        model.partial_fit(X, [0, 1, 0, 1], classes=[0, 1])
    with pytest.raises(ValueError, match=r"labels \[3\] that are not among the classes \[0 1 2\]"):
        model.partial_fit(X, [0, 1, 0, 3])


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_fit_that_fails_leaves_the_model_as_it_was(problem, method):
    X, y = problem
    model = quick(max_iter=2).fit(X, y)
    before, once_more = model.predict(X), quick(max_iter=2).fit(X, y).partial_fit(X, y)
    with pytest.raises(ValueError, match="training diverged"):
        getattr(model, method)(X, y * np.float32(1e30))
    with pytest.raises(ValueError, match="Input X contains NaN"):
        getattr(model, method)(X * np.nan, y)
    np.testing.assert_array_equal(model.predict(X), before)
    # The solver's memory too: training goes on as if nothing had happened.
    np.testing.assert_array_equal(model.partial_fit(X, y).predict(X), once_more.predict(X))


def test_a_failed_refit_of_another_size_leaves_the_model_as_it_was(problem):
    X, y = problem
    model = quick(max_iter=2).fit(X, y)
    before = model.predict(X)
    model.set_params(hidden_layer_sizes=(2,))
    with pytest.raises(ValueError, match="training diverged"):
        model.fit(X[:, :4], np.column_stack([y, y]) * np.float32(1e30))
    with pytest.raises(ValueError, match=r"hidden_layer_sizes .* must be what they were in fit"):
        model.predict(X)
    model.set_params(hidden_layer_sizes=(32,))
    np.testing.assert_array_equal(model.predict(X), before)
    assert model.partial_fit(X, y).n_iter_ == 3


# ---- Ctrl-C ----


class Interrupted(RNNRegressor):
    """Sends itself the signal of Ctrl-C in the given batch; 120 rows make four an epoch."""

    batch = 0

    def _make_loss(self):
        loss = super()._make_loss()

        def compute(output, target, weight):
            if weight.any():
                self.batch -= 1
                if self.batch == 0:
                    signal.raise_signal(signal.SIGINT)
            return loss(output, target, weight)

        return compute


@pytest.fixture(autouse=True)
def ctrl_c_interrupts():
    """Where the tests run in the background, shells have them ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(batch, **parameters):
    model = Interrupted(**quick(**parameters).get_params())
    model.batch = batch
    return model


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ctrl_c_keeps_the_last_complete_epoch_and_says_so(problem, n_jobs):
    X, y = problem
    model = interrupted(3 * 4 + 2, n_jobs=n_jobs)
    with pytest.warns(UserWarning, match="after 3 of 12 epochs; the weights after epoch 3") as said:
        assert model.fit(X, y) is model
    assert [w.filename for w in said] == [__file__]
    three = quick(max_iter=3).fit(X, y)
    assert model.loss_curve_ == three.loss_curve_
    np.testing.assert_array_equal(model.predict(X), three.predict(X))
    assert model.n_iter_ == 3
    model.partial_fit(X, y)
    assert model.n_iter_ == 4


def test_ctrl_c_keeps_the_best_validation_score(problem):
    X, y = problem
    noisy = y + 3 * np.random.default_rng(1).normal(size=120)
    plan = {"early_stopping": True, "learning_rate_init": 0.05, "validation_fraction": 0.2}
    # Three batches are an epoch of 96 rows. The loss is also asked for the score: odd ones out.
    whole = quick(**plan, max_iter=9, n_iter_no_change=9).fit(X, noisy)
    best = int(np.argmax(whole.validation_scores_))
    assert best < 8, "the best is not the last"

    class InTheScore(RNNRegressor):
        calls = 0

        def _validation_score(self, *arguments):
            self.calls += 1
            if self.calls == 10:
                signal.raise_signal(signal.SIGINT)
            return super()._validation_score(*arguments)

    model = InTheScore(**quick(**plan, max_iter=50, n_iter_no_change=50).get_params())
    with pytest.warns(UserWarning, match=f"with the best score, .* after epoch {best + 1}, are"):
        model.fit(X, noisy)
    # The tenth epoch was trained but not judged: it does not count.
    assert model.loss_curve_ == whole.loss_curve_
    assert model.validation_scores_ == whole.validation_scores_
    np.testing.assert_array_equal(model.predict(X), whole.predict(X))


def test_ctrl_c_in_the_first_epoch_leaves_everything_as_it_was(problem):
    X, y = problem
    model = interrupted(2)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, y)
    with pytest.raises(NotFittedError):
        model.predict(X)
    model.batch = 0
    before = model.fit(X, y).predict(X)
    model.batch = 2
    with pytest.raises(KeyboardInterrupt):
        model.set_params(warm_start=True).fit(X, y)
    np.testing.assert_array_equal(model.predict(X), before)


def test_ctrl_c_stops_a_loop_over_partial_fit(problem):
    X, y = problem
    model = interrupted(2 * 4 + 2)

    def loop():
        for _ in range(5):
            model.partial_fit(X, y)

    with pytest.raises(KeyboardInterrupt):
        loop()
    two = quick().partial_fit(X, y).partial_fit(X, y)
    assert model.n_iter_ == 2
    np.testing.assert_array_equal(model.predict(X), two.predict(X))


# ---- what is said ----


def test_one_progress_bar_shows_loss_and_score_if_asked(problem, capsys):
    quick(max_iter=2).fit(*problem)
    assert capsys.readouterr() == ("", "")
    for verbose in (1, True):
        model = quick(max_iter=3, verbose=verbose, early_stopping=True).fit(*problem)
        out, err = capsys.readouterr()
        assert out == ""
        last = err.rstrip().split("\r")[-1]
        assert last.startswith("training: 100%")
        assert "12/12" in last
        assert f"epoch=3, loss={model.loss_curve_[-1]:.4g}" in last
        assert f"score={model.validation_scores_[-1]:.4g}" in last
        assert err.count("\n") == 1, "one bar"
