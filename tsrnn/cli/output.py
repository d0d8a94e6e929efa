"""Where results go; what can go wrong there is found out before the work."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd


def check_destinations(arguments):
    """Refuse paths that cannot be written and formats that are not known, before any long work.

    Raises
    ------
    ValueError
        If the directory of an output file does not exist, the file is a directory, the one to read
        or another output too, or a picture has a format that matplotlib does not write.
    ImportError
        If a report is wanted and plotly is not installed.
    """
    taken = {}
    if getattr(arguments, "file", "-") != "-":
        taken[Path(arguments.file).resolve()] = "the file to read"
    for option in ("out", "plot", "report", "save", "scores"):
        path = getattr(arguments, option, None)
        if path is None:
            continue
        if not path.parent.is_dir():
            raise ValueError(f"--{option} {path}: there is no directory {str(path.parent)!r}")
        if path.is_dir():
            raise ValueError(f"--{option} {path} is a directory; name a file in it")
        # A device, such as /dev/stdout, may take several.
        if path.resolve() in taken and (path.is_file() or not path.exists()):
            raise ValueError(f"--{option} {path} is {taken[path.resolve()]}; name another one")
        taken[path.resolve()] = f"the file of --{option} too"
    if getattr(arguments, "plot", None) is not None:
        _check_picture(arguments.plot)
    if getattr(arguments, "report", None) is not None:
        from tsrnn.report import check_plotly

        check_plotly()


def _check_picture(path):
    from matplotlib.figure import Figure

    known = Figure().canvas.get_supported_filetypes()
    if path.suffix.lstrip(".").lower() not in known:
        raise ValueError(f"--plot {path}: end the name in one of {', '.join(sorted(known))}")


def write_table(frame, path=None, *, as_json=False):
    """Write a table as CSV, or as a JSON array of objects, to a file or standard output."""
    if as_json:
        # Not by pandas, which writes ten decimals: a p-value of 1e-12 would be 0.
        rows = frame.astype(object).to_dict("records")
        text = to_json([{str(k): plain(v) for k, v in row.items()} for row in rows]) + "\n"
    else:
        lists = [name for name in frame.columns if _holds_lists(frame[name])]
        text = frame.assign(**{name: frame[name].map(", ".join) for name in lists}).to_csv(
            index=False, lineterminator="\n"
        )
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def to_json(value):
    """Return plain values as JSON without line breaks."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def plain(value):
    """Return a value as JSON has it: times in ISO 8601, None for what is missing or infinite."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp | pd.Timedelta):
        return value.isoformat()
    if isinstance(value, pd.Period):
        return str(value)
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _holds_lists(column):
    return column.dtype == object and any(isinstance(value, list) for value in column.head(1))


def save_picture(path, size, draw):
    """Write a picture; `draw(figure)` draws it. pyplot, and so any window system, stays out."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    draw(figure)
    figure.savefig(path, dpi=120)
