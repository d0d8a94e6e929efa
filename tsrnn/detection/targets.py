"""Whether the channels that are to be scored can be."""

from collections.abc import Iterable


def check_targets(targets, rows):
    """Raise unless `targets` is "auto" or names channels of `rows` that can be scored.

    Parameters
    ----------
    targets : object
        The parameter ``target_channels`` of a detector.
    rows : Rows
        As read at fit.

    Raises
    ------
    TypeError
        If `targets` is neither text nor a list.
    ValueError
        If it is another text, or a name in it is unknown or that of a channel of text or booleans.
    """
    names, accepted = rows.names, 'target_channels must be "auto" or a list of channel names'
    if len(rows.helpers) == len(names):
        raise ValueError(
            f"X has no channel of numbers to score, only {_kinds(rows)}, which can but help to "
            "predict others; add a channel of numbers, or have states scored as numbers: "
            "X.astype(float) of booleans"
        )
    if isinstance(targets, str):
        if targets != "auto":
            raise ValueError(f"{accepted}, got target_channels={targets!r}")
        return
    if not isinstance(targets, Iterable):
        raise TypeError(f"{accepted}, got target_channels={targets!r}")
    unknown = [name for name in targets if name not in names]
    if unknown or not len(targets):
        culprit = f"unknown: {', '.join(map(repr, unknown))}" if unknown else "got none"
        raise ValueError(f"{accepted}, here {', '.join(map(repr, names[:20]))}; {culprit}")
    for channel, levels in rows.helpers.items():
        if names[channel] in targets:
            raise ValueError(
                f"target_channels names {names[channel]!r}, which holds "
                f"{'text' if levels else 'booleans'}: an input that helps to predict others, never "
                "scored; leave it out, or make numbers of it"
            )


def _kinds(rows):
    return ", ".join(
        f"{rows.names[channel]!r} ({'text' if levels else 'booleans'})"
        for channel, levels in list(rows.helpers.items())[:20]
    )
