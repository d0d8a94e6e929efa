"""`tsrnn watch`."""

import argparse
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd

from tsrnn.cli import console, options
from tsrnn.cli.alerts import Alerts
from tsrnn.cli.feed import Stop, blocks_of_lines
from tsrnn.cli.live_rows import BadRow, LiveRows
from tsrnn.cli.live_times import LiveTimes, NotAfter
from tsrnn.cli.output import check_destinations, to_json
from tsrnn.files import hint_of_excel

_SLOW_SECONDS = 2.0
_LONGEST_SHOWN = 80
# So many lines without a row among them, and no row is to be expected.
_MOST_TRIED = 20
# So many different words among numbers are told of as they come.
_MOST_WORDS = 5
_EXAMPLES = """examples:
  tail -f log.csv | tsrnn watch --model pump.tsrnn
  tail -n +1 -F log.csv | tsrnn watch --model pump.tsrnn --save pump.tsrnn
  sensor | tsrnn watch --model pump.tsrnn --columns time,pressure,flow,remark

Rows must come as often as in the log that the model was fitted on. A model comes from
tsrnn detect log.csv --save pump.tsrnn, or from save() in Python."""


def add(commands):
    """Add the command to the parser."""
    parser = commands.add_parser(
        "watch",
        help="raise alerts on rows from standard input",
        description="Read rows from standard input and write a line of JSON where an anomalous "
        "event starts, and another where it ends.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--model", type=Path, required=True, help="a saved detector")
    group = parser.add_argument_group("the rows (what is not given is guessed)")
    options.add_format_options(group)
    group.add_argument(
        "--columns", metavar="A,B",
        help="names of all columns where no header names them (default: the model's channels, "
        "in order, with a time or without)",
    )  # fmt: skip
    group = parser.add_argument_group("output and computing")
    group.add_argument("--all", action="store_true", help="a line for every row, not just events")
    group.add_argument(
        "--top", type=int, default=5, metavar="N", help="most channels to list (default: 5)"
    )
    group.add_argument(
        "--fresh", action="store_true", help="begin a new stream, even if the model is in one"
    )
    group.add_argument(
        "--save", type=Path, metavar="MODEL",
        help="at the end, keep the model with its state, to go on with the next row",
    )  # fmt: skip
    group.add_argument("--quiet", action="store_true", help="errors and notes only")
    parser.set_defaults(run=run)


def run(arguments):
    """Watch until the rows end, or nobody wants to see more."""
    if arguments.top < 0:
        raise ValueError(f"--top must be at least 0, got {arguments.top}")
    check_destinations(arguments)
    model = _load(arguments.model, arguments.fresh)
    names = list(map(str, model.feature_names_in_))
    stop = Stop()
    with stop.listen():
        _warm_up(arguments, names)
        console.say(
            arguments,
            f"watching with {arguments.model}: {len(names)} channel{'s' if len(names) > 1 else ''} "
            f"({', '.join(names[:6])}{', ...' if len(names) > 6 else ''})",
        )
        watcher = Watcher(arguments, model, names)
        try:
            for block in blocks_of_lines(stop, arguments.encoding or "utf-8-sig"):
                watcher.take(block)
            watcher.finish()
        except KeyboardInterrupt:
            # Asked to stop between two blocks: an end like any other.
            watcher.finish()
        finally:
            if arguments.save and watcher.n_rows:
                model.save(arguments.save)
                console.say(arguments, f"wrote {arguments.save}")


def _load(path, fresh):
    import tsrnn

    model = tsrnn.load(path)
    if not hasattr(model, "update") or not hasattr(model, "score_samples"):
        raise ValueError(
            f"{path} holds a {type(model).__name__}, which watches no rows; save an RNNDetector "
            "(tsrnn detect log.csv --save MODEL)"
        )
    if not hasattr(model, "feature_names_in_"):
        raise ValueError(f"{path} was not fitted on columns with names")
    if fresh:
        model.reset_stream()
    model._watch()  # Refuses a threshold that cannot be told row by row.
    return model


def _warm_up(arguments, names):
    """Compile before the first row comes, so that no alert waits for it."""
    timer = threading.Timer(
        _SLOW_SECONDS, console.say,
        [arguments, "compiling, once on this machine (tsrnn warmup does it ahead) ..."],
    )  # fmt: skip
    timer.daemon = True
    timer.start()
    try:
        other = _load(arguments.model, fresh=True)
        other.irregular = "ignore"
        other.update(pd.DataFrame(np.zeros((2, len(names))), columns=names))
    finally:
        timer.cancel()


class Watcher:
    """Takes lines in, prints alerts, counts what was not to be read."""

    def __init__(self, arguments, model, names):
        from tsrnn.detection.categories import categories_of

        self.arguments, self.model, self.names = arguments, model, names
        header = None if arguments.header is None else arguments.header == "yes"
        self.reader = LiveRows(
            names, separator=arguments.sep, decimal=arguments.decimal, header=header,
            columns=options.split_names(arguments.columns), time=arguments.time,
            na=arguments.na, categories=categories_of(model),
        )  # fmt: skip
        self.alerts = Alerts(
            names, merge_gap=model.merge_gap, step=model.step_, every_row=arguments.all,
            n_top=arguments.top,
        )  # fmt: skip
        self.times = LiveTimes(arguments.date_format, model._watch().stream.label)
        self.n_read = self.n_rows = self.n_bad = self.n_late = self.n_words = 0
        self.first_bad = ""
        self.described = False

    def take(self, block):
        """Read lines (number, text), score the rows among them, print what they tell."""
        texts, values, origins = [], [], []
        for number, line in block:
            if not line.strip():
                continue
            try:
                row = self.reader.read(line)
            except BadRow as error:
                self._skip(number, line, str(error))
                continue
            if row is None:
                if self.reader.n_headers > 1:
                    console.say(self.arguments, f"line {number}: a header again, rows go on")
                continue
            if not self.described:
                self.described = True
                console.say(self.arguments, f"standard input: {self.reader.describe()}")
            self._tell_words(number)
            texts.append(row[0])
            values.append(row[1])
            self.n_read += 1
            origins.append((number, line))
        if values:
            kind = object if self.reader.categories else float
            self._score(texts, np.array(values, kind), origins)

    def finish(self):
        """Print the event that goes on, if any, and the summary."""
        if not self.n_rows and self.n_bad:
            raise ValueError(f"no line on standard input is a row; {self.first_bad}")
        self._print(self.alerts.unfinished())
        self._tell()

    def _score(self, texts, values, origins):
        labels = self._labels(texts, origins)
        kept = [i for i, label in enumerate(labels) if label is not None]
        if not kept:
            return
        values, labels = values[kept], [labels[i] for i in kept]
        frame = pd.DataFrame(values, index=pd.Index(labels), columns=self.names)
        table = self.model.update(frame)
        self.n_rows += len(values)
        self._print(self.alerts.of(values, table))

    def _labels(self, texts, origins):
        stream = self.model._watch().stream
        if texts[0] is None:
            first = stream.next_label
            if first is None:
                raise ValueError(
                    f"the model goes on after {stream.label}, but the rows have no time; name its "
                    "column (--time), or begin anew (--fresh)"
                )
            return [first + i for i in range(len(texts))]
        times, reasons = self.times.read(texts)
        if not self.n_rows and self.model.step_ is not None:
            numbers = [one for one in times if isinstance(one, int | float)]
            if hint := hint_of_excel(numbers):
                console.remark(f"time: {hint}")
        for origin, reason in zip(origins, reasons, strict=True):
            if isinstance(reason, NotAfter):
                self._skip_late(origin[0], reason)
            elif reason:
                self._skip(*origin, reason)
        if self.times.corrected:
            # Earlier labels were of another reading of the dates.
            stream.label = None
        return times

    def _skip(self, number, line, why):
        self.n_bad += 1
        if self.n_bad == 1:
            shown = line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 3] + "..."
            self.first_bad = f"line {number}: {why}: {shown!r}"
            console.remark(f"skipped {self.first_bad}")
        elif self.n_bad in (10, 100) or self.n_bad % 1000 == 0:
            console.remark(f"skipped {self.n_bad:,} lines so far, the last in line {number}: {why}")
        if not self.n_read and self.n_bad >= _MOST_TRIED:
            raise ValueError(f"none of {self.n_bad} lines is a row; {self.first_bad}")

    def _skip_late(self, number, why):
        self.n_late += 1
        if self.n_late == 1:
            console.remark(f"skipped the row in line {number}: {why}")

    def _tell_words(self, number):
        for word in list(self.reader.words)[self.n_words : _MOST_WORDS]:
            console.remark(f"line {number}: {word!r} among numbers is read as a missing value")
        self.n_words = len(self.reader.words)

    def _print(self, records):
        for record in records:
            sys.stdout.write(to_json(record) + "\n")
        if records:
            sys.stdout.flush()

    def _tell(self):
        n_events = self.alerts.n_events
        parts = [f"{self.n_rows:,} rows", f"{n_events:,} event{'' if n_events == 1 else 's'}"]
        if self.reader.n_headers > 1:
            parts.append(f"{self.reader.n_headers} headers")
        if self.n_late:
            parts.append(f"{self.n_late:,} rows skipped that came too late")
        if self.n_words:
            parts.append(f"{sum(self.reader.words.values()):,} words read as missing values")
        console.say(self.arguments, ", ".join(parts))
        if self.n_bad:
            console.remark(f"skipped {self.n_bad:,} lines; the first was {self.first_bad}")
