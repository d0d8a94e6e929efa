"""Tables as people have them: CSV whose dialect and dates are guessed, gzipped or not, Parquet."""

from tsrnn.files.clock import join_clock
from tsrnn.files.columns import check_numeric, find_time, label_columns, numeric_columns
from tsrnn.files.dates import looks_like_times, parse_times
from tsrnn.files.names import check_column
from tsrnn.files.table import Table, read_table

__all__ = [
    "Table",
    "check_column",
    "check_numeric",
    "find_time",
    "join_clock",
    "label_columns",
    "looks_like_times",
    "numeric_columns",
    "parse_times",
    "read_table",
]
