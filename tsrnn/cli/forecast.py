"""`tsrnn forecast`."""

import argparse
from pathlib import Path

from tsrnn.cli import console, options
from tsrnn.cli.output import check_destinations, save_picture, write_table

_EXAMPLES = """examples:
  tsrnn forecast sales.csv
  tsrnn forecast sales.csv -h 24 > forecast.csv
  tsrnn forecast sales.csv -h 24 --target units --level 80 95 --plot sales.png
  tsrnn forecast shops.csv.gz -h 8 --id shop --time week --target sales --json
  cat sales.csv | tsrnn forecast - -h 24"""


def add(commands):
    """Add the command to the parser."""
    parser = commands.add_parser(
        "forecast",
        help="forecast the series of a file",
        description="Forecast the next steps of every series of a file, each from its past alone: "
        "other columns are not looked at (in Python, they can be covariates).",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    options.add_file_options(parser)
    options.add_series_options(parser)
    parser.add_argument(
        "--level", type=_percents, nargs="+", metavar="P", help="prediction intervals, in percent"
    )
    options.add_common_options(parser)
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="picture of one series")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.html",
        help="page with forecast and a ranking against baselines (needs plotly)",
    )  # fmt: skip
    parser.add_argument("--save", type=Path, metavar="MODEL", help="keep the model, for tsrnn.load")
    parser.set_defaults(run=run)


def _percents(text):
    """Return the levels in "80" or "80,95"."""
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number; write --level 80 95") from None


def run(arguments):
    """Forecast, and write what was asked for."""
    from tsrnn.cli.horizon import check_counts, settle_horizon
    from tsrnn.cli.series import read_series
    from tsrnn.forecasting.levels import check_levels

    levels = [level for levels in arguments.level or [] for level in levels]
    if levels and 0 < max(levels) < 1:
        raise ValueError(f"--level is in percent, got {max(levels)}; for 95 % write --level 95")
    levels = check_levels(levels)
    check_counts(arguments)
    check_destinations(arguments)
    series = read_series(arguments)
    guess = settle_horizon(arguments, series)
    series.tell(arguments, guess)
    model = make_model(arguments, series).fit(series.frame)
    shown = levels or ([80, 95] if arguments.plot or arguments.report else [])
    forecast = model.predict(level=shown)
    columns = [name for name in forecast.columns if levels or "-lo-" not in name]
    columns = [name for name in columns if levels or "-hi-" not in name]
    if arguments.save:
        model.save(arguments.save)
    if arguments.plot:
        save_picture(arguments.plot, (9, 4), lambda figure: _draw(figure, series, forecast))
    if arguments.report:
        _report(arguments, series, model, forecast)
    write_table(series.back(forecast[columns]), arguments.out, as_json=arguments.json)
    for what in ("out", "plot", "report", "save"):
        if getattr(arguments, what):
            console.say(arguments, f"wrote {getattr(arguments, what)}")


def make_model(arguments, series):
    """Return the network, not fitted."""
    from tsrnn.forecasting.forecaster import RNNForecaster

    return RNNForecaster(
        arguments.horizon,
        freq=series.panel.freq,
        season_length=arguments.season or "auto",
        random_state=arguments.seed,
        n_jobs=arguments.jobs,
        verbose=console.progress(arguments),
    )


def _draw(figure, series, forecast):
    from tsrnn import plots

    n_history = max(60, 4 * len(forecast) // len(series.panel))
    ax = figure.add_subplot()
    plots.plot_forecast(series.frame, forecast, n_history=n_history, ax=ax)
    if "unique_id" not in series.frame.columns:
        ax.set_ylabel(series.names["y"])


def _report(arguments, series, model, forecast):
    from tsrnn.cli.backtest import rank
    from tsrnn.report import forecast_section, ranking_section, write_report

    longest = int(series.panel.lengths.max())
    sections = [
        forecast_section(
            series.frame, forecast, title="Forecast", unit=series.names["y"],
            facts={"Data": series.found, **_facts(arguments, model)},
        )
    ]  # fmt: skip
    if longest > 2 * arguments.horizon:
        ranking = rank(arguments, series, n_windows=1)
        sections.append(
            ranking_section(
                ranking,
                "mase",
                note=f"On the last {arguments.horizon} steps, held out; coverage is that of the "
                "95 % intervals.",
            )
        )
    write_report(arguments.report, f"Forecast of {Path(arguments.file).name}", sections)


def _facts(arguments, model):
    blend = ", ".join(f"{name} {weight:.0%}" for name, weight in model.weights_.items() if weight)
    return {
        "Model": f"{type(model).__name__}, cell {model.cell}, strategy {model.strategy_}, "
        f"input of {model.input_size_} steps",
        "Blend": blend,
        "Season": f"{model.season_length_} steps" if model.season_length_ > 1 else "none",
        "Horizon": f"{arguments.horizon} steps",
        "Seed": str(arguments.seed),
    }
