"""A page to look at results: one HTML file that opens without a network, drawn by plotly."""

from tsrnn.report.channels import channels_section
from tsrnn.report.events import events_section
from tsrnn.report.forecast import forecast_section
from tsrnn.report.page import Section, check_plotly, write_report
from tsrnn.report.ranking import ranking_section

__all__ = [
    "Section",
    "channels_section",
    "check_plotly",
    "events_section",
    "forecast_section",
    "ranking_section",
    "write_report",
]
