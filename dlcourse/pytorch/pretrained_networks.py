"""Networks that have learnt already: ``pretrained("glyph-resnet")`` builds one and loads its weights.

The course's own weights lie in ``data/`` as safetensors, a format of numbers and text: loading them runs no code, and
needs no network.
"""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from dlcourse import data_files
from dlcourse.checkpoints import checksum, reason
from dlcourse.errors import CourseError
from dlcourse.files import write_atomically
from dlcourse.pytorch.glyph_networks import LETTERS, glyph_autoencoder, glyph_resnet

BUILDERS = {"glyph-resnet": glyph_resnet, "glyph-autoencoder": glyph_autoencoder}
LEARNT = {"glyph-resnet": len(LETTERS), "glyph-autoencoder": None, "resnet18": 1000}  # how many classes
FILES = {"glyph-resnet": "glyph_resnet.safetensors", "glyph-autoencoder": "glyph_autoencoder.safetensors"}
ABOUT = "about"  # the only name in the file's own table of texts: safetensors writes several in any order
CHECKSUM = "crc32"  # its name in that text, which is JSON


def pretrained(name: str, *, classes: int | None = None, download: bool = False) -> nn.Module:
    """A network with the weights that it has learnt, in evaluation mode; the same at every call, and a new one each.

    - ``"glyph-resnet"``: ``glyph_resnet()``, which reads printed letters, ``glyph_networks.LETTERS``.
    - ``"glyph-autoencoder"``: ``glyph_autoencoder()``, which has seen the same images, and no label.
    - ``"resnet18"``: ResNet-18, which knows the 1,000 classes of ImageNet; with torchvision, and ``download=True``
      where its 45 MB are not on this computer yet.

    ``classes``, where it is given, has to be the number of classes that the network has learnt: it changes nothing.

    Raises CourseError for an unknown name, for another number of classes, for a file that is missing or damaged, and
    where ResNet-18 cannot be had.
    """
    if name not in LEARNT:
        raise CourseError(f"There are no pretrained weights {name!r}. Known names: {', '.join(LEARNT)}.")
    _check_classes(name, classes)
    if name == "resnet18":
        return _resnet18(download).eval()
    path = data_files.find(FILES[name])
    with torch.random.fork_rng(devices=[]):  # what is drawn here, the file replaces: nobody else's numbers change
        network: nn.Module = BUILDERS[name]()
    load_weights(network, path, architecture=name)
    return network.eval()


def save_weights(network: nn.Module, path: Path, **about: Any) -> None:
    """Writes all numbers of a network to ``path``, a .safetensors file, in one step, by the names of ``state_dict()``.

    The same numbers give the same bytes.

    ``about``: numbers and texts to keep beside them, such as ``architecture="glyph-resnet"`` and ``classes=37``.
    """
    from safetensors.torch import save

    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    text = json.dumps(about, sort_keys=True)
    whole = json.dumps({**about, CHECKSUM: checksum(text, _arrays(state))}, sort_keys=True)
    write_atomically(Path(path), save(state, {ABOUT: whole}))


def load_weights(network: nn.Module, path: Path, *, architecture: str | None = None) -> dict[str, Any]:
    """Gives a network the weights in a .safetensors file; returns what the file says about them.

    ``architecture``: the name that the file has to give, where it gives one.

    Raises CourseError, and changes nothing, for a file that is missing, cut short or altered, and for one that holds
    the weights of another architecture or of another number of classes.
    """
    path = Path(path)
    state, about = _read(path)
    found = about.get("architecture", architecture)
    if architecture is not None and found != architecture:
        raise CourseError(f"{path} holds the weights of another architecture, {found}: expected {architecture}.")
    _check_state(network, state, path, about)
    network.load_state_dict(state)
    return about


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of a file by name, and what it says about them; its own checksum compared where it has one."""
    from safetensors import SafetensorError, safe_open

    if path.suffix in (".pt", ".pth", ".pkl"):
        raise CourseError(
            f"{path.name} looks like a pickle, and opening one can run any code that is in it. Expected a .safetensors "
            "file, as save_weights writes it."
        )
    try:
        with safe_open(path, framework="pt") as file:
            texts = file.metadata() or {}
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, it is no dictionary
    except OSError as error:
        raise CourseError(f"The weights {path} cannot be read ({error.strerror or reason(error)}).") from error
    except SafetensorError as error:
        raise CourseError(
            f"The weights {path} are cut short, or this is no .safetensors file ({reason(error)}). Nothing was loaded: "
            "put a whole copy in its place."
        ) from error
    about = json.loads(texts.get(ABOUT, "{}"))
    stored = about.pop(CHECKSUM, None)
    if stored is not None and stored != checksum(json.dumps(about, sort_keys=True), _arrays(state)):
        raise CourseError(
            f"The weights {path} have been altered: their checksum is not the one that was stored with them. Nothing "
            "was loaded: put a whole copy in its place."
        )
    return state, about


def _check_state(network: nn.Module, state: Mapping[str, Tensor], path: Path, about: Mapping[str, Any]) -> None:
    """Raises CourseError unless names and shapes are those of the network."""
    own = network.state_dict()
    if own.keys() != state.keys():
        raise CourseError(
            f"{path} holds the weights of another architecture{_named(about)}: {_few(own.keys() - state.keys())} of "
            f"this network are not there, and {_few(state.keys() - own.keys())} of the file are not in this network."
        )
    other = [name for name in own if own[name].shape != state[name].shape]
    if not other:
        return
    here, there, head = own[other[0]].shape, state[other[0]].shape, _layer(list(own)[-1])
    if {_layer(name) for name in other} == {head} and here[1:] == there[1:]:
        raise CourseError(
            f"{path} holds the weights of a network with {there[0]} classes, and this one has {here[0]}. Load them "
            f"into one with {there[0]}, then give it a new head: transfer.replace_head(network, {here[0]})."
        )
    raise CourseError(
        f"{path} holds the weights of another architecture{_named(about)}: {other[0]} has shape {tuple(here)} in this "
        f"network and {tuple(there)} in the file."
    )


def _resnet18(download: bool) -> nn.Module:
    """torchvision's ResNet-18 with its ImageNet weights."""
    try:
        models = import_module("torchvision.models")
    except ImportError as error:
        raise CourseError(
            'pretrained("resnet18") needs torchvision, which the course does without: run `python -m pip install -c '
            'constraints.txt torchvision` in the course\'s folder and restart the kernel, or take "glyph-resnet", '
            "which is here."
        ) from error
    weights = models.ResNet18_Weights.IMAGENET1K_V1
    here = Path(torch.hub.get_dir()) / "checkpoints" / weights.url.rpartition("/")[2]
    if not download and not here.is_file():
        raise CourseError(
            'The weights of ResNet-18 are not on this computer: pretrained("resnet18", download=True) fetches them '
            f"once (45 MB) and keeps them in {here.parent}."
        )
    try:
        # PyTorch publishes them as a pickle: weights_only refuses whatever is not a tensor, and the file's name holds
        # the first digits of its SHA-256, which check_hash compares when it comes by the network.
        state = weights.get_state_dict(progress=True, check_hash=True, weights_only=True)
    except Exception as error:  # no network, a cut download, a wrong sum, an altered file: an error of any kind
        raise CourseError(
            f"The weights of ResNet-18 could not be had from {weights.url} ({reason(error)}). Without a network, take "
            f'"glyph-resnet", which is here; if {here} is a broken file, delete it.'
        ) from error
    network = models.resnet18(weights=None)
    network.load_state_dict(state)
    return network


def _check_classes(name: str, classes: int | None) -> None:
    """Raises CourseError unless ``classes`` is None or the number of classes that the network has learnt."""
    learnt = LEARNT[name]
    if classes is None or classes == learnt:
        return
    if learnt is None:
        raise CourseError(f'pretrained("{name}") has learnt without labels and has no classes: leave classes out.')
    raise CourseError(
        f'pretrained("{name}") has learnt {learnt} classes, not {classes!r}. Load it without classes, then give it a '
        f"new head: transfer.replace_head(network, {classes!r})."
    )


def _arrays(state: Mapping[str, Tensor]) -> dict[str, Any]:
    return {name: tensor.numpy() for name, tensor in state.items()}


def _layer(name: str) -> str:
    """The layer that a number belongs to: ``block1.branch.0.0.weight`` -> ``block1.branch.0.0``."""
    return name.rpartition(".")[0]


def _named(about: Mapping[str, Any]) -> str:
    return f" ({about['architecture']})" if "architecture" in about else ""


def _few(names: Any) -> str:
    """The first names of several, in words."""
    listed = sorted(names)
    return ", ".join(listed[:2]) + (f" and {len(listed) - 2} more" if len(listed) > 2 else "") if listed else "none"
