"""Signs in numbers of a CSV file: the decimal one, and that between thousands."""

import itertools
import re

# Apostrophes as the Swiss write them, spaces as the French do: plain, no-break and narrow ones.
_THOUSANDS = (None, ",", ".", "'", "\u2019", " ", "\u00a0", "\u202f")
_LIKE_NUMBER = re.compile(r"[-+]?\d+([.,'\u2019 \u00a0\u202f]\d{3})*([.,]\d+)?([eE][-+]?\d+)?")
_GROUPS_OF_POINTS = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+")
# Cells with a point that tell what it is for, at least.
_ENOUGH = 10


def find_signs(columns, separator, decimal=None):
    """Return the decimal sign and that between thousands that make most cells numbers.

    Parameters
    ----------
    columns : list of list of str
        Cells without spaces around them.
    separator : str
        Between the cells; with a comma, numbers with commas are rare, as they need quotes.
    decimal : str, optional
        None looks for it.

    Returns
    -------
    decimal : str
    thousands : str or None
        None where no number needs one.
    unsure : str or None
        A cell like 20.398 if all cells with a point are like it, so that the point may well be
        between thousands.

    Examples
    --------
    >>> find_signs([["1.500,5", "2,25"]], ";"), find_signs([["1'500", "2"]], ";")
    ((',', '.', None), ('.', "'", None))
    """
    columns = [list(filter(_LIKE_NUMBER.fullmatch, column)) for column in columns]
    cells = dict.fromkeys(itertools.chain(*columns))
    signs, most = (decimal or ".", None), -1
    for pair in _pairs(separator, decimal):
        n_numbers = sum(map(bool, map(number_pattern(*pair).fullmatch, cells)))
        if n_numbers > most:
            signs, most = pair, n_numbers
        if n_numbers == len(cells):
            break
    if signs != (".", None) or decimal is not None or separator == ",":
        return *signs, None
    pointed = [cell for cell in cells if "." in cell]
    if len(pointed) < _ENOUGH or not all(map(_GROUPS_OF_POINTS.fullmatch, pointed)):
        return *signs, None
    if any(_are_groups(column) for column in columns):
        return ",", ".", None
    return *signs, pointed[0]


def signs_of_all(cells, separator, decimal=None):
    """Return the signs as `find_signs` does, None if a cell is no number with them.

    Examples
    --------
    >>> signs_of_all(["950", "1,020.5"], ","), signs_of_all(["950", "n/a"], ",")
    (('.', ','), None)
    """
    if not cells or not all(map(_LIKE_NUMBER.fullmatch, cells)):
        return None
    *signs, _ = find_signs([cells], separator, decimal)
    return tuple(signs) if all(map(number_pattern(*signs).fullmatch, cells)) else None


def number_pattern(decimal, thousands):
    """Return the pattern of numbers that are written with these signs."""
    whole = r"\d+"
    if thousands is not None:
        whole = rf"(\d{{1,3}}({re.escape(thousands)}\d{{3}})+|\d+)"
    return re.compile(rf"[-+]?{whole}({re.escape(decimal)}\d+)?([eE][-+]?\d+)?")


def _pairs(separator, decimal):
    """Return decimal signs and those between thousands, the likeliest first."""
    decimals = (".", ",") if decimal is None else (decimal,)
    pairs = [(one, sign) for sign, one in itertools.product(_THOUSANDS, decimals) if one != sign]
    if separator == "," and decimal is None:
        # A quoted 1,500 is not 1.5.
        pairs.insert(1, pairs.pop(pairs.index((".", ","))))
    return pairs


def _are_groups(column):
    """Whether some cells have points, thousands behind each, and whole ones below have none."""
    pointed = [cell for cell in column if "." in cell]
    small = [cell for cell in column if re.fullmatch(r"[-+]?\d{1,3}", cell)]
    return bool(small) and len(pointed) + len(small) == len(column) and len(pointed) >= _ENOUGH
