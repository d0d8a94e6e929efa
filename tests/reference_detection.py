"""Metrics of anomaly detection written naively, one row, one threshold, one event at a time.

They share nothing with the package. Lists of 0 and 1 in, floats out.
"""

import itertools
import math

import numpy as np


def events_of(flags):
    """List of (first, last) rows of the runs of ones."""
    found = []
    for i, flag in enumerate(flags):
        if flag and (i == 0 or not flags[i - 1]):
            found.append([i, i])
        elif flag:
            found[-1][1] = i
    return [tuple(event) for event in found]


def soft_label(i, y_true, window):
    """Label of row i: 1 inside an anomaly, sqrt(1 - d/w) at distances up to w // 2 outside."""
    if y_true[i]:
        return 1.0
    total = 0.0
    for first, last in events_of(y_true):
        distance = first - i if i < first else i - last
        if distance <= window // 2:
            total += math.sqrt(1 - distance / window)
    return min(total, 1.0)


def merged_events(y_true, window):
    """Anomalies with their buffers, merged where buffers overlap."""
    half, merged = window // 2, []
    for first, last in events_of(y_true):
        if merged and merged[-1][1] >= first - half:
            merged[-1][1] = last + half
        else:
            merged.append([first - half, last + half])
    return merged


def range_curves(y_true, score, window, n_thresholds=250):
    """Points (recall, false-positive rate, precision) of Paparrizos et al. (2022)."""
    n, n_anomalous = len(score), sum(y_true)
    ordered = sorted(score, reverse=True)
    labels = [soft_label(i, y_true, window) for i in range(n)]
    segments = merged_events(y_true, window)
    points = []
    for rank in np.linspace(0, n - 1, n_thresholds).astype(int):
        predicted = [i for i in range(n) if score[i] >= ordered[rank]]
        true_positives = sum(labels[i] for i in predicted)
        outside = sum(labels[i] for i in predicted if not y_true[i])
        positives = n_anomalous + outside / 2
        hit = sum(any(a <= i <= b for i in predicted) for a, b in segments) / len(segments)
        points.append(
            (
                min(true_positives / positives, 1) * hit,
                (len(predicted) - true_positives) / (n - positives),
                true_positives / len(predicted),
            )
        )
    return points


def range_auc(y_true, score, window, curve):
    points = range_curves(y_true, score, window)
    area, recall, fall_out = 0.0, 0.0, 0.0
    for new_recall, new_fall_out, precision in points:
        if curve == "pr":
            area += (new_recall - recall) * precision
        else:
            area += (new_fall_out - fall_out) * (new_recall + recall) / 2
        recall, fall_out = new_recall, new_fall_out
    if curve == "roc":
        area += (1 - fall_out) * (1 + recall) / 2
    return area


def vus(y_true, score, window, curve):
    return sum(range_auc(y_true, score, w, curve) for w in range(window + 1)) / (window + 1)


def point_adjusted(y_true, y_pred, k):
    """F1 of rows after flagging all of each anomaly of which more than k percent is flagged."""
    adjusted = list(y_pred)
    for first, last in events_of(y_true):
        share = 100 * sum(y_pred[first : last + 1]) / (last - first + 1)
        if share > k:
            adjusted[first : last + 1] = [1] * (last - first + 1)
    true_positives = sum(a and b for a, b in zip(adjusted, y_true, strict=True))
    total = sum(adjusted) + sum(y_true)
    return 2 * true_positives / total if total else 0.0


def range_reward(event, others, alpha, bias, cardinality):
    """Tatbul et al. (2018), figure 2, of one range and the list of ranges of the other kind."""
    first, last = event
    overlapping = [other for other in others if other[0] <= last and other[1] >= first]
    length = last - first + 1
    total = inside = 0.0
    for i in range(1, length + 1):
        weight = {
            "flat": 1,
            "front": length - i + 1,
            "back": i,
            "middle": i if i <= length / 2 else length - i + 1,
        }[bias]
        total += weight
        row = first + i - 1
        inside += weight * any(a <= row <= b for a, b in overlapping)
    factor = 1 / len(overlapping) if overlapping and cardinality == "reciprocal" else 1
    return alpha * bool(overlapping) + (1 - alpha) * factor * inside / total


def affiliation(y_true, y_pred, cells=8):
    """Huet et al. (2022) by counting cells; exact, as all corners lie on multiples of 1/4."""
    n = len(y_true)
    events = [(first, last + 1) for first, last in events_of(y_true)]
    alarms = [(first, last + 1) for first, last in events_of(y_pred)]
    borders = [0.0, *((a[1] + b[0]) / 2 for a, b in itertools.pairwise(events)), n]
    precisions, recalls = [], []
    for event, low, high in zip(events, borders[:-1], borders[1:], strict=True):
        zone = middles(low, high, 2 * cells)
        moments = [x for x in middles(low, high, cells) if any(a < x < b for a, b in alarms)]
        chances = []
        for x in moments:
            away = gap(x, event)
            chances.append(1.0 if away == 0 else np.mean([gap(z, event) > away for z in zone]))
        if chances:
            precisions.append(np.mean(chances))
        pieces = [(max(a, low), min(b, high)) for a, b in alarms if a < high and b > low]
        chances = []
        for y in middles(*event, cells):
            away = min((gap(y, piece) for piece in pieces), default=math.inf)
            chances.append(np.mean([abs(z - y) > away for z in zone]))
        recalls.append(np.mean(chances))
    return np.mean(precisions) if precisions else math.nan, np.mean(recalls)


def middles(low, high, cells):
    """Middles of cells of 1/cells between low and high."""
    return [low + (i + 0.5) / cells for i in range(round((high - low) * cells))]


def gap(x, interval):
    return max(interval[0] - x, x - interval[1], 0.0)


def nab(y_true, y_pred, false, missed):
    """Lavin and Ahmad (2015): score of one series and number of windows."""
    windows = events_of(y_true)
    ignored = math.floor(min(0.15 * len(y_true), 750))

    def sigma(y):
        return 2 / (1 + math.exp(5 * y)) - 1

    best = {window: -missed for window in windows if window[1] >= ignored}
    cost = 0.0
    for i in range(ignored, len(y_pred)):
        if not y_pred[i]:
            continue
        before = [window for window in windows if window[0] <= i]
        if not before:
            cost -= false
            continue
        first, last = before[-1]
        width = last - first + 1
        if i <= last:
            best[first, last] = max(best[first, last], sigma(-(last - i + 1) / width) / sigma(-1))
        else:
            position = (i - last) / (width - 1) if width > 1 else math.inf
            cost += false * (-1 if position > 3 else sigma(position))
    return sum(best.values()) + cost, len(best)
