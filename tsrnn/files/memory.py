"""How much memory a file will take, before it is read."""

import os

_ENOUGH_TO_MENTION = 2**30
# Parsing holds the table about twice for a moment.
_PEAK = 2.5
_BYTES_PER_NUMBER = 8


def estimate(n_bytes, sample, n_columns):
    """Estimate rows and bytes of a table with `n_columns` columns from its size as text."""
    lines = sample.count(b"\n") or 1
    n_rows = max(1, round(n_bytes * lines / len(sample)))
    return n_rows, round(_PEAK * _BYTES_PER_NUMBER * n_rows * n_columns)


def check_memory(name, n_rows, needed, available=None):
    """Refuse a table that does not fit; return a remark on one that is large, else None.

    Parameters
    ----------
    name : str
        Of the file.
    n_rows, needed : int
        As from `estimate`.
    available : int, optional
        Free memory in bytes; None asks the system.

    Raises
    ------
    ValueError
        If `needed` is more than there is.

    Examples
    --------
    >>> check_memory("log.csv", 10**8, 4 * 2**30, 2 * 2**30)
    Traceback (most recent call last):
    ...
    ValueError: log.csv has about 100,000,000 rows; reading it takes about 4.0 GiB of memory, 2.0 \
GiB are free. Read fewer columns (name time and value columns) or split the file
    """
    if available is None:
        available = available_bytes()
    size = f"{needed / 2**30:.1f} GiB"
    if available is not None and needed > available:
        raise ValueError(
            f"{name} has about {n_rows:,} rows; reading it takes about {size} of memory, "
            f"{available / 2**30:.1f} GiB are free. "
            "Read fewer columns (name time and value columns) or split the file"
        )
    if needed > _ENOUGH_TO_MENTION:
        return f"{name} has about {n_rows:,} rows; reading it takes about {size} of memory"
    return None


def available_bytes():
    """Return the free memory of the machine, None where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
