"""The page that `tsrnn detect --report` writes."""

from pathlib import Path

from tsrnn.cli import console


def write(arguments, log, model, scores, events, n_train):
    """Write what was found, the channels and, of a model learnt here, how it ranks."""
    from tsrnn.report import channels_section, events_section, ranking_section, write_report

    period = f"{model.period_} rows" if getattr(model, "period_", 0) else "none found"
    facts = {
        "Data": log.found,
        "Model": f"{type(model).__name__}, method {getattr(model, 'method', '')}",
        "Learnt from": f"{n_train:,} rows, until {log.frame.index[n_train - 1]}"
        if n_train
        else f"earlier data, kept in {arguments.model}",
        "Period": period,
        "Threshold": f"{-model.offset_:.4g}",
        "Events": f"{len(events)}, {scores['is_anomaly'].mean():.1%} of the rows",
    }
    sections = [
        events_section(
            log.frame, scores, events, title="Events", n_train=n_train or None, facts=facts
        ),
        channels_section(log.frame, scores, events, n_train=n_train or None),
    ]
    if n_train and not arguments.no_ranking:
        sections += _ranking(arguments, log, model, n_train, ranking_section)
    write_report(arguments.report, f"Events in {Path(arguments.file).name}", sections)


def _ranking(arguments, log, model, n_train, ranking_section):
    from tsrnn.cli.detector_ranking import rank

    console.say(arguments, "ranking against the baselines (--no-ranking leaves it out)")
    try:
        table, note = rank(model, log.frame.rename(columns=str), n_train, arguments.seed)
    except ValueError as error:
        console.remark(f"no ranking in the report: {error}")
        return []
    return [ranking_section(table, "F1", note=note, better="higher")]
