"""Weights from a file: what they give, how good they are, and what is said of a file that does not fit."""

import importlib.util
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse import data_files, datasets
from dlcourse.errors import CourseError
from dlcourse.pytorch import pretrained, steps
from dlcourse.pytorch.glyph_networks import LETTERS, glyph_autoencoder, glyph_resnet
from dlcourse.pytorch.pretrained_networks import FILES, load_weights, save_weights
from tests.limits import LONGEST

DATA = Path(datasets.__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_glyph_networks", DATA / "make_glyph_networks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def stored(tmp_path):
    """A small network's weights in a file."""
    path = tmp_path / "small.safetensors"
    save_weights(nn.Linear(3, 2), path, architecture="line", classes=2)
    return path


def test_both_networks_come_in_evaluation_mode_and_share_their_body():
    resnet, autoencoder = pretrained("glyph-resnet"), pretrained("glyph-autoencoder")
    assert not resnet.training
    assert not autoencoder.training
    assert [name for name, _ in resnet.named_children()] == ["stem", "block1", "block2", "block3", "pool", "head"]
    body = {name: tensor.shape for name, tensor in resnet.state_dict().items() if not name.startswith("head")}
    assert body.items() <= {name: tensor.shape for name, tensor in autoencoder.encoder.state_dict().items()}.items()
    assert sum(each.numel() for each in resnet.parameters()) == 79_509
    assert all(each.requires_grad and each.dtype == torch.float32 for each in resnet.parameters())
    images = torch.rand(3, 1, 28, 28)
    codes = autoencoder.encode(images)
    assert codes.shape == (3, autoencoder.width)
    torch.testing.assert_close(autoencoder.decode(codes), autoencoder(images))
    assert autoencoder(images).shape == images.shape


def test_every_call_gives_a_network_of_its_own_and_draws_no_number():
    before = torch.get_rng_state()
    one, other = pretrained("glyph-resnet"), pretrained("glyph-resnet", classes=len(LETTERS))
    assert torch.equal(torch.get_rng_state(), before)
    with torch.no_grad():
        one.head.weight.zero_()
    assert other.head.weight.abs().max() > 0


def test_the_weights_are_as_good_as_the_readme_states(script):
    text = (DATA / "README.md").read_text(encoding="utf-8")
    plain = script.letters(600, np.random.default_rng(7), warped=False)
    warped = script.letters(600, np.random.default_rng(7))
    for part, stated in ((plain, 98.3), (warped, 97.7)):
        assert f"{stated} %" in text
        assert 100 * steps.evaluate(pretrained("glyph-resnet"), part)["accuracy"] == pytest.approx(stated, abs=3)
    error, baseline = script.reconstruction(pretrained("glyph-autoencoder"), warped)
    assert error < baseline / 2


def test_one_short_training_makes_files_that_can_be_loaded(script, tmp_path, monkeypatch, capsys):
    for name, value in {"EPOCHS": 1, "EXAMPLES": 100, "BATCH_SIZE": 25, "TEST_EXAMPLES": 50}.items():
        monkeypatch.setattr(script, name, value)
    script.main(tmp_path)
    said = capsys.readouterr().out
    for name, build in (("glyph-resnet", glyph_resnet), ("glyph-autoencoder", glyph_autoencoder)):
        path = tmp_path / FILES[name]
        assert load_weights(build(), path, architecture=name)["architecture"] == name
        assert data_files.sha256(path) in said


def test_the_files_are_small():
    sizes = [(DATA / name).stat().st_size for name in FILES.values()]
    assert max(sizes) < 1_000_000
    assert sum(sizes) < 2_000_000


def test_loading_takes_less_than_a_fifth_of_a_second_from_the_first_call_on():
    """In a new process, and the processor's own time: of a busy machine's clock most belongs to others."""
    code = (
        "import time; from dlcourse.pytorch import pretrained; start = time.process_time(); "
        "pretrained('glyph-resnet'); print(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LONGEST, check=True)
    assert float(done.stdout) < 0.2


def test_another_name_or_number_of_classes_is_said_so():
    with pytest.raises(CourseError, match=r"'resnet'\. Known names: glyph-resnet, glyph-autoencoder, resnet18"):
        pretrained("resnet")
    with pytest.raises(CourseError, match=r"has learnt 37 classes, not 10\. .* transfer\.replace_head\(network, 10\)"):
        pretrained("glyph-resnet", classes=10)
    with pytest.raises(CourseError, match="has learnt without labels and has no classes: leave classes out"):
        pretrained("glyph-autoencoder", classes=37)
    with pytest.raises(CourseError, match="has learnt 1000 classes, not 10"):
        pretrained("resnet18", classes=10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content[:1000], r"data/glyph_resnet\.safetensors is altered: `git checkout -- data/glyph_res"),
        (lambda content: content[:-1] + bytes([content[-1] ^ 1]), r"is altered: `git checkout -- data/glyph_resnet"),
        (None, r"data/glyph_resnet\.safetensors is missing: `git checkout -- data/glyph_resnet"),
    ],
)
def test_the_courses_file_is_not_read_unless_its_sum_is_right(change, message, tmp_path, monkeypatch):
    (tmp_path / data_files.CHECKSUMS).write_bytes((DATA / data_files.CHECKSUMS).read_bytes())
    if change is not None:
        (tmp_path / FILES["glyph-resnet"]).write_bytes(change((DATA / FILES["glyph-resnet"]).read_bytes()))
    monkeypatch.setattr(data_files.settings, "data_folder", lambda: tmp_path)
    with pytest.raises(CourseError, match=message):
        pretrained("glyph-resnet")


@pytest.mark.parametrize("length", [0, 5, 100, -1])
def test_a_file_cut_short_is_said_so(stored, length):
    stored.write_bytes(stored.read_bytes()[:length])
    assert_unchanged_with(r"are cut short, or this is no \.safetensors file .* Nothing was loaded", stored)


def test_an_altered_number_is_found_by_the_files_own_sum(stored):
    content = bytearray(stored.read_bytes())
    content[-3] ^= 16
    stored.write_bytes(content)
    assert_unchanged_with("have been altered: their checksum is not the one", stored)


def test_another_architecture_is_said_so(stored):
    message = r"another architecture \(line\): block1\.branch.* and 54 more of this network are not there"
    with pytest.raises(CourseError, match=message):
        load_weights(glyph_resnet(), stored)
    assert_unchanged_with("another architecture, line: expected glyph-resnet", stored, architecture="glyph-resnet")
    with pytest.raises(CourseError, match=r"another architecture \(line\): weight has shape \(2, 4\) in this network"):
        load_weights(nn.Linear(4, 2), stored)


def test_another_number_of_classes_names_replace_head(stored):
    with pytest.raises(CourseError, match=r"with 2 classes, and this one has 5\. .*replace_head\(network, 5\)"):
        load_weights(nn.Linear(3, 5), stored)
    with pytest.raises(CourseError, match="with 37 classes, and this one has 10"):
        load_weights(glyph_resnet(10), DATA / FILES["glyph-resnet"])


def test_a_pickle_or_no_file_is_not_opened(tmp_path):
    with pytest.raises(CourseError, match=r"weights\.pth looks like a pickle, and opening one can run any code"):
        load_weights(nn.Linear(3, 2), tmp_path / "weights.pth")
    with pytest.raises(CourseError, match=r"nowhere\.safetensors cannot be read"):
        load_weights(nn.Linear(3, 2), tmp_path / "nowhere.safetensors")


def test_weights_are_kept_and_come_back(stored, tmp_path):
    network, other = nn.Linear(3, 2), nn.Linear(3, 2)
    assert load_weights(network, stored) == {"architecture": "line", "classes": 2}
    load_weights(other, stored)
    assert torch.equal(network.weight, other.weight)
    save_weights(other, tmp_path / "again.safetensors", architecture="line", classes=2)
    assert (tmp_path / "again.safetensors").read_bytes() == stored.read_bytes()


def test_resnet18_says_what_it_needs(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torchvision.models", None)
    with pytest.raises(CourseError, match=r"needs torchvision, .* install -c constraints\.txt torchvision"):
        pretrained("resnet18")
    fake_torchvision(monkeypatch, tmp_path, lambda **_: (_ for _ in ()).throw(OSError("no route to host")))
    with pytest.raises(CourseError, match=r"not on this computer: pretrained\(\"resnet18\", download=True\) fetches"):
        pretrained("resnet18")
    with pytest.raises(CourseError, match=r"could not be had from https://example\.org/resnet18\.pth \(no route to"):
        pretrained("resnet18", download=True)


def test_resnet18_comes_from_torchvision_without_running_code(monkeypatch, tmp_path):
    asked = {}
    wanted = nn.Linear(3, 1000).state_dict()
    fake_torchvision(monkeypatch, tmp_path, lambda **options: asked.update(options) or wanted)
    network = pretrained("resnet18", classes=1000, download=True)
    assert not network.training
    assert torch.equal(network.weight, wanted["weight"])
    assert asked == {"progress": True, "check_hash": True, "weights_only": True}


def fake_torchvision(monkeypatch, folder, get_state_dict):
    weights = types.SimpleNamespace(url="https://example.org/resnet18.pth", get_state_dict=get_state_dict)
    models = types.ModuleType("torchvision.models")
    models.ResNet18_Weights = types.SimpleNamespace(IMAGENET1K_V1=weights)
    models.resnet18 = lambda weights: nn.Linear(3, 1000)
    monkeypatch.setitem(sys.modules, "torchvision", types.ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.models", models)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(folder))


def assert_unchanged_with(message, path, **options):
    network = nn.Linear(3, 2)
    before = network.weight.detach().clone()
    with pytest.raises(CourseError, match=message):
        load_weights(network, path, **options)
    assert torch.equal(network.weight, before)
