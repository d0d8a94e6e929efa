"""Learning-rate schedules: the factor by which ``learning_rate_init`` is multiplied.

A schedule is called with the share of all steps done, in [0, 1), and the losses of the epochs so
far; it returns a factor in (0, 1].
"""

import math


def constant(progress, losses):
    """1 throughout."""
    return 1.0


def cosine(progress, losses, warmup=0.05, final=0.01):
    """Linear warm-up, then half a cosine down to `final`; Loshchilov and Hutter (2017)."""
    if progress < warmup:
        return max(progress / warmup, final)
    done = (progress - warmup) / (1 - warmup)
    return final + (1 - final) * (1 + math.cos(math.pi * done)) / 2


def one_cycle(progress, losses, peak=0.3, first=0.04, final=1e-4):
    """Cosine up to 1 at `peak`, cosine down to `final`; Smith and Topin (2019)."""
    if progress < peak:
        return first + (1 - first) * (1 - math.cos(math.pi * progress / peak)) / 2
    done = (progress - peak) / (1 - peak)
    return final + (1 - final) * (1 + math.cos(math.pi * done)) / 2


def plateau(progress, losses, patience=5, factor=0.5, final=1e-3):
    """`factor` for every `patience` epochs in a row without a new best loss, not under `final`."""
    scale, best, waited = 1.0, math.inf, 0
    for loss in losses:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        if waited >= patience:
            scale, waited = max(scale * factor, final), 0
    return scale


SCHEDULES = {"constant": constant, "cosine": cosine, "one_cycle": one_cycle, "plateau": plateau}
