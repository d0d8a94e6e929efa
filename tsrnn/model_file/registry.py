"""The classes that a model file may hold; loading makes objects of no others.

The names are those in the files: a class that moves keeps its name, a class that is replaced gives
its name to the successor. Objects are rebuilt from their attributes, without a call of the
constructor. A class may define

``_state_version``
    An integer, 1 where it is missing; raise it when attributes change their meaning.
``_upgrade_state(state, version)``
    A class method: attributes as an earlier version stored them -> as this version has them.
``_check_loaded(parts)``
    Raise ValueError unless the attributes fit each other; `parts` are all objects of tsrnn in the
    file so far. Needed wherever kernels, which do not check bounds, rely on it.

Attributes added later need no upgrade if they are parameters of an estimator, or fields of a
dataclass, with a default.
"""

import importlib

CLASSES = {
    "ARIMA": "tsrnn.baselines.arima:ARIMA",
    "ARIMAModel": "tsrnn.baselines.arima_model:ARIMAModel",
    "ARIMAModels": "tsrnn.baselines.arima:ARIMAModels",
    "Ages": "tsrnn.detection.staleness:Ages",
    "Adam": "tsrnn.network.solvers:Adam",
    "Arrivals": "tsrnn.detection.horizons:Arrivals",
    "AutoRegression": "tsrnn.baselines.auto_regression:AutoRegression",
    "Basis": "tsrnn.forecasting.basis:Basis",
    "BenjaminiHochberg": "tsrnn.thresholds.discovery:BenjaminiHochberg",
    "CalendarAxis": "tsrnn.forecasting.time_axis:CalendarAxis",
    "Calibration": "tsrnn.detection.calibration:Calibration",
    "Carried": "tsrnn.detection.channels:Carried",
    "Channels": "tsrnn.detection.channels:Channels",
    "Comb": "tsrnn.baselines.comb:Comb",
    "CombModel": "tsrnn.baselines.comb:CombModel",
    "Covariates": "tsrnn.forecasting.covariates:Covariates",
    "DSpot": "tsrnn.thresholds.streaming:DSpot",
    "Drift": "tsrnn.baselines.drift:Drift",
    "DriftModel": "tsrnn.baselines.drift:DriftModel",
    "ETS": "tsrnn.baselines.ets:ETS",
    "ETSModel": "tsrnn.baselines.ets_model:ETSModel",
    "Effects": "tsrnn.forecasting.effects:Effects",
    "Ensemble": "tsrnn.detection.ensemble:Ensemble",
    "EnsembleStream": "tsrnn.detection.ensemble:EnsembleStream",
    "ErrorUnit": "tsrnn.forecasting.error_unit:ErrorUnit",
    "FixedAxis": "tsrnn.forecasting.time_axis:FixedAxis",
    "ForecastScorer": "tsrnn.detection.scoring:ForecastScorer",
    "ForecastStream": "tsrnn.detection.forecast_stream:ForecastStream",
    "Form": "tsrnn.forecasting.panel:Form",
    "GlobalModel": "tsrnn.forecasting.global_model:GlobalModel",
    "History": "tsrnn.network.training:History",
    "Holt": "tsrnn.baselines.holt:Holt",
    "HoltModel": "tsrnn.baselines.holt_model:HoltModel",
    "HoltWinters": "tsrnn.baselines.holt_winters:HoltWinters",
    "IntegerAxis": "tsrnn.forecasting.time_axis:IntegerAxis",
    "KnownColumns": "tsrnn.baselines.arima_regression:KnownColumns",
    "LagCovariates": "tsrnn.baselines.lag_covariates:LagCovariates",
    "LagModels": "tsrnn.baselines.lag_regressor:LagModels",
    "LagRegressor": "tsrnn.baselines.lag_regressor:LagRegressor",
    "LiveAlarms": "tsrnn.detection.live:LiveAlarms",
    "LiveVerdicts": "tsrnn.detection.calibration:LiveVerdicts",
    "LevelScorer": "tsrnn.detection.level:LevelScorer",
    "LevelStream": "tsrnn.detection.level:LevelStream",
    "Mean": "tsrnn.baselines.mean:Mean",
    "MeanModel": "tsrnn.baselines.mean:MeanModel",
    "Member": "tsrnn.detection.ensemble:Member",
    "MemoryScorer": "tsrnn.detection.scoring:MemoryScorer",
    "MemoryStream": "tsrnn.detection.memory_stream:MemoryStream",
    "MovingEnergy": "tsrnn.baselines.moving_energy:MovingEnergy",
    "MovingLevel": "tsrnn.detection.live:MovingLevel",
    "KnownSeries": "tsrnn.forecasting.known_series:KnownSeries",
    "Naive": "tsrnn.baselines.naive:Naive",
    "Naive2": "tsrnn.baselines.naive2:Naive2",
    "Panel": "tsrnn.forecasting.panel:Panel",
    "PanelModel": "tsrnn.forecasting.panel_model:PanelModel",
    "PeriodAxis": "tsrnn.forecasting.time_axis:PeriodAxis",
    "Plan": "tsrnn.network.training:Plan",
    "RMSprop": "tsrnn.network.solvers:RMSprop",
    "RNNClassifier": "tsrnn.estimators.classifier:RNNClassifier",
    "RNNDetector": "tsrnn.detection.detector:RNNDetector",
    "RNNForecaster": "tsrnn.forecasting.forecaster:RNNForecaster",
    "RNNRegressor": "tsrnn.estimators.regressor:RNNRegressor",
    "Recent": "tsrnn.detection.recent:Recent",
    "ReconstructionScorer": "tsrnn.detection.reconstruction:ReconstructionScorer",
    "ReconstructionStream": "tsrnn.detection.reconstruction:ReconstructionStream",
    "RecurrentResidual": "tsrnn.detection.recurrent:RecurrentResidual",
    "RecurrentStream": "tsrnn.detection.recurrent:RecurrentStream",
    "Regressors": "tsrnn.forecasting.regressors:Regressors",
    "RegressionModel": "tsrnn.baselines.arima_regression:RegressionModel",
    "RidgeLags": "tsrnn.detection.linear:RidgeLags",
    "RollingMAD": "tsrnn.baselines.rolling_mad:RollingMAD",
    "RollingZScore": "tsrnn.baselines.rolling_zscore:RollingZScore",
    "RunningLoudness": "tsrnn.detection.running:RunningLoudness",
    "SES": "tsrnn.baselines.ses:SES",
    "SESModel": "tsrnn.baselines.ses:SESModel",
    "SGD": "tsrnn.network.solvers:SGD",
    "STLModel": "tsrnn.baselines.stl:STLModel",
    "STLResidual": "tsrnn.baselines.stl_residual:STLResidual",
    "Scaling": "tsrnn.forecasting.panel_model:Scaling",
    "Season": "tsrnn.forecasting.seasonality:Season",
    "SeasonalNaive": "tsrnn.baselines.naive:SeasonalNaive",
    "SeasonalNaiveModel": "tsrnn.forecasting.seasonal_naive:SeasonalNaiveModel",
    "SeasonallyAdjusted": "tsrnn.baselines.adjusted:SeasonallyAdjusted",
    "SegmentRecipe": "tsrnn.forecasting.recipes:SegmentRecipe",
    "Sight": "tsrnn.forecasting.crops:Sight",
    "SmoothingRecipe": "tsrnn.forecasting.smoothing_recipe:SmoothingRecipe",
    "Spot": "tsrnn.thresholds.streaming:Spot",
    "StartUp": "tsrnn.detection.startup:StartUp",
    "StepRecipe": "tsrnn.forecasting.recipes:StepRecipe",
    "Staleness": "tsrnn.detection.staleness:Staleness",
    "Stream": "tsrnn.detection.stream:Stream",
    "StuckScorer": "tsrnn.detection.stuck:StuckScorer",
    "StuckStream": "tsrnn.detection.stuck:StuckStream",
    "Tail": "tsrnn._tail:Tail",
    "Theta": "tsrnn.baselines.theta:Theta",
    "ThetaModel": "tsrnn.baselines.theta:ThetaModel",
    "Trailing": "tsrnn.detection.smoothing:Trailing",
    "Usual": "tsrnn.detection.usual:Usual",
    "Variety": "tsrnn.detection.variety:Variety",
    "Watch": "tsrnn.detection.streaming:Watch",
    "WindowAutoencoder": "tsrnn.detection.autoencoder:WindowAutoencoder",
    "WindowMemory": "tsrnn.detection.memory:WindowMemory",
    "WindowRegression": "tsrnn.forecasting.window_regression:WindowRegression",
    "WindowedOutlier": "tsrnn.baselines.windowed_outlier:WindowedOutlier",
    "WindowedRegressor": "tsrnn.estimators.windowed:WindowedRegressor",
}

# Rebuilt by its constructor, which checks the sizes that kernels rely on; see `read_network`.
NETWORK = "tsrnn.network.stack:Network"
CELLS = "tsrnn.cells:CELLS"


def find(place):
    """Return the object at `place`, "module:name", one of those in this file."""
    module, name = place.split(":")
    return getattr(importlib.import_module(module), name)


def place_of(cls):
    """Return where a class is defined, in the notation of this file."""
    return f"{cls.__module__}:{cls.__qualname__}"


def name_of(cls):
    """Return the name of a class in model files, None if they cannot hold it."""
    place = place_of(cls)
    return next((name for name, known in CLASSES.items() if known == place), None)
