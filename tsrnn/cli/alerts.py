"""From scored rows to alerts: where an event starts, where it ends, and what drives it."""

import math

import numpy as np
import pandas as pd

from tsrnn.cli.output import plain


class Alerts:
    """Turns answers of ``update`` into records, in the order of the rows.

    Parameters
    ----------
    channels : list of str
    merge_gap : int
        An event has ended when more rows than that were usual.
    step : Timedelta or None
        Between two rows, for durations in time.
    every_row : bool
        A record for every row, also for those without news.
    n_top : int
        Most channels listed, of the `foremost` ones.
    """

    def __init__(self, channels, *, merge_gap=0, step=None, every_row=False, n_top=5):
        self.channels, self.merge_gap, self.step = channels, merge_gap, step
        self.every_row, self.n_top = every_row, n_top
        self.event = None
        self.n_events = 0

    def of(self, values, table):
        """Return the records of rows: `values` (n, n_channels) and their `table`."""
        flags = table["is_anomaly"].to_numpy()
        if not self.every_row and self.event is None and not flags.any():
            return []
        scores, levels, p_values = (
            table[name].to_numpy() for name in ("score", "threshold", "p_value")
        )
        parts, expected = (
            table[[f"{name}_{what}" for name in self.channels]].to_numpy(dtype=float)
            for what in ("score", "expected")
        )
        records = []
        for i, time in enumerate(table.index):
            row = _Row(time, scores[i], levels[i], p_values[i], parts[i], expected[i], values[i])
            records += self._next(row, flags[i])
        return records

    def unfinished(self):
        """Return the record of an event that goes on when the rows end, in a list, or none."""
        return [] if self.event is None else [self._about_event("open", self.event.end)]

    def _next(self, row, flagged):
        state, records = None, []
        if flagged:
            state = "ongoing" if self.event else "start"
            if self.event is None:
                self.event = _Event(row)
                self.n_events += 1
            self.event.take(row)
        elif self.event is not None:
            self.event.n_usual += 1
            self.event.usual_parts += row.parts
            if self.event.n_usual > self.merge_gap:
                records.append(self._about_event("end", row.time))
                self.event = None
        if state == "start" or self.every_row:
            records.append(self._about_row(state, row))
        return records

    def _about_row(self, state, row):
        return {"event": state, "time": plain(row.time), **self._figures(row, row.parts)}

    def _about_event(self, state, time):
        event = self.event
        if isinstance(event.start, pd.Timestamp):
            duration = (event.end - event.start + (self.step or pd.Timedelta(0))).isoformat()
        else:
            duration = event.n_rows
        return {
            "event": state, "time": plain(time), "start": plain(event.start),
            "end": plain(event.end), "peak": plain(event.peak.time), "duration": duration,
            "rows": event.n_rows, **self._figures(event.peak, event.parts),
        }  # fmt: skip

    def _figures(self, row, parts):
        from tsrnn.detection.events import foremost

        severity = row.score / row.level if row.level > 0 else math.inf
        ranked = foremost(parts)[: self.n_top]
        return {
            "score": plain(row.score), "threshold": plain(row.level),
            "p_value": plain(row.p_value), "severity": plain(severity),
            "channels": [
                {"channel": self.channels[c], "score": plain(row.parts[c]),
                 "expected": plain(row.expected[c]), "actual": plain(row.values[c])}
                for c in ranked
            ],
        }  # fmt: skip


class _Row:
    def __init__(self, time, score, level, p_value, parts, expected, values):
        self.time, self.score, self.level, self.p_value = time, score, level, p_value
        self.parts, self.expected, self.values = parts, expected, values


class _Event:
    def __init__(self, row):
        self.start = self.end = row.time
        self.peak = row
        self.parts, self.usual_parts = np.zeros_like(row.parts), np.zeros_like(row.parts)
        self.n_rows = self.n_usual = 0

    def take(self, row):
        self.n_rows += 1 + self.n_usual
        self.parts += row.parts + self.usual_parts
        self.n_usual, self.usual_parts = 0, np.zeros_like(row.parts)
        self.end = row.time
        if row.score > self.peak.score:
            self.peak = row
