"""The examples run and show what they say they show."""

import runpy
from pathlib import Path

import pytest

# An example is no place for a warning.
pytestmark = pytest.mark.filterwarnings("error::UserWarning")

EXAMPLES = Path(__file__).parent.parent / "examples"


def load(name):
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))


def test_every_example_is_run_here():
    source = Path(__file__).read_text(encoding="utf-8")
    names = {path.stem for path in EXAMPLES.glob("*.py")}
    assert {name for name in names if f'load("{name}")' not in source} == set()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_its_docstring_says_how_to_run_it_and_what_it_prints(path):
    module = runpy.run_path(str(path))
    assert f"python examples/{path.name}" in module["__doc__"]
    assert "Prints" in module["__doc__"]


def test_gated_cells_solve_the_adding_problem(capsys, tmp_path):
    picture = tmp_path / "curves.png"
    arguments = ["--timesteps", "40", "--samples", "5000", "--plot", str(picture)]
    errors = load("adding_problem")["main"](arguments)
    assert errors["gru"] < 0.01
    assert errors["lstm"] < 0.01
    assert errors["rnn"] > errors["lstm"]
    assert "guessing the mean" in capsys.readouterr().out
    assert picture.stat().st_size > 10_000


def test_only_the_determined_bit_is_predicted(capsys):
    by_place = load("temporal_xor")["main"]([])
    assert by_place[2] < 0.05
    assert min(by_place[:2]) == pytest.approx(0.25, abs=0.02)
    assert capsys.readouterr().out.count("\n") == 3


def test_the_grid_search_finds_a_better_forecast_than_the_last_cycle(capsys):
    search, error, naive_error = load("grid_search")["main"](max_iter=15)
    assert len(search.cv_results_["rank_test_score"]) == 6
    assert error < 0.8 * naive_error
    assert capsys.readouterr().out.count("\n") == 7


def test_figures_are_told_by_the_order_of_the_moves(capsys, tmp_path):
    picture = tmp_path / "pen.png"
    arguments = ["--samples", "300", "--plot", str(picture)]
    accuracy, forest_accuracy = load("variable_length")["main"](arguments)
    assert accuracy > 0.8
    assert accuracy > forest_accuracy + 0.2
    assert capsys.readouterr().out.count("\n") == 6
    assert picture.stat().st_size > 10_000


def test_drawings_have_unequal_lengths():
    example = load("variable_length")
    X, y = example["make_drawings"](50, example["np"].random.default_rng(0))
    assert {x.shape[1] for x in X} == {2}
    assert len({len(x) for x in X}) > 10
    assert set(y) == set(example["FIGURES"])


def test_phases_are_recovered(capsys, tmp_path):
    picture = tmp_path / "run.png"
    arguments = ["--runs", "20", "--plot", str(picture)]
    results = load("sequence_labelling")["main"](arguments)
    assert results["network"][0] > 0.9
    assert results["network"][1] > 0.9
    assert results["network"][1] > results["forest"][1] + 0.1
    assert "recovered: fill 0-" in capsys.readouterr().out
    assert picture.stat().st_size > 10_000


def test_segmental_f1_by_hand():
    example = load("sequence_labelling")
    labels = example["np"].array
    true = labels(list("aaaabbbb"))
    assert example["segments"](true) == [(0, 4, "a"), (4, 8, "b")]
    # b is shifted by one: 3 of 4 steps of a, all of b within one more; both overlap enough.
    assert example["segmental_f1"]([true], [labels(list("aaabbbbb"))]) == 1
    # Split in two, b has one segment of 3 of 4 steps, found, and one of 1, not found: a of 4 stays.
    assert example["segmental_f1"]([true], [labels(list("aaaabacb"))]) == pytest.approx(2 / 7)
    assert example["segmental_f1"]([true], [labels(list("cccccccc"))]) == 0


def test_the_zen_is_learnt_and_recited(capsys):
    bits, right = load("characters")["main"](["--passes", "112"])
    assert bits < 0.05
    assert right > 0.5
    assert "The Zen of Python, by Tim Peters\n\nBeautiful is better than ugly." in (
        capsys.readouterr().out
    )


def test_the_melody_is_played_from_memory(capsys, tmp_path):
    picture = tmp_path / "roll.png"
    right, played = load("melody")["main"](["--plot", str(picture)])
    assert right == 1
    variations = [notes for title, notes in played.items() if title != "from memory"]
    assert variations[0] != variations[1]
    assert "100% of the 62 notes" in capsys.readouterr().out
    assert picture.stat().st_size > 10_000


def test_the_melody_fills_its_bars():
    lines = load("melody")["LINES"]
    quarters = [sum(float(note.split(":")[1]) for note in line.split()) for line in lines]
    assert quarters == [16, 16, 16, 16]


def test_textbook_names(capsys):
    accuracy, commonest = load("textbook_names")["main"](per_script=300)
    assert accuracy > commonest + 0.3
    assert capsys.readouterr().out.count("\n") == 9


def test_textbook_tagger():
    tags = load("textbook_tagger")["main"]()
    assert tags[0] == ["DET", "NN", "V", "DET", "NN"]
    assert tags[1] == ["NN", "V", "DET", "NN"]


def test_textbook_sine_waves(tmp_path):
    picture = tmp_path / "waves.png"
    one_step, continued = load("textbook_sine_waves")["main"](
        ["--passes", "30", "--plot", str(picture)]
    )
    assert one_step < 0.15
    assert continued < 0.15
    assert picture.stat().st_size > 10_000


def test_textbook_addition(capsys):
    # A few passes only; the commonest answer is that to one question in a hundred.
    assert load("textbook_addition")["main"](max_iter=5, n_train=6000) > 0.03
    assert capsys.readouterr().out.count("\n") == 9


def test_no_model_beats_naive_on_random_walks(capsys):
    ranking, level, change = load("random_walks")["main"]()
    assert ranking.loc["Naive", "mae"] <= 1.02 * ranking.loc["network", "mae"]
    assert level > 0.8
    assert change < 0.1
    assert "none is there" in capsys.readouterr().out


def test_the_error_of_the_best_forecast_of_a_random_walk():
    example = load("random_walks")
    np = example["np"]
    steps = np.random.default_rng(0).normal(0, example["VOLATILITY"], (100_000, 5))
    assert example["least_error"]() == pytest.approx(np.abs(steps.cumsum(axis=1)).mean(), rel=0.01)


def test_a_year_of_weather_is_ranked_beside_its_yardsticks(capsys):
    errors, inside = load("weather")["main"]()
    assert set(errors.index) > {"RNNForecaster", "SeasonalNaive", "mean of the month"}
    assert errors["RNNForecaster"] < 1.1 * errors["SeasonalNaive"]
    assert 0.3 < inside <= 1
    assert f"best: {errors.idxmin()}\n" in capsys.readouterr().out


def test_the_temperature_helps_to_forecast_demand(capsys):
    errors = load("energy_demand")["main"]()
    assert errors["with temperature"] < 0.7 * errors["without"]
    assert errors["with temperature"] < 0.7 * errors["as a week ago"]
    assert "knowing the temperature" in capsys.readouterr().out


def test_anomalies_are_found_despite_gaps(capsys):
    results, n_right = load("sensor_gaps")["main"]()
    _, hits, false = results["RNNDetector"]
    n_found = sum(map(bool, hits))
    assert n_right >= n_found - 1
    assert n_found >= 5
    # Better than the yardstick in both ways it must be.
    _, others, others_false = results["RollingZScore"]
    assert n_found > sum(map(bool, others))
    assert len(false) < len(others_false)
    assert capsys.readouterr().out.count("\n") == len(hits) + 2


def test_many_shops_share_a_network(capsys):
    ranking = load("thousands_of_series")["main"](["--series", "200"])
    assert ranking.index[0] == "RNNForecaster"
    assert "200 shops" in capsys.readouterr().out


def test_a_restart_changes_nothing(capsys):
    same, same_singles, found = load("streaming")["main"]()
    assert same
    assert same_singles
    delays = [delay for delay in found["RNNDetector"] if delay is not None]
    assert len(delays) >= 4
    assert capsys.readouterr().out.count("\n") == 4
