"""Recurrent cells. A new one is a file with its two kernels and a line in `CELLS`."""

from tsrnn.cells import gru, lstm, rnn
from tsrnn.cells._cell import Cell

CELLS = {
    "rnn": rnn.TANH,
    "rnn_relu": rnn.RELU,
    "lstm": lstm.LSTM,
    "gru": gru.GRU,
}

__all__ = ["CELLS", "Cell"]
