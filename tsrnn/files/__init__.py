"""Tables as people have them: CSV whose dialect and dates are guessed, gzipped or not, Parquet."""

from tsrnn.files.clock import find_clock, join_clock, join_texts
from tsrnn.files.columns import check_numeric, find_time, label_columns, numeric_columns
from tsrnn.files.dates import hint_of_excel, looks_like_times, parse_times
from tsrnn.files.names import check_column
from tsrnn.files.table import Table, read_table

__all__ = [
    "Table",
    "check_column",
    "check_numeric",
    "find_clock",
    "find_time",
    "hint_of_excel",
    "join_clock",
    "join_texts",
    "label_columns",
    "looks_like_times",
    "numeric_columns",
    "parse_times",
    "read_table",
]
