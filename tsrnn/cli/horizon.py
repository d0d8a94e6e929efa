"""How many steps to forecast: checked, or guessed if -h was not given."""

from tsrnn.cli.frequency import describe_freq

# What the M4 competition asked for (Makridakis, Spiliotis and Assimakopoulos, 2020, table 2).
_OF_M4 = {"year": 6, "quarter": 8, "month": 18, "week": 13, "day": 14, "hour": 48}
# Of other frequencies: a season, but not more steps than an eye can follow; without one a dozen.
_LONGEST, _WITHOUT_SEASON = 96, 12


def check_counts(arguments):
    """Raise ValueError if horizon or season is no positive number."""
    for option, value in (("-h", arguments.horizon), ("--season", arguments.season)):
        if value is not None and value < 1:
            raise ValueError(f"{option} must be at least 1, got {value}")


def settle_horizon(arguments, series, n_windows=1):
    """Set the horizon if it was not given; refuse one that the history cannot teach.

    Parameters
    ----------
    arguments : Namespace
        Its `horizon` is set if it is None.
    series : SeriesFile
    n_windows : int
        Horizons that are held out at the end.

    Returns
    -------
    str
        What was guessed, empty if nothing was.

    Raises
    ------
    ValueError
        If it takes as many steps as the longest series has, or more.
    """
    longest = int(series.panel.lengths.max())
    if longest < 2:
        raise ValueError(
            f"the longest series has {longest} row; at least 2 are needed, 20 to learn anything"
        )
    if arguments.horizon is None:
        usual = usual_horizon(series.panel.freq, arguments.season)
        # Enough is left to learn from: a half at least, three quarters if nothing is held out.
        arguments.horizon = max(1, min(usual, longest // max(4, 2 * n_windows)))
        guess = f"horizon {arguments.horizon} (guessed; -h changes it)"
    else:
        guess = ""
    needed = arguments.horizon * n_windows
    if needed >= longest:
        windows = f" in {n_windows} windows" if n_windows > 1 else ""
        most = longest // (2 * n_windows)
        raise ValueError(
            f"-h {arguments.horizon}{windows} takes {needed} steps, the longest series has "
            f"{longest}; choose {f'-h of at most {most}' if most else 'fewer --windows'}"
        )
    return guess


def usual_horizon(freq, season=None):
    """Return how many steps are usually forecast at a frequency.

    Parameters
    ----------
    freq : int or pandas offset
    season : int, optional
        Season length in steps, if it is known; default the usual one of the frequency.

    Examples
    --------
    >>> from pandas.tseries.frequencies import to_offset
    >>> [usual_horizon(to_offset(freq)) for freq in ("MS", "D", "h", "30min", "s")]
    [18, 14, 48, 48, 96]
    >>> usual_horizon(1), usual_horizon(1, season=24)
    (12, 24)
    """
    from tsrnn.forecasting.frequency import season_length_of

    usual = _OF_M4.get(describe_freq(freq).removeprefix("every "))
    if usual is not None:
        return usual
    season = season or season_length_of(freq)
    return min(season, _LONGEST) if season > 1 else _WITHOUT_SEASON
