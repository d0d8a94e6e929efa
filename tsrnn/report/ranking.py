"""A ranking of models as a table and bars."""

import html

from tsrnn.report.page import Section, check_plotly, figure_html, number, table_html

_COLOUR, _OTHERS = "#0072B2", "#AAAAAA"


def ranking_section(
    table, metric, *, title="Beside the baselines", note="", name="ranking", better="lower"
):
    """Build a section from a table of models, as `tsrnn.compare` gives one.

    Parameters
    ----------
    table : DataFrame
        One row per model (index), best first, columns of figures. Not modified.
    metric : str
        Column that the bars show.
    title, note : str
        Above table and bars.
    name : str
        Of the figure in the page; each figure needs its own.
    better : {"lower", "higher"}
        Which values of the metric are better, for the label of the axis.

    Returns
    -------
    Section

    Raises
    ------
    ImportError
        If plotly is not installed.
    """
    check_plotly()
    from plotly.graph_objects import Figure

    figures = table.select_dtypes("number")
    rows = [
        f"<tr><td>{html.escape(str(model))}</td>{''.join(map(number, values))}</tr>"
        for model, values in zip(figures.index, figures.to_numpy(), strict=True)
    ]
    known = table[metric].dropna().iloc[::-1]
    colours = [_COLOUR if str(model).startswith("RNN") else _OTHERS for model in known.index]
    figure = Figure()
    figure.add_bar(
        x=known.to_numpy(dtype=float), y=[str(one) for one in known.index], orientation="h",
        marker={"color": colours},
    )  # fmt: skip
    figure.update_xaxes(title_text=f"{metric} ({better} is better)")
    blocks = [
        f"<p>{html.escape(note)}</p>" if note else "",
        table_html(["model", *map(str, figures.columns)], rows),
        figure_html(figure, name, 120 + 28 * len(known)),
    ]
    return Section(title, tuple(blocks))
