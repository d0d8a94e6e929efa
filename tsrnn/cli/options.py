"""Options that several commands share."""

from dataclasses import replace
from pathlib import Path

from tsrnn.files import join_clock, read_table


def add_file_options(parser):
    """Add FILE and every option that replaces a guess about it."""
    parser.add_argument("file", metavar="FILE", help="CSV (also gzipped) or Parquet; - is stdin")
    add_format_options(parser.add_argument_group("the file (what is not given is guessed)"))


def add_format_options(group):
    """Add every option that replaces a guess about how rows are written."""
    group.add_argument("--time", metavar="COL", help="column of times; none: rows without time")
    group.add_argument(
        "--date-format",
        metavar="FORMAT",
        help="of dates, such as '%%d.%%m.%%Y'; excel: days as spreadsheets count them",
    )
    group.add_argument("--sep", metavar="CHAR", type=_separator, help="separator; tab for tab")
    group.add_argument("--decimal", metavar="CHAR", help="decimal sign")
    group.add_argument("--encoding", metavar="NAME", help="such as cp1252")
    group.add_argument("--header", choices=["yes", "no"], help="does the first line name columns?")
    group.add_argument(
        "--na", metavar="TEXT", action="append", default=[],
        help="text that means a missing value (repeatable), beside NA, NaN, null and their kind",
    )  # fmt: skip


def add_series_options(parser):
    """Add the columns of a file of series, and the horizon."""
    # -h is the horizon, as in the literature.
    parser.add_argument("--help", action="help", help="show this help message and exit")
    parser.add_argument(
        "-h", "--horizon", type=int, metavar="N",
        help="steps to forecast (default: what is usual at the frequency)",
    )  # fmt: skip
    group = parser.add_argument_group("the series")
    group.add_argument(
        "--target",
        metavar="COL",
        help="column to forecast; several: A,B (default: y, value or target, or all of numbers)",
    )
    group.add_argument(
        "--id",
        metavar="COL",
        help="column that tells series apart; several: A,B (or guessed)",
    )
    group.add_argument(
        "--freq", help="frequency, a pandas alias such as D, h, 15min, MS (default: guessed)"
    )
    group.add_argument("--season", type=int, metavar="N", help="season in steps (default: guessed)")


def add_common_options(parser):
    """Add what every command that computes has."""
    group = parser.add_argument_group("output and computing")
    group.add_argument(
        "--out", type=_file_or_stdout, metavar="FILE", help="results (default, and -: stdout)"
    )
    group.add_argument("--json", action="store_true", help="results as JSON instead of CSV")
    group.add_argument("--quiet", action="store_true", help="errors and notes only")
    group.add_argument("--seed", type=int, default=0, metavar="N", help="default: %(default)s")
    group.add_argument(
        "--jobs", type=int, default=-1, metavar="N", help="threads (default: all); same results"
    )


def read_file(arguments, columns=None):
    """Read FILE as the options say; `columns` limits what is read, None reads all."""
    header = None if arguments.header is None else arguments.header == "yes"
    table = read_table(
        arguments.file,
        columns=columns,
        separator=arguments.sep,
        decimal=arguments.decimal,
        encoding=arguments.encoding,
        header=header,
        na_values=arguments.na,
    )
    # Who names a column of times means that one.
    return replace(table, frame=join_clock(table.frame)) if arguments.time is None else table


def split_names(text):
    """Return the column names in "A,B", None for None."""
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _file_or_stdout(text):
    return None if text == "-" else Path(text)


def _separator(text):
    return {"tab": "\t", "\\t": "\t", "space": " "}.get(text, text)
