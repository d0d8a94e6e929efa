"""Forecasting of many series: frames in and out, the base class, backtests, comparison."""

from tsrnn.forecasting.backtest import backtest
from tsrnn.forecasting.base import BaseForecaster
from tsrnn.forecasting.compare import compare
from tsrnn.forecasting.frames import to_panel
from tsrnn.forecasting.frequency import season_length_of
from tsrnn.forecasting.panel import Panel

__all__ = ["BaseForecaster", "Panel", "backtest", "compare", "season_length_of", "to_panel"]
