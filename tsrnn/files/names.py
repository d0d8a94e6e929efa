"""Names of columns that a user gave."""

import difflib

_MOST_SHOWN = 20


def check_column(option, name, columns):
    """Raise ValueError, with the closest name there is, unless `name` is among `columns`.

    Examples
    --------
    >>> check_column("--target", "slaes", ["day", "sales"])
    Traceback (most recent call last):
    ...
    ValueError: --target: there is no column 'slaes'; did you mean 'sales'? There are: day, sales
    """
    if name in columns:
        return
    names = [str(one) for one in columns]
    by_lower = {one.lower(): one for one in names}
    close = difflib.get_close_matches(name.lower(), by_lower, 1, 0.5)
    hint = f"; did you mean {by_lower[close[0]]!r}?" if close else "."
    shown = ", ".join(names[:_MOST_SHOWN]) + (", ..." if len(names) > _MOST_SHOWN else "")
    raise ValueError(f"{option}: there is no column {name!r}{hint} There are: {shown}")
