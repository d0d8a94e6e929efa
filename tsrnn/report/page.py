"""The page around the sections, and the figures in it."""

import html
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #222; max-width: 1180px; margin: 2em auto;
  padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { text-align: left; padding: .25em .8em; border-bottom: 1px solid #ddd;
  vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.time, th, button { white-space: nowrap; }
th { font-weight: 600; }
button { font: inherit; color: #0072B2; background: none; border: 0; padding: 0;
  text-decoration: underline; cursor: pointer; }
.scroll { max-height: 22em; overflow: auto; }
footer { color: #777; margin: 3em 0 1em; }
"""


@dataclass(frozen=True)
class Section:
    """A titled part of a page: a list of texts, tables and figures, as HTML."""

    title: str
    blocks: tuple


def check_plotly():
    """Raise ImportError that says what to install if plotly is not there."""
    try:
        import plotly  # noqa: F401
    except ImportError:
        raise ImportError(
            "a report needs plotly, which is not installed: pip install 'tsrnn[report]'"
        ) from None


def write_report(path, title, sections):
    """Write sections as one HTML file that holds all it needs, plotly's code among it.

    Parameters
    ----------
    path : str or Path
        Replaced if it exists.
    title : str
    sections : list of Section
        As from `forecast_section`, `events_section` and `ranking_section`.

    Raises
    ------
    ImportError
        If plotly is not installed.
    OSError
        If the file cannot be written.
    """
    check_plotly()
    from plotly.offline import get_plotlyjs

    from tsrnn import __version__

    parts = [f"<h1>{html.escape(title)}</h1>"]
    for section in sections:
        parts.append(f"<section><h2>{html.escape(section.title)}</h2>")
        parts += [*section.blocks, "</section>"]
    page = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>{_STYLE}</style>
<script>{get_plotlyjs()}</script></head>
<body>{"".join(parts)}
<footer>tsrnn {__version__}. Drag to zoom, double-click to see all.</footer></body></html>
"""
    Path(path).write_text(page, encoding="utf-8")


def figure_html(figure, name, height, *, top=50):
    """Return a plotly figure as HTML, its element called `name`; sizes in pixels."""
    figure.update_layout(
        height=height,
        margin={"l": 60, "r": 20, "t": top, "b": 40},
        template="plotly_white",
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.01},
        font={"family": "system-ui, sans-serif"},
    )
    config = {"displaylogo": False, "responsive": True}
    return figure.to_html(full_html=False, include_plotlyjs=False, div_id=name, config=config)


def facts_html(facts):
    """Return a table of names and values."""
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>"
        for name, value in facts.items()
    )
    return f"<table>{rows}</table>"


def table_html(head, rows):
    """Return a table; cells are HTML already, those of `number` are set to the right."""
    heads = "".join(f"<th>{html.escape(name)}</th>" for name in head)
    return f'<div class="scroll"><table><tr>{heads}</tr>{"".join(rows)}</table></div>'


def number(value, digits=4):
    """Return a table cell with a number, empty if there is none."""
    text = "" if pd.isna(value) else f"{value:.{digits}g}"
    return f'<td class="number">{text}</td>'


def as_small(values):
    """Return values in single precision, which takes less of the page, if nobody can see it."""
    known = values[np.isfinite(values)]
    if len(known) and np.abs(known).max() > 1e3 * np.ptp(known):
        return values
    return values.astype(np.float32)


def to_axis(stamps):
    """Return stamps as plotly takes them: text as short as it can be for times, or numbers."""
    index = pd.Index(stamps)
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if not isinstance(index, pd.DatetimeIndex):
        return index.to_numpy()
    values = index.tz_localize(None).to_numpy()
    for unit in ("D", "m", "s", "ms"):
        if (values == values.astype(f"datetime64[{unit}]")).all():
            break
    texts = np.datetime_as_string(values.astype(f"datetime64[{unit}]"))
    return [text.replace("T", " ") for text in texts.tolist()]
