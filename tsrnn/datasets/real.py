"""Public-domain series that statsmodels carries, as pandas Series with a regular DatetimeIndex."""

import pandas as pd


def load_co2():
    """Weekly atmospheric CO2 at Mauna Loa, Hawaii: a trend with a yearly season.

    Returns
    -------
    co2 : Series of float, shape (2284,)
        Concentration in parts per million (ppm), from 313.0 to 373.9; 59 missing weeks are NaN.
        Named "co2"; DatetimeIndex of Saturdays (freq "W-SAT"), 1958-03-29 to 2001-12-29.
        A new object at each call.

    Notes
    -----
    Source: C. D. Keeling and T. P. Whorf, "Atmospheric CO2 concentrations derived from flask air
    samples at sites in the SIO network", Carbon Dioxide Information Analysis Center, 2004, as
    distributed with statsmodels. Licence: public domain.

    Examples
    --------
    >>> from tsrnn.datasets import load_co2
    >>> co2 = load_co2()
    >>> co2.index.freqstr, len(co2), int(co2.isna().sum())
    ('W-SAT', 2284, 59)
    """
    from statsmodels.datasets import co2

    return co2.load_pandas().data["co2"].astype(float).asfreq("W-SAT")


def load_sea_surface_temperature():
    """Monthly sea-surface temperature off Peru and Ecuador (Nino 1+2 region): season and El Nino.

    Returns
    -------
    temperature : Series of float, shape (732,)
        Mean temperature of the month in degrees Celsius, from 18.95 to 29.24, none missing.
        Named "sea_surface_temperature"; DatetimeIndex of month starts (freq "MS"), 1950-01-01 to
        2010-12-01. A new object at each call.

    Notes
    -----
    Source: ERSST.V3B, National Weather Service of the National Oceanic and Atmospheric
    Administration, as distributed with statsmodels (`elnino`). Licence: public domain.

    Examples
    --------
    >>> from tsrnn.datasets import load_sea_surface_temperature
    >>> load_sea_surface_temperature().head(2)
    1950-01-01    23.11
    1950-02-01    24.20
    Freq: MS, Name: sea_surface_temperature, dtype: float64
    """
    from statsmodels.datasets import elnino

    table = elnino.load_pandas().data.set_index("YEAR")
    months = pd.date_range(f"{int(table.index[0])}-01-01", periods=table.size, freq="MS")
    return pd.Series(
        table.to_numpy(float).ravel().copy(), index=months, name="sea_surface_temperature"
    )


def load_sunspots():
    """Yearly sunspot activity: a cycle of about eleven years with changing height.

    Returns
    -------
    sunspots : Series of float, shape (309,)
        Mean sunspot number of the year (a count index, no unit), from 0.0 to 190.2, none missing.
        Named "sunspots"; DatetimeIndex of year starts (freq "YS"), 1700-01-01 to 2008-01-01.
        A new object at each call.

    Notes
    -----
    Source: National Geophysical Data Center of the National Oceanic and Atmospheric
    Administration, as distributed with statsmodels. Licence: public domain.

    Examples
    --------
    >>> from tsrnn.datasets import load_sunspots
    >>> load_sunspots().loc["1957":"1958"]
    1957-01-01    190.2
    1958-01-01    184.8
    Freq: YS-JAN, Name: sunspots, dtype: float64
    """
    from statsmodels.datasets import sunspots

    table = sunspots.load_pandas().data
    years = pd.date_range(f"{int(table['YEAR'].iloc[0])}-01-01", periods=len(table), freq="YS")
    return pd.Series(table["SUNACTIVITY"].to_numpy(float).copy(), index=years, name="sunspots")
