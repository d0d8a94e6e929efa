"""Small files as people have them, for the tests of the command line."""

import numpy as np
import pandas as pd

DAYS = pd.date_range("2024-01-01", periods=60)
WEEKLY = [10.0, 12.0, 15.0, 14.0, 18.0, 30.0, 25.0]


def sales(n_rows=60):
    """Daily sales with a week in them."""
    return [WEEKLY[i % 7] + i / 10 for i in range(n_rows)]


def lines(header, *columns):
    """CSV text of columns; days without their time of day."""
    rows = (
        ",".join(str(value).removesuffix(" 00:00:00") for value in row)
        for row in zip(*columns, strict=True)
    )
    return "\n".join([header, *rows]) + "\n"


def sensor_log(n_rows=900, event=(700, 730)):
    """CSV text of two channels, one of which leaves its wave for a while."""
    t = np.arange(n_rows)
    rng = np.random.default_rng(0)
    values = np.column_stack([np.sin(t / 5), np.cos(t / 5)]) + rng.normal(0, 0.1, (n_rows, 2))
    values[slice(*event), 0] += 3
    times = pd.date_range("2024-01-01", periods=n_rows, freq="min").strftime("%Y-%m-%d %H:%M")
    return lines("time,pump,flow", times, *values.round(4).T)
