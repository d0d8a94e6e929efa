"""`tsrnn backtest`."""

import argparse

from tsrnn._validation import check_choice
from tsrnn.cli import console, options
from tsrnn.cli.output import check_destinations, write_table

_DEFAULT = "SeasonalNaive,Naive,Drift,SES,Theta,Comb"
_METRICS = "mase,smape,mae,rmse,coverage"
_EXAMPLES = """examples:
  tsrnn backtest sales.csv -h 12 --windows 4
  tsrnn backtest sales.csv -h 12 --models ETS,ARIMA,SeasonalNaive --metrics mae,mase
  tsrnn backtest sales.csv -h 12 --models all --out ranking.csv"""


def add(commands):
    """Add the command to the parser."""
    parser = commands.add_parser(
        "backtest",
        help="rank the network against the baselines",
        description="Forecast held-out ends of the series with the network and with baselines, "
        "and rank them, best first.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    options.add_file_options(parser)
    options.add_series_options(parser)
    parser.add_argument(
        "--windows", type=int, default=4, metavar="N", help="cutoffs (default: %(default)s)"
    )
    parser.add_argument(
        "--models", metavar="A,B", default=_DEFAULT,
        help="names in tsrnn.baselines.FORECASTERS, or all (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--metrics", metavar="A,B", default=_METRICS,
        help="the first one ranks (default: %(default)s)",
    )  # fmt: skip
    options.add_common_options(parser)
    parser.set_defaults(run=run)


def run(arguments):
    """Rank, and write the table."""
    from tsrnn.cli.horizon import check_counts, settle_horizon
    from tsrnn.cli.series import read_series

    if arguments.windows < 1:
        raise ValueError(f"--windows must be at least 1, got {arguments.windows}")
    check_counts(arguments)
    check_destinations(arguments)
    _baselines(arguments.models)
    series = read_series(arguments)
    guess = settle_horizon(arguments, series, arguments.windows)
    series.tell(arguments, guess)
    table = rank(arguments, series, arguments.windows, arguments.models, arguments.metrics)
    for name, error in table["error"].dropna().items():
        console.remark(f"{name} has no figures: {error}")
    write_table(table.reset_index(), arguments.out, as_json=arguments.json)


def rank(arguments, series, n_windows, models=_DEFAULT, metrics=_METRICS):
    """Return the ranking, as from `tsrnn.compare`."""
    from tsrnn.cli.forecast import make_model
    from tsrnn.forecasting import compare

    season = arguments.season or "auto"
    candidates = [make_model(arguments, series).set_params(verbose=0)]
    for baseline in _baselines(models).values():
        candidates.append(baseline(season_length=season))
    return compare(
        series.frame,
        candidates,
        arguments.horizon,
        n_windows,
        options.split_names(metrics),
        season_length=season,
        freq=series.panel.freq,
        verbose=console.progress(arguments),
    )


def _baselines(models):
    from tsrnn.baselines import FORECASTERS

    if models == "all":
        return FORECASTERS
    names = options.split_names(models)
    return {name: FORECASTERS[check_choice("--models", name, FORECASTERS)] for name in names}
