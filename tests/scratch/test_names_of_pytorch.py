"""What the course says about PyTorch's names and defaults: equal, but for the table in ``dlcourse.scratch``."""

import inspect

import pytest
import torch

from dlcourse import scratch
from dlcourse.scratch import clipping, functional, layers, optimizers

ROWS = scratch.__doc__.split("=\n")[2]
OLD_NAMES = {"size_average", "reduce", "_stacklevel", "device", "_weight", "_freeze"}
OTHERWISE = {
    "dim",
    "generator",
    "bias",
    "weight",
    "running_mean",
    "running_var",
}  # compared by eye: they are in the table
FUNCTIONS = [name for name in functional.__all__ if hasattr(torch.nn.functional, name)]
LAYERS = {
    layers.Linear: torch.nn.Linear,
    layers.ReLU: torch.nn.ReLU,
    layers.LeakyReLU: torch.nn.LeakyReLU,
    layers.Sigmoid: torch.nn.Sigmoid,
    layers.Tanh: torch.nn.Tanh,
    layers.GELU: torch.nn.GELU,
    layers.Dropout: torch.nn.Dropout,
    layers.BatchNorm: torch.nn.BatchNorm1d,
    layers.LayerNorm: torch.nn.LayerNorm,
    layers.GroupNorm: torch.nn.GroupNorm,
    layers.Conv2d: torch.nn.Conv2d,
    layers.MaxPool2d: torch.nn.MaxPool2d,
    layers.AvgPool2d: torch.nn.AvgPool2d,
    layers.AdaptiveAvgPool2d: torch.nn.AdaptiveAvgPool2d,
    layers.Flatten: torch.nn.Flatten,
    layers.Embedding: torch.nn.Embedding,
    layers.RNNCell: torch.nn.RNNCell,
    layers.LSTMCell: torch.nn.LSTMCell,
    layers.GRUCell: torch.nn.GRUCell,
}
OPTIMIZERS = {
    getattr(optimizers, name): getattr(torch.optim, name) for name in ("SGD", "Adagrad", "RMSprop", "Adam", "AdamW")
}


def pairs():
    """Everything that has a name of PyTorch's and whose signature Python knows, ours and theirs."""
    functions = {getattr(functional, name): getattr(torch.nn.functional, name) for name in FUNCTIONS}
    functions[clipping.clip_grad_norm_] = torch.nn.utils.clip_grad_norm_
    for ours, theirs in (functions | LAYERS | OPTIMIZERS).items():
        try:
            yield pytest.param(
                ours, inspect.signature(ours).parameters, inspect.signature(theirs).parameters, id=ours.__name__
            )
        except ValueError:
            continue  # written in C


@pytest.mark.parametrize(("ours", "mine", "theirs"), list(pairs()))
def test_defaults_are_those_of_pytorch_and_what_is_missing_is_in_the_table(ours, mine, theirs):
    for name in mine.keys() & theirs.keys() - OTHERWISE:
        default = theirs[name].default
        if isinstance(default, torch.Tensor):
            default = default.item()
        if name not in ("dtype", "normalized_shape"):
            assert mine[name].default == default, name
    for name in theirs.keys() - mine.keys() - OLD_NAMES - {"input", "target", "kwargs", "args"}:
        assert name in ROWS, f"{ours.__name__}: {name} is missing, and the table does not say so"


def test_names_in_the_table_that_are_ours_exist():
    for name in ("softmax", "linear", "cross_entropy", "mse_loss", "dropout", "batch_norm", "layer_norm", "embedding"):
        assert name in ROWS
        assert name in functional.__all__
    for name in ("conv2d", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d", "pad"):
        assert name in ROWS
        assert name in functional.__all__
    for name in ("stack", "where"):
        assert f"torch.{name}" in ROWS
        assert name in functional.__all__
    for name in (
        "BatchNorm",
        "LayerNorm",
        "GroupNorm",
        "Linear",
        "Dropout",
        "Conv2d",
        "MaxPool2d",
        "AvgPool2d",
        "Embedding",
        "RNN",
        "LSTM",
        "GRU",
    ):
        assert name in ROWS
        assert hasattr(layers, name)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_settings_of_recurrent_layers_that_are_missing_are_in_the_table(name):
    """PyTorch's own signature hides them behind ``*args, **kwargs``; those that every kind takes are in its base."""
    mine = inspect.signature(getattr(layers, name)).parameters
    for setting, parameter in inspect.signature(torch.nn.RNNBase).parameters.items():
        if setting in mine:
            assert setting == "dtype" or mine[setting].default == parameter.default
        else:
            assert setting in ROWS or setting in OLD_NAMES | {"mode"}, setting
