"""Lines of text as rows of a model's channels: header or none, separators, numbers, bad rows."""

import csv
import math
import re

from tsrnn.cli.live_times import looks_like_time
from tsrnn.files import check_column, find_clock, join_texts
from tsrnn.files.dialect import BEGINS_AS_NUMBER, COMMA_DECIMAL, COMMA_THOUSANDS, MISSING, sniff

_TRUTH = {"true": 1.0, "false": 0.0}
_CLOSE_BY = ("time", "date", "timestamp", "datetime", "ds", "ts")


class BadRow(ValueError):
    """A line that is no row; the message says why."""


class LiveRows:
    """Reads lines; what is not given is found in the first line.

    Parameters
    ----------
    channels : list of str
    separator, decimal : str, optional
    header : bool, optional
        Whether the first line names the columns.
    columns : list of str, optional
        Names of the columns of lines without a header.
    time : str, optional
        Time column: its name, or its number from 1 on if there are no names; "none" for none.
    na : sequence of str
        Further texts for a missing value.
    categories : dict of str to sequence of str, optional
        Levels of the channels of text.
    """

    def __init__(
        self, channels, *, separator=None, decimal=None, header=None, columns=None, time=None,
        na=(), categories=None,
    ):  # fmt: skip
        self.categories = categories or {}
        self.channels, self.separator, self.decimal = channels, separator, decimal
        self.header, self.names, self.time = header, columns, time
        self.missing = MISSING | {text.lower() for text in na}
        self.width = self.places = self.time_place = self.clock_place = None
        self.n_headers = 0
        self.looks_for_time = time is None
        # Words among numbers, which mean that a value is missing: their count.
        self.words = {}

    def read(self, line):
        """Return (time text or None, values) of a row, None for a header.

        Raises
        ------
        BadRow
            If the line is no row.
        ValueError
            If the first line is a header without a channel, or names or numbers of columns that
            were given do not fit: no row can be read then.
        """
        if self.separator is None:
            dialect = sniff(line.encode(), whole=True, encoding="utf-8")
            separator = dialect.separator if len(dialect.names) > 1 else None
            cells = _split(line, separator or ",")
        else:
            separator, cells = self.separator, _split(line, self.separator)
        if self._is_header(cells):
            self.separator = separator or ","
            self._take_header(cells)
            return None
        if self.width is None:
            self._take_width(cells)
            self.separator = separator or ","
        if len(cells) != self.width:
            raise BadRow(f"{_fields(cells)}, not {self.width}")
        if self.looks_for_time:
            self._look_for_time(cells)
        time, words = self._time_of(cells), []
        values = [self._value(cells[i], name, words) for name, i in zip(self.channels, self.places,
                                                                        strict=True)]  # fmt: skip
        # Only words: something else than a row, unless it tells when.
        if len(words) == len(values) - len(self.categories) and not re.search(r"\d", time or ""):
            raise BadRow(f"{words[0]!r} is no number")
        for word in words:
            self.words[word] = self.words.get(word, 0) + 1
        return time, values

    def describe(self):
        """Say how rows are read."""
        time = "no time column: rows are counted"
        places = [i for i in (self.time_place, self.clock_place) if i is not None]
        if places and self.names:
            time = f"time {' '.join(self.names[i] for i in places)!r}"
        elif places:
            numbers = " and ".join(str(i + 1) for i in places)
            time = f"time in column{'s' if len(places) > 1 else ''} {numbers}"
        others = self.width - len(self.channels) - len(places)
        return ", ".join(
            [
                "header" if self.n_headers else "no header",
                f"separator {'tab' if self.separator == chr(9) else repr(self.separator)}",
                time,
                f"{len(self.channels)} channel{'s' if len(self.channels) > 1 else ''}",
                *([f"{others} column{'s' if others > 1 else ''} ignored"] if others else []),
            ]
        )

    def _is_header(self, cells):
        if self.width is None and self.header is not None:
            return self.header
        known = set(self.channels).intersection(cells)
        if self.width is not None:
            if known and len(known) < len(self.channels):
                lacking = next(name for name in self.channels if name not in known)
                raise BadRow(f"a header without the channel {lacking!r}")
            return bool(known)
        if known:
            return True
        words = [cell for cell in cells if cell and not self._is_value(cell)]
        # Words only, as many as are needed: names that the model does not know.
        return len(words) == len(cells) >= len(self.channels) and not any(
            map(looks_like_time, cells)
        )

    def _is_value(self, cell):
        if cell.lower() in self.missing or cell.lower() in _TRUTH or COMMA_DECIMAL.fullmatch(cell):
            return True
        try:
            float(cell)
        except ValueError:
            return False
        return True

    def _take_header(self, cells):
        names = [cell or f"column{i + 1}" for i, cell in enumerate(cells)]
        for name in self.channels:
            check_column("the header on standard input", name, names)
            if names.count(name) > 1:
                raise ValueError(f"the header has the column {name!r} more than once")
        self.names, self.width = names, len(names)
        self.places = [names.index(name) for name in self.channels]
        self.time_place, self.clock_place = self._time_among(names), None
        self.n_headers += 1
        self.looks_for_time = self.time is None

    def _time_among(self, names):
        if self.time is not None:
            if self.time.lower() == "none" and self.time not in names:
                return None
            check_column("--time", self.time, names)
            return names.index(self.time)
        others = [name for name in names if name not in self.channels]
        exact = [name for name in others if name.lower() in _CLOSE_BY]
        alike = [name for name in others if "time" in name.lower() or "date" in name.lower()]
        found = (exact or alike)[:1]
        return names.index(found[0]) if found else None

    def _look_for_time(self, cells):
        """Look for a time that its name does not tell, or that is in two columns."""
        others = [i for i in range(self.width) if i not in self.places]
        texts = [cells[i] for i in others]
        found = find_clock(texts, self.names and [self.names[i] for i in others])
        if found is not None:
            self.time_place, self.clock_place = (others[i] for i in found)
        elif self.time_place is None and self.names is not None:
            self.time_place = next((i for i in others if looks_like_time(cells[i])), None)
        # A row that lacks a day or a time of day does not tell that there is none.
        self.looks_for_time = found is None and any(one.lower() in self.missing for one in texts)

    def _time_of(self, cells):
        if self.time_place is None:
            return None
        if self.clock_place is None:
            return cells[self.time_place]
        return join_texts(cells[self.time_place], cells[self.clock_place])

    def _take_width(self, cells):
        n_channels = len(self.channels)
        if self.names is not None:
            if len(cells) != len(self.names):
                raise BadRow(f"{_fields(cells)}, but --columns names {len(self.names)}")
            self._take_names()
        elif self.time is not None and self.time.lower() != "none":
            self._take_place(cells)
        elif len(cells) == n_channels:
            self.places, self.time_place = list(range(n_channels)), None
        elif len(cells) == n_channels + 1 and self.time is None:
            dates = [i for i, cell in enumerate(cells) if looks_like_time(cell)]
            self.time_place = dates[0] if dates else 0
            self.places = [i for i in range(n_channels + 1) if i != self.time_place]
        elif len(cells) == n_channels + 2 and self.time is None and find_clock(cells):
            self.time_place, self.clock_place = find_clock(cells)
            others = {self.time_place, self.clock_place}
            self.places = [i for i in range(len(cells)) if i not in others]
        else:
            raise BadRow(
                f"{_fields(cells)} for {n_channels} channels; name the columns: --columns A,B"
            )
        self.width = len(cells)

    def _take_names(self):
        for name in self.channels:
            check_column("--columns", name, self.names)
        self.places = [self.names.index(name) for name in self.channels]
        self.time_place = self._time_among(self.names)

    def _take_place(self, cells):
        if not self.time.isdigit() or not 1 <= int(self.time) <= len(cells):
            raise ValueError(
                f"--time must be the number of a column, 1 to {len(cells)}, or none where no "
                f"header names them (or --columns A,B), got {self.time!r}"
            )
        if len(cells) != len(self.channels) + 1:
            raise BadRow(f"{_fields(cells)} for a time and {len(self.channels)} channels")
        self.time_place = int(self.time) - 1
        self.places = [i for i in range(len(cells)) if i != self.time_place]

    def _value(self, cell, name, words):
        if name not in self.categories:
            return self._number(cell, name, words)
        is_missing = cell.lower() in self.missing and cell not in self.categories[name]
        return None if is_missing else cell

    def _number(self, cell, name, words):
        lower = cell.lower()
        if lower in self.missing:
            return math.nan
        if lower in _TRUTH:
            return _TRUTH[lower]
        text = cell
        if self.decimal is None and COMMA_DECIMAL.fullmatch(cell):
            # Until a comma shows which, the decimal sign is open.
            if self.separator == "," and COMMA_THOUSANDS.fullmatch(cell):
                text = cell.replace(",", "")
            else:
                self.decimal = ","
        if self.decimal == ",":
            text = cell.replace(".", "").replace(",", ".") if "," in cell else cell
        try:
            value = float(text)
        except ValueError:
            # What begins as a number does is one, in a form that is not known.
            if BEGINS_AS_NUMBER.match(cell):
                raise BadRow(
                    f"{cell!r} is no number ({name}; if it means a missing value: --na {cell!r})"
                ) from None
            words.append(cell)
            return math.nan
        if math.isinf(value):
            raise BadRow(f"{cell!r} is not finite ({name})")
        return value


def _fields(cells):
    return f"{len(cells)} field{'s' if len(cells) > 1 else ''}"


def _split(line, separator):
    try:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True))
    except (csv.Error, StopIteration) as error:
        raise BadRow(f"no fields ({error})") from None
    return [cell.strip() for cell in cells]
