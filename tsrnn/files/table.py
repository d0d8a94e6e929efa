"""Read a table from a file whose dialect is guessed."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tsrnn.files.dialect import sniff
from tsrnn.files.memory import check_memory, estimate
from tsrnn.files.names import check_column
from tsrnn.files.signs import signs_of_all
from tsrnn.files.source import open_source

# Later versions read numbers to the last bit by themselves, and warn of the option.
_EXACT = {"float_precision": "round_trip"} if pd.__version__ < "3" else {}
_FIELDS = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")


@dataclass(frozen=True)
class Table:
    """A table and what was found about how it is written.

    Attributes
    ----------
    name : str
        Of the file, for messages.
    frame : DataFrame
        Columns as they are in the file; times are not parsed yet.
    found : list of str
        What was guessed, in words.
    remarks : list of str
        What the user may want to act on.
    decimal : str
        Sign in numbers of a CSV file: columns with words among them are still text.
    thousands : str or None
        Sign between thousands in them.
    """

    name: str
    frame: pd.DataFrame
    found: list
    remarks: list
    decimal: str = "."
    thousands: str | None = None


def read_table(
    path, *, columns=None, separator=None, decimal=None, encoding=None, header=None, na_values=()
):
    r"""Read a CSV (also gzipped) or Parquet file.

    Parameters
    ----------
    path : str or Path
        "-" is standard input.
    columns : list of str, optional
        Read these only; None for all.
    separator, decimal, encoding : str, optional
        Of a CSV file, one character each but `encoding`; None guesses.
    header : bool, optional
        Whether the first line of a CSV file names the columns; None guesses.
    na_values : sequence of str
        Texts that mean a missing value, beside the empty one, NA, NaN, null and their kind.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        If the file does not exist, is empty, damaged or no table, has no rows, two columns of one
        name, lines of unequal length, no column of a name in `columns`, or is too large for memory.
    ImportError
        If it is a Parquet file and pyarrow is not installed.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "sales.csv")
    ...     _ = path.write_text("day;sales\n1.2.2024;3,5\n2.2.2024;4,25\n")
    ...     table = read_table(path)
    >>> table.frame["sales"].to_list(), table.found
    ([3.5, 4.25], ["separator ';'", "decimal sign ','"])
    """
    source = open_source(path)
    if source.kind == "parquet":
        return _read_parquet(source, columns)
    for name, sign in (("separator", separator), ("decimal", decimal)):
        if sign is not None and len(sign) != 1:
            raise ValueError(f"{name} must be one character, got {sign!r}")
    dialect = sniff(
        source.sample, whole=source.is_whole, separator=separator, decimal=decimal,
        encoding=encoding, header=header,
    )  # fmt: skip
    _check_names(source.name, dialect.names)
    for column in columns or ():
        check_column(source.name, column, dialect.names)
    n_columns = len(columns or dialect.names)
    remarks = [check_memory(source.name, *estimate(source.n_bytes, source.sample, n_columns))]
    if dialect.unsure is not None:
        remarks.append(
            f"numbers like {dialect.unsure} are read with a decimal point; if it stands between "
            "thousands: --decimal ,"
        )
    frame = _parse(source, dialect, columns, na_values, decimal)
    if not len(frame):
        raise ValueError(f"{source.name} has a header but no rows")
    frame = _without_row_numbers(frame)
    return Table(
        source.name, frame, dialect.describe(), list(filter(None, remarks)), dialect.decimal,
        dialect.thousands,
    )  # fmt: skip


def _check_names(name, names):
    seen = [one for i, one in enumerate(names) if one and one in names[:i]]
    if seen:
        places = [str(i + 1) for i, one in enumerate(names) if one == seen[0]]
        raise ValueError(
            f"{name} has the column {seen[0]!r} more than once (columns {', '.join(places)}); "
            "rename all but one"
        )


def _parse(source, dialect, columns, na_values, decimal):
    names = [one or f"column{i + 1}" for i, one in enumerate(dialect.names)]
    # pandas would take the signs out of dates too.
    texts = {names[place]: str for place in dialect.texts}
    sign = dialect.thousands
    try:
        with source.open() as stream:
            frame = pd.read_csv(
                stream,
                sep=dialect.separator,
                decimal=dialect.decimal,
                thousands=sign if sign and sign.isascii() else None,
                dtype=texts,
                encoding=dialect.encoding,
                header=0 if dialect.has_header else None,
                names=names,
                usecols=columns,
                index_col=False,
                skiprows=dialect.skipped_lines(),
                na_values=list(na_values),
                skipinitialspace=True,
                low_memory=False,
                **_EXACT,
            )
    except pd.errors.ParserError as error:
        fields = _FIELDS.search(str(error))
        if fields is None:
            raise ValueError(f"{source.name} is no CSV file that can be read: {error}") from None
        expected, line, got = fields.groups()
        hint = ", or name the separator: --sep ';'" if expected == "1" else ""
        raise ValueError(
            f"{source.name}, line {line}: {got} fields, the lines before have {expected}; correct "
            f"the line{hint}"
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{source.name} is not {dialect.encoding} text (byte {error.start}); "
            "name the encoding: --encoding cp1252"
        ) from None
    except EOFError as error:
        raise ValueError(f"{source.name}: damaged or incomplete gzip file ({error})") from None
    return _with_numbers(frame, dialect, decimal)


def _with_numbers(frame, dialect, decimal):
    """Return `frame` with columns as numbers that are text for the signs in them alone.

    They are not ASCII, or stand behind the lines that the dialect was guessed from.
    """
    for name in frame.columns[[dtype.kind not in "biuf" for dtype in frame.dtypes]]:
        cells = [str(cell).strip() for cell in frame[name].dropna().unique()]
        signs = signs_of_all(cells, dialect.separator, decimal)
        if signs is not None:
            texts = frame[name].str.strip()
            texts = texts.str.replace(signs[1], "") if signs[1] else texts
            frame = frame.assign(**{name: pd.to_numeric(texts.str.replace(signs[0], "."))})
    return frame


def _without_row_numbers(frame):
    """Drop a nameless first column that only counts the rows, as `DataFrame.to_csv` writes it."""
    first = frame.iloc[:, 0]
    counts = frame.columns[0] == "column1" and frame.shape[1] > 1
    if counts and pd.api.types.is_integer_dtype(first.dtype):
        numbers = first.to_numpy()
        if (numbers == numbers[0] + np.arange(len(frame))).all():
            return frame.iloc[:, 1:]
    return frame


def _read_parquet(source, columns):
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise ImportError(
            f"{source.name} is a Parquet file; to read it: pip install 'tsrnn[parquet]'"
        ) from None
    with source.open() as stream:
        try:
            file = parquet.ParquetFile(stream)
        except (OSError, ValueError) as error:
            raise ValueError(f"{source.name} is a damaged Parquet file: {error}") from None
        names = file.schema_arrow.names
        _check_names(source.name, names)
        for column in columns or ():
            check_column(source.name, column, names)
        n_rows = file.metadata.num_rows
        needed = 20 * n_rows * len(columns or names)
        remark = check_memory(source.name, n_rows, needed)
        frame = file.read(columns=columns).to_pandas()
    if frame.index.name is not None or not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    if not len(frame):
        raise ValueError(f"{source.name} has no rows")
    return Table(source.name, frame, ["Parquet"], [remark] if remark else [])
