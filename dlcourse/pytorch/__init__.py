"""PyTorch: what the course needs of it beside PyTorch itself. Nothing here is loaded before it is asked for.

``steps`` is the one place where arrays become tensors. Its functions have the names of those in ``scratch.steps``.
``architectures`` holds networks as published, ``small_architectures`` small ones that train in seconds, ``counting``
says what a network costs, and ``recurrent`` holds the networks that read and write sequences. ``pretrained`` loads
networks that have learnt already (``pretrained_networks``), and ``transfer`` takes over what they have learnt.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """``pretrained``, which loads PyTorch, only when it is asked for."""
    if name != "pretrained":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dlcourse.pytorch.pretrained_networks import pretrained

    return pretrained
