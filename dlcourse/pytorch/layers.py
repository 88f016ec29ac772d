"""The layers of a network by name: its direct children that hold parameters, from the input to the output."""

from torch import nn


def layers_of(network: nn.Module) -> list[str]:
    """The names of the direct children that hold parameters, in the order in which the network lists them.

    That is the order from the input to the output in a Sequential and in torchvision's networks; the last one is the
    head. Raises ValueError for a network without such children.
    """
    names = [name for name, part in network.named_children() if next(part.parameters(), None) is not None]
    if not names:
        raise ValueError(
            f"network: expected layers with parameters inside of it, received {type(network).__name__}, which has "
            "none. A single layer becomes such a network by nn.Sequential(layer)."
        )
    return names


def part_named(network: nn.Module, name: str, argument: str = "layer") -> nn.Module:
    """A part of the network by its name: a layer, or, with dots, what is inside of one ("block3.branch").

    Raises ValueError where there is none of that name; it lists those that there are.
    """
    place, part = "", network
    for word in str(name).split("."):
        children = dict(part.named_children())
        if word not in children:
            inside = f"inside of {place!r}" if place else "in this network"
            found = ", ".join(children) if children else "nothing"
            raise ValueError(f"{argument}: there is no {str(name)!r} {inside}. There: {found}.")
        place, part = f"{place}.{word}".lstrip("."), children[word]
    return part


def depth_of(network: nn.Module, layer: str | int, argument: str, *, low: int = 0) -> int:
    """Which layer it is, counted from the input, the first one 1: of a name, or of a number from ``low`` on.

    Raises ValueError where there is no such layer, and lists those that there are; TypeError for anything else.
    """
    names = layers_of(network)
    listed = ", ".join(f"{name} ({depth})" for depth, name in enumerate(names, start=1))
    if isinstance(layer, bool) or not isinstance(layer, str | int):
        raise TypeError(
            f"{argument}: expected a layer's name or its depth, received {type(layer).__name__}. There: {listed}."
        )
    if isinstance(layer, str):
        if layer not in names:
            raise ValueError(f"{argument}: there is no layer {layer!r} with parameters. There: {listed}.")
        return names.index(layer) + 1
    if not low <= layer <= len(names):
        raise ValueError(f"{argument}: expected a depth from {low} to {len(names)}, received {layer}. There: {listed}.")
    return layer
