"""How a CSV file is written: encoding, separator, decimal sign, header."""

import csv
import io
import itertools
import re
from dataclasses import dataclass

from tsrnn.files.signs import find_signs, number_pattern

# The comma comes last: it may be the decimal sign of a file with another separator.
SEPARATORS = (";", "\t", "|", ",")
_SEPARATOR_NAMES = {"\t": "tab", " ": "space"}
_N_LINES = 500
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?([eE][-+]?\d+)?|nan|na|null|inf|-inf", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?([T ]\d{1,2}:\d{2}.*)?Z?")
COMMA_DECIMAL = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+([eE][-+]?\d+)?")
COMMA_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
BEGINS_AS_NUMBER = re.compile(r"\s*[-+.,]?\d")
# What pandas reads as a missing value, in small letters, and a dash.
MISSING = {
    "", "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>",
    "n/a", "na", "null", "nan", "none", "-",
}  # fmt: skip
_FEWEST_WITH_UNITS = 4
_MOST_TITLES = 10


@dataclass(frozen=True)
class Dialect:
    """What `pandas.read_csv` has to know, and the names of the columns."""

    encoding: str
    separator: str
    decimal: str
    thousands: str | None
    has_header: bool
    names: tuple
    n_skipped: int = 0
    units_line: int | None = None
    # Places of columns with the sign between thousands that are no numbers, such as dates.
    texts: tuple = ()
    # A number whose point may be between thousands.
    unsure: str | None = None

    def skipped_lines(self):
        """Return the numbers, from 0 on, of lines that are neither header nor rows."""
        units = [] if self.units_line is None else [self.units_line]
        return [*range(self.n_skipped), *units]

    def describe(self):
        """Say what is not usual about it, as a list of texts."""
        found = [f"separator {_SEPARATOR_NAMES.get(self.separator, repr(self.separator))}"]
        if self.decimal != ".":
            found.append(f"decimal sign {self.decimal!r}")
        if self.thousands:
            found.append(f"thousands sign {self.thousands!r}")
        if not self.encoding.startswith("utf-8"):
            found.append(f"encoding {self.encoding}")
        if not self.has_header:
            found.append("no header")
        if self.n_skipped:
            found.append("comment at the top left out")
        if self.units_line is not None:
            found.append("row of units left out")
        return found


def sniff(sample, *, whole, separator=None, decimal=None, encoding=None, header=None):
    r"""Guess the dialect of a CSV file from its first bytes; what is given is not guessed.

    Parameters
    ----------
    sample : bytes
    whole : bool
        False if the sample may end inside a line.
    separator, decimal, encoding : str, optional
    header : bool, optional

    Raises
    ------
    ValueError
        If the sample is not text in `encoding`.

    Examples
    --------
    >>> sniff(b"day;sales\n1.2.2024;3,5\n2.2.2024;4,25\n", whole=True).describe()
    ["separator ';'", "decimal sign ','"]
    """
    encoding, text = _decode(sample, encoding)
    lines = text.splitlines()
    lines = every = lines if whole else lines[:-1] or lines
    n_skipped = _n_comments(lines, separator)
    n_skipped += _n_titles(lines[n_skipped:], separator)
    lines = [line for line in lines[n_skipped:] if line.strip()][:_N_LINES]
    if separator is None:
        separator = _separator(lines)
    rows = _split(lines, separator)
    units_line = None
    if header is not False and _has_header(rows) and _are_units(rows):
        units_line = every.index(lines[1], n_skipped)
        del rows[1]
    body = itertools.zip_longest(*(rows[1:] or rows), fillvalue="")
    columns = [[cell.strip() for cell in column] for column in body]
    decimal, thousands, unsure = find_signs(columns, separator, decimal)
    if header is None:
        header = _has_header(rows)
    names = [cell.strip() for cell in rows[0]]
    if not header:
        names = [f"column{i + 1}" for i in range(len(names))]
    texts = _texts(columns, decimal, thousands)
    return Dialect(
        encoding, separator, decimal, thousands, header, tuple(names), n_skipped, units_line,
        texts, unsure,
    )  # fmt: skip


def _texts(columns, decimal, thousands):
    """Return the places of columns that are numbers only without signs between thousands."""
    if thousands is None:
        return ()
    number = number_pattern(decimal, thousands)
    return tuple(
        place
        for place, column in enumerate(columns)
        if any(thousands in cell for cell in column) and not any(map(number.fullmatch, column))
    )


def _n_comments(lines, separator):
    """Return how many lines at the top are comment: marked by #, but for names of columns."""
    marked = itertools.takewhile(lambda line: line[:1] == "#" or not line.strip(), lines)
    n_marked = len(top := list(marked))
    table = [line for line in lines[n_marked:] if line.strip()][:_N_LINES]
    if not table or not any(line.strip() for line in top):
        return 0
    rows = _split(table, separator or _separator(table))
    names = _split(lines[n_marked - 1 : n_marked], separator or _separator(table))
    are_names = names and len(names[0]) == len(rows[0]) and not _has_header(rows)
    return n_marked - 1 if are_names else n_marked


def _n_titles(lines, separator):
    """Return how many lines at the top have one cell at most, above names of several columns."""
    table = [line for line in lines if line.strip()][:_N_LINES]
    separator = separator or _separator(table[len(table) // 2 :])
    has_title = False
    for n, row in enumerate(_split(lines[: _MOST_TITLES + 1], separator)):
        n_filled = sum(bool(cell.strip()) for cell in row)
        if n_filled > 1:
            return n if has_title and _has_header([row]) else 0
        if n_filled and not row[0].strip():
            # A column of row numbers has no name.
            return 0
        has_title |= n_filled == 1
    return 0


def _decode(sample, encoding):
    if encoding is None:
        bom = sample[:2] in (b"\xff\xfe", b"\xfe\xff")
        encodings = ["utf-16"] if bom else ["utf-8-sig", "cp1252", "latin-1"]
    else:
        encodings = [encoding]
    for name in encodings:
        try:
            return name, _without_cut_end(sample, name)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise ValueError(f"encoding {name!r} is not known; try utf-8 or cp1252") from None
    raise ValueError(f"the file is not text in the encoding {encoding!r}; try cp1252 or utf-16")


def _without_cut_end(sample, encoding):
    # A sample may end inside a character; whole files are shorter than a sample.
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:
            raise
        return sample[: error.start].decode(encoding)


def _split(lines, separator):
    return list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))


def _separator(lines):
    for separator in SEPARATORS:
        widths = {len(row) for row in _split(lines, separator)}
        if len(widths) == 1 and widths != {1}:
            return separator
    # No separator splits all lines alike: the one that splits the header most.
    return max(reversed(SEPARATORS), key=lambda one: len(_split(lines[:1], one)[0]))


def _has_header(rows):
    return not all(_is_value(cell.strip()) or not cell.strip() for cell in rows[0])


def _are_units(rows):
    """Whether the row after the header is text where all that follow have numbers."""
    if len(rows) < _FEWEST_WITH_UNITS or len({len(row) for row in rows}) > 1:
        return False
    units = [cell.strip() for cell in rows[1]]
    if any(_is_value(cell) for cell in units):
        return False
    columns = [[row[i].strip() for row in rows[2:]] for i in range(len(units))]
    named = [i for i, unit in enumerate(units) if unit.lower() not in MISSING]
    return any(all(map(_is_value, columns[i])) for i in named)


def _is_value(cell):
    return bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell))
