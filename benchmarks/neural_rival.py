"""The LSTM of neuralforecast as a rival, where that library is installed."""

import importlib.util
import logging
import warnings

import pandas as pd

# Steps of training, the library's own default, and input in horizons.
STEPS, INPUT = 1000, 2


def is_installed():
    """Whether neuralforecast is."""
    return importlib.util.find_spec("neuralforecast") is not None


class NeuralforecastLSTM:
    """``neuralforecast.models.LSTM`` with its defaults, on the processor; no intervals.

    Parameters
    ----------
    h : int
        Horizon.
    """

    def __init__(self, h):
        self.h = h

    def fit(self, frame):
        """Train on a long frame whose times are integers."""
        from neuralforecast import NeuralForecast
        from neuralforecast.models import LSTM

        logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
        quiet = {"accelerator": "cpu", "logger": False, "enable_progress_bar": False}
        quiet |= {"enable_checkpointing": False, "enable_model_summary": False}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = LSTM(self.h, input_size=INPUT * self.h, max_steps=STEPS, random_seed=0, **quiet)
            self.neural_ = NeuralForecast([model], freq=1)
            self.neural_.fit(frame)
        return self

    def predict(self, h, level):
        """Return a long frame of forecasts, series in the order of their ids."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            forecast = self.neural_.predict()
        column = pd.to_numeric(forecast["LSTM"])
        return forecast[["unique_id", "ds"]].assign(**{type(self).__name__: column})
