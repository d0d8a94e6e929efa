"""Layer 1: networks over batches of sequences, and how they are trained. NumPy in, NumPy out."""

from tsrnn.network.batches import Batch, ParallelStreams, Sequences
from tsrnn.network.bptt import loss_and_gradient, predict, workers
from tsrnn.network.layout import Layout
from tsrnn.network.losses import LOSSES, make_loss, n_outputs_for, softmax
from tsrnn.network.schedules import SCHEDULES
from tsrnn.network.solvers import SOLVERS
from tsrnn.network.stack import Network
from tsrnn.network.training import History, Plan, mean_loss, train

__all__ = [
    "LOSSES",
    "SCHEDULES",
    "SOLVERS",
    "Batch",
    "History",
    "Layout",
    "Network",
    "ParallelStreams",
    "Plan",
    "Sequences",
    "loss_and_gradient",
    "make_loss",
    "mean_loss",
    "n_outputs_for",
    "predict",
    "softmax",
    "train",
    "workers",
]
