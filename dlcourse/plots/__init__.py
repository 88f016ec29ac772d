"""Figures: functions that take ``ax=None``, draw, and return ``ax``, each with an alternative text.

A cell ends with ``plots.show(ax)``, which shows the figure and stores its text.
"""

from dlcourse.plots import style
from dlcourse.plots.architectures import architecture
from dlcourse.plots.autoencoders import autoencoder, layer_by_layer
from dlcourse.plots.basic import band, bars, histogram, images, line_over, lines, scatter, table
from dlcourse.plots.blocks import Ways, block_diagram
from dlcourse.plots.cells import gru_cell, lstm_cell
from dlcourse.plots.descents import descents
from dlcourse.plots.directions import two_directions
from dlcourse.plots.graph_drawing import GraphPicture, NodeArtists
from dlcourse.plots.graphs import computational_graph, draw_graph
from dlcourse.plots.networks import network
from dlcourse.plots.normalizations import normalizations
from dlcourse.plots.optimizers import optimizer_family
from dlcourse.plots.photographs import photographs
from dlcourse.plots.showing import ShownFigure, alternative_text, describe, show, words_as_html
from dlcourse.plots.sparse import sparse_matrix
from dlcourse.plots.stacks import stacks
from dlcourse.plots.style import new_axes, new_figure
from dlcourse.plots.transfers import four_fields, frozen_layers
from dlcourse.plots.unrolled import unrolled

__all__ = [
    "GraphPicture",
    "NodeArtists",
    "ShownFigure",
    "Ways",
    "alternative_text",
    "architecture",
    "autoencoder",
    "band",
    "bars",
    "block_diagram",
    "computational_graph",
    "descents",
    "describe",
    "draw_graph",
    "four_fields",
    "frozen_layers",
    "gru_cell",
    "histogram",
    "images",
    "layer_by_layer",
    "line_over",
    "lines",
    "lstm_cell",
    "network",
    "new_axes",
    "new_figure",
    "normalizations",
    "optimizer_family",
    "photographs",
    "scatter",
    "show",
    "sparse_matrix",
    "stacks",
    "style",
    "table",
    "two_directions",
    "unrolled",
    "words_as_html",
]
