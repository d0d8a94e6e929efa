"""`tsrnn detect`."""

import argparse
from dataclasses import replace
from pathlib import Path

from tsrnn.cli import console, options
from tsrnn.cli.output import check_destinations, save_picture, write_table

_DEFAULT_SHARE = "50%"
# A larger share of the rows in events gets a note.
_MANY_ROWS = 0.25
_MOST_NAMED = 6
# Options that say how to learn -> their value if they were not given.
_OF_A_NEW_MODEL = {
    "train_until": None, "save": None, "method": "ensemble", "threshold": "auto",
    "false_alarms_per": None, "causal": False,
}  # fmt: skip
_EXAMPLES = """examples:
  tsrnn detect log.csv --out events.csv
  tsrnn detect log.csv --channels pressure,flow --train-until 2024-03-31 --report report.html
  tsrnn detect log.csv --train-until 5000 --save pump.tsrnn
  tsrnn detect new.csv --model pump.tsrnn --scores scores.csv"""


def add(commands):
    """Add the command to the parser."""
    parser = commands.add_parser(
        "detect",
        help="find anomalous events in a log",
        description="Learn what is usual in the first rows of a log and list its anomalous events.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    options.add_file_options(parser)
    group = parser.add_argument_group("the log")
    group.add_argument(
        "--channels", metavar="A,B", help="default: all columns of numbers or states"
    )
    group.add_argument(
        "--train-until", metavar="TIME",
        help="last time (or row number, or share of the rows) to learn from "
        f"(default: {_DEFAULT_SHARE})".replace("%", "%%"),
    )  # fmt: skip
    group.add_argument("--model", type=Path, metavar="MODEL", help="use a saved model, learn none")
    group.add_argument(
        "--method", help="ensemble (default), forecast, memory or reconstruct", default="ensemble"
    )
    group.add_argument(
        "--threshold", type=_number_or_name, default="auto", metavar="RULE",
        help="a score, or auto (default), quantile, sigma, mad, iqr, pot, spot, dspot, ndt, "
        "conformal or benjamini_hochberg",
    )  # fmt: skip
    group.add_argument(
        "--false-alarms-per", metavar="TIME", help="tolerate one false alarm per so long, like 7D"
    )
    group.add_argument(
        "--causal", action="store_true", help="score rows from earlier ones only, as live"
    )
    options.add_common_options(parser)
    parser.add_argument("--scores", type=Path, metavar="FILE", help="scores of every row, as CSV")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="picture of log and events")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.html", help="page to zoom into events (needs plotly)"
    )
    parser.add_argument(
        "--no-ranking", action="store_true", help="leave the baselines out of the report"
    )
    parser.add_argument("--save", type=Path, metavar="MODEL", help="keep the model, for --model")
    parser.set_defaults(run=run)


def run(arguments):
    """Find events, and write what was asked for."""
    from tsrnn.cli.detect_report import write
    from tsrnn.cli.log import read_log

    check_destinations(arguments)
    model = _load(arguments)
    log = read_log(arguments, model)
    n_train, is_new = 0, model is None
    if is_new:
        log, model, n_train = _fit(arguments, log)
    else:
        _tell(arguments, log)
    frame = log.frame.rename(columns=str)
    scores, events = model.scores(frame), model.detect(frame)
    if arguments.save:
        model.save(arguments.save)
    if arguments.scores:
        write_table(scores.reset_index(), arguments.scores)
    if arguments.plot:
        save_picture(arguments.plot, (10, 7), lambda figure: _draw(figure, frame, events))
    if arguments.report:
        write(arguments, log, model, scores, events, n_train)
    write_table(events, arguments.out, as_json=arguments.json)
    share = float(scores["is_anomaly"].mean())
    n_events = "1 event" if len(events) == 1 else f"{len(events)} events"
    console.say(arguments, f"{n_events}, {share:.1%} of the rows")
    if share > _MANY_ROWS:
        console.remark(
            "so many rows are seldom all anomalous: more likely those learnt from are unlike them; "
            "learn from more (--train-until) or tolerate less (--false-alarms-per)"
            if is_new
            else "so many rows are seldom all anomalous: is the model for another log?"
        )
    for what in ("out", "scores", "plot", "report", "save"):
        if getattr(arguments, what):
            console.say(arguments, f"wrote {getattr(arguments, what)}")


def _tell(arguments, log):
    console.say(arguments, log.found)
    for text in log.remarks:
        console.remark(text)


def _load(arguments):
    if arguments.model is None:
        return None
    import tsrnn
    from tsrnn.detection.base import BaseDetector

    for option, unset in _OF_A_NEW_MODEL.items():
        if getattr(arguments, option) != unset:
            raise ValueError(
                f"--model is used as it is: leave out --{option.replace('_', '-')}, or --model"
            )
    model = tsrnn.load(arguments.model)
    if not isinstance(model, BaseDetector):
        raise ValueError(f"{arguments.model} holds a {type(model).__name__}, not a detector")
    if not hasattr(model, "feature_names_in_"):
        raise ValueError(f"{arguments.model} was not fitted on columns with names")
    return model


def _fit(arguments, log):
    from tsrnn.cli.log import training_rows
    from tsrnn.detection.detector import RNNDetector

    until = arguments.train_until or _DEFAULT_SHARE
    n_train = training_rows(log.frame, until)
    log = _without_empty(arguments, log, n_train, until)
    _tell(arguments, log)
    train = log.frame.iloc[:n_train].rename(columns=str)
    if (train.nunique() <= 1).all():
        console.remark(
            "no channel changes in the rows to learn from: nothing that changes later can be "
            "scored; learn from other rows (--train-until)"
        )
    guessed = "" if arguments.train_until else f" ({until}; --train-until changes it)"
    console.say(arguments, f"learning from {n_train:,} rows, until {train.index[-1]}{guessed}")
    false_alarms = arguments.false_alarms_per
    if false_alarms is not None and false_alarms.isdigit():
        false_alarms = int(false_alarms)
    model = RNNDetector(
        arguments.method,
        threshold=arguments.threshold,
        false_alarms_per=false_alarms,
        causal=arguments.causal,
        random_state=arguments.seed,
        n_jobs=arguments.jobs,
        verbose=console.progress(arguments),
    )
    return log, model.fit(train), n_train


def _without_empty(arguments, log, n_train, until):
    """Return the log without channels that have no value to learn from, unless they were named."""
    empty = [name for name, column in log.frame[:n_train].items() if not column.notna().any()]
    if not empty:
        return log
    names = ", ".join(map(repr, empty[:_MOST_NAMED])) + (", ..." if empty[_MOST_NAMED:] else "")
    what = f"no value until {until}"
    if arguments.channels or len(empty) == log.frame.shape[1]:
        raise ValueError(
            f"--channels {names}: {what}; leave out such channels, or learn from more rows "
            "(--train-until)"
        )
    remark = f"left out {names} ({what}; --train-until learns from more rows)"
    return replace(log, frame=log.frame.drop(columns=empty), remarks=[*log.remarks, remark])


def _draw(figure, frame, events):
    from tsrnn import plots

    n_panels = min(8, frame.shape[1])
    plots.plot_events(frame, events, ax=figure.subplots(n_panels, sharex=True, squeeze=False)[:, 0])


def _number_or_name(text):
    try:
        return float(text)
    except ValueError:
        return text
