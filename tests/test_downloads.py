"""Downloads from a real server on the loopback address: small files of the true formats, and every way to fail."""

import gzip
import hashlib
import io
import os
import pickle
import signal
import struct
import subprocess
import sys
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from dlcourse import datasets, decoding, downloads
from dlcourse.errors import CourseError
from tests.limits import LONGEST

IMPATIENCE = 0.5  # towards a mirror that never answers
SECOND_MIRROR = 5.0  # of two that get the same time, one never answers and the other has to


class Server:
    """A server with files, each served in one of several manners, that counts what it is asked for."""

    def __init__(self):
        self.files: dict[str, tuple[bytes, str]] = {}
        self.requests: list[str] = []
        self.release = threading.Event()
        self.both_ask = threading.Barrier(2)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append(self.path)
                content, manner = outer.files.get(self.path, (b"", "absent"))
                outer.answer(self, content, manner)

            def log_message(self, *arguments):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self.http.server_port}"

    def answer(self, handler, content, manner):
        if manner == "absent":
            handler.send_error(404)
            return
        if manner == "silent":
            self.release.wait(LONGEST)
            return
        handler.send_response(200)
        if manner != "endless":
            handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if manner == "whole":
            handler.wfile.write(content)
        elif manner == "cut short":
            handler.wfile.write(content[: len(content) // 2])
        elif manner == "stalls":
            handler.wfile.write(content[: len(content) // 2])
            handler.wfile.flush()
            self.release.wait(LONGEST)
        elif manner == "to both":
            self.both_ask.wait(LONGEST)
            handler.wfile.write(content)
        elif manner == "endless":
            try:
                while not self.release.is_set():
                    handler.wfile.write(content or b"x")
            except OSError:
                return

    def put(self, path: str, content: bytes, manner: str = "whole") -> str:
        self.files[path] = (content, manner)
        return self.address + path

    def close(self):
        self.release.set()
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    served = Server()
    yield served
    served.close()


CONTENT = bytes(range(256)) * 1000


def remote(*mirrors: str, content: bytes = CONTENT, name: str = "file.bin") -> downloads.RemoteFile:
    return downloads.RemoteFile(name, len(content), hashlib.sha256(content).hexdigest(), mirrors)


def left_in(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_fetched_whole_and_nothing_else_is_left(server, tmp_path):
    path = downloads.fetch(remote(server.put("/file.bin", CONTENT)), tmp_path / "new")
    assert path.read_bytes() == CONTENT
    assert left_in(tmp_path / "new") == ["file.bin"]


@pytest.mark.parametrize(
    ("manner", "content", "reason"),
    [
        ("absent", CONTENT, "it answers 404"),
        ("cut short", CONTENT, "the connection ended after 128000 of 256000 bytes"),
        ("whole", CONTENT[::-1], r"its content is not the expected one \(SHA-256 differs\)"),
        ("whole", CONTENT + b"x", "it sends more than the expected 256000 bytes"),
        ("endless", CONTENT, "it sends more than the expected 256000 bytes"),
        ("whole", b"", "the connection ended after 0 of 256000 bytes"),
        ("silent", CONTENT, "it does not answer in time"),
        ("stalls", CONTENT, "it does not answer in time"),
    ],
)
def test_a_mirror_that_fails_is_named_with_its_reason_and_leaves_nothing(server, tmp_path, manner, content, reason):
    file = remote(server.put("/file.bin", content, manner))
    with pytest.raises(CourseError, match=f"127.0.0.1:[0-9]+: {reason}.*Check your internet connection"):
        downloads.fetch(file, tmp_path, timeout=IMPATIENCE if manner in ("silent", "stalls") else LONGEST)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("manner", ["absent", "cut short", "stalls", "endless"])
def test_the_second_mirror_answers_when_the_first_fails(server, tmp_path, manner):
    file = remote(server.put("/bad/file.bin", CONTENT, manner), server.put("/good/file.bin", CONTENT))
    seconds = SECOND_MIRROR if manner == "stalls" else LONGEST
    assert downloads.fetch(file, tmp_path, timeout=seconds).read_bytes() == CONTENT
    assert server.requests == ["/bad/file.bin", "/good/file.bin"]
    assert left_in(tmp_path) == ["file.bin"]


def test_the_second_mirror_answers_when_nothing_listens_at_the_first(server, tmp_path):
    closed = Server()
    closed.close()
    file = remote(closed.address + "/file.bin", server.put("/file.bin", CONTENT))
    assert downloads.fetch(file, tmp_path).read_bytes() == CONTENT


def test_without_a_network_the_error_lists_every_mirror_and_says_what_to_do(tmp_path):
    closed = Server()
    closed.close()
    with pytest.raises(CourseError) as caught:
        downloads.fetch(remote(closed.address + "/a", "http://no-such-host.invalid/a"), tmp_path)
    message = str(caught.value)
    assert "Connection refused" in message
    assert "no-such-host.invalid:" in message
    assert "Check your internet connection and try again" in message
    assert str(tmp_path / "file.bin") in message


def test_a_folder_that_cannot_be_written_is_said_so(server, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CourseError, match="DLCOURSE_HOME"):
        downloads.fetch(remote(server.put("/file.bin", CONTENT)), tmp_path / "file" / "folder")
    assert server.requests == []


def test_a_file_larger_than_the_free_space_is_not_begun(server, tmp_path):
    file = downloads.RemoteFile("file.bin", 10**18, "", (server.put("/file.bin", CONTENT),))
    with pytest.raises(CourseError, match=r"needs 1000000000000 MB in .* MB are free"):
        downloads.fetch(file, tmp_path)
    assert server.requests == []


def test_abandoned_pieces_are_removed_and_another_processs_fresh_one_is_not(server, tmp_path):
    old, fresh = tmp_path / ".file.bin.old.part", tmp_path / ".file.bin.fresh.part"
    old.touch()
    fresh.touch()
    os.utime(old, (time.time() - 2 * downloads.DAY,) * 2)
    downloads.fetch(remote(server.put("/file.bin", CONTENT)), tmp_path)
    assert left_in(tmp_path) == [".file.bin.fresh.part", "file.bin"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to another process")
def test_stopping_from_the_keyboard_leaves_nothing(server, tmp_path):
    code = (
        "import signal, sys, pathlib\n"
        "from dlcourse import downloads\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it\n"
        "file = downloads.RemoteFile('file.bin', 256000, '', (sys.argv[1],))\n"
        f"downloads.fetch(file, pathlib.Path(sys.argv[2]), timeout={LONGEST})\n"
    )
    command = [sys.executable, "-c", code, server.put("/file.bin", CONTENT, "stalls"), str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + LONGEST
        while not any(path.stat().st_size for path in tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LONGEST)
    assert b"KeyboardInterrupt" in errors
    assert left_in(tmp_path) == []


def test_two_processes_at_once_both_succeed_and_leave_one_whole_file(server, tmp_path):
    address = server.put("/file.bin", CONTENT, "to both")
    digest = hashlib.sha256(CONTENT).hexdigest()
    code = (
        "import sys, pathlib\n"
        "from dlcourse import downloads\n"
        f"file = downloads.RemoteFile('file.bin', {len(CONTENT)}, '{digest}', (sys.argv[1],))\n"
        "path = downloads.fetch(file, pathlib.Path(sys.argv[2]))\n"
        "print(downloads.is_whole(path, file))\n"
    )
    command = [sys.executable, "-c", code, address, str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=LONGEST) for process in both]
    assert [output for output, _ in answers] == ["True\n", "True\n"], answers
    assert left_in(tmp_path) == ["file.bin"]


@pytest.mark.parametrize(("grading", "shown"), [(None, True), ("autograde", False)])
def test_progress_is_shown_except_while_grading(server, tmp_path, monkeypatch, capsys, grading, shown):
    if grading:
        monkeypatch.setenv("NBGRADER_EXECUTION", grading)
    downloads.fetch(remote(server.put("/file.bin", CONTENT)), tmp_path)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert ("file.bin" in captured.err) is shown


# Small files of the true formats.


def idx(array: np.ndarray) -> bytes:
    """A gzipped IDX file, as MNIST's are."""
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


def python_2_pickle(pixels: np.ndarray, labels: list[int]) -> bytes:
    """A batch as CIFAR-10 stores it: protocol 2, written by Python 2, whose strings are bytes."""

    def string(text: bytes) -> bytes:
        return b"U" + bytes([len(text)]) + text

    rows, columns = pixels.shape
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + string(b"b") + b"\x87R"
    dtype = b"cnumpy\ndtype\n" + string(b"u1") + b"K\x00K\x01\x87R(K\x03" + string(b"|") + b"NNNJ\xff\xff\xff\xff"
    dtype += b"J\xff\xff\xff\xffK\x00tb"
    shape = b"J" + struct.pack("<i", rows) + b"J" + struct.pack("<i", columns) + b"\x86"
    body = b"T" + struct.pack("<I", pixels.size) + pixels.tobytes()
    state = b"(K\x01" + shape + dtype + b"\x89" + body + b"tb"
    listed = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    items = string(b"batch_label") + string(b"training batch") + string(b"labels") + listed
    return b"\x80\x02}(" + items + string(b"data") + array + state + b"u."


def cifar_archive(batches: dict[str, bytes], kinds: dict[str, bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in batches.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            if kinds and name in kinds:
                member.type, member.linkname, member.size = kinds[name], "/etc/passwd", 0
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def cifar_batch(count: int, seed: int) -> tuple[np.ndarray, list[int], bytes]:
    generator = np.random.default_rng(seed)
    pixels = generator.integers(0, 256, (count, 3072), dtype=np.uint8)
    labels = [index % 10 for index in range(count)]
    return pixels, labels, python_2_pickle(pixels, labels)


@pytest.fixture
def fashion(server, monkeypatch, tmp_path):
    """The true loader of Fashion-MNIST over small files on the loopback server; the arrays they hold."""
    generator = np.random.default_rng(0)
    arrays = [
        generator.integers(0, 256, (160, 28, 28), dtype=np.uint8),
        np.arange(160, dtype=np.uint8) % 10,
        generator.integers(0, 256, (20, 28, 28), dtype=np.uint8),
        np.arange(20, dtype=np.uint8) % 10,
    ]
    true = downloads.SETS["fashion_mnist"]
    files = []
    for known, array in zip(true.files, arrays, strict=True):
        content = idx(array)
        files.append(remote(server.put("/" + known.name, content), content=content, name=known.name))
    small = downloads.RemoteSet(true.title, tuple(files), true.decode)
    monkeypatch.setitem(downloads.SETS, "fashion_mnist", small)
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "home"))
    return arrays


def test_fashion_mnist_is_downloaded_once_and_comes_in_splits(fashion, server, tmp_path):
    splits = datasets.load("fashion_mnist", download=True)
    assert len(server.requests) == 4
    assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [140, 20, 20]
    assert splits.train.inputs.shape == (140, 1, 28, 28)
    assert splits.train.inputs.dtype == np.float32
    assert splits.train.labels.dtype == np.int64
    np.testing.assert_allclose(splits.test.inputs[:, 0] * 255, fashion[2], atol=1e-4)
    np.testing.assert_array_equal(splits.test.labels, fashion[3])
    assert splits.class_names[9] == "ankle boot"
    assert (tmp_path / "home" / "downloads" / "fashion_mnist" / "train-images-idx3-ubyte.gz").is_file()
    server.close()  # from here on there is no network, and none is needed
    again = datasets.load("fashion_mnist")
    np.testing.assert_array_equal(again.train.inputs, splits.train.inputs)


def test_without_download_the_error_says_how_to_ask_for_it(fashion, server):
    with pytest.raises(CourseError, match=r'call datasets\.load\("fashion_mnist", download=True\)'):
        datasets.load("fashion_mnist")
    assert server.requests == []


def test_a_file_altered_after_the_download_is_fetched_again(fashion, server, tmp_path):
    datasets.load("fashion_mnist", download=True)
    path = tmp_path / "home" / "downloads" / "fashion_mnist" / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CourseError, match="download=True"):
        datasets.load("fashion_mnist")
    datasets.load("fashion_mnist", download=True)
    assert server.requests[4:] == ["/t10k-labels-idx1-ubyte.gz"]


def test_cifar10_is_downloaded_and_comes_in_splits(server, monkeypatch, tmp_path):
    batches = {f"cifar-10-batches-py/data_batch_{n}": cifar_batch(20, n) for n in range(1, 6)}
    batches["cifar-10-batches-py/test_batch"] = cifar_batch(10, 0)
    content = cifar_archive({name: batch[2] for name, batch in batches.items()})
    name = "cifar-10-python.tar.gz"
    small = downloads.RemoteSet(
        "CIFAR-10",
        (remote(server.put("/" + name, content), content=content, name=name),),
        downloads.SETS["cifar10"].decode,
    )
    monkeypatch.setitem(downloads.SETS, "cifar10", small)
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    splits = datasets.load("cifar10", download=True)
    assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [90, 10, 10]
    pixels, labels, _ = batches["cifar-10-batches-py/test_batch"]
    np.testing.assert_allclose(splits.test.inputs.reshape(10, -1) * 255, pixels, atol=1e-4)
    np.testing.assert_array_equal(splits.test.labels, labels)
    assert left_in(tmp_path / "downloads" / "cifar10") == [name]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not gzip at all", "not a whole gzip file"),
        (idx(np.zeros((2, 3), np.uint8))[:-10], "not a whole gzip file"),
        (gzip.compress(b"\x00\x00\x0d\x01\x00\x00\x00\x00"), "does not begin as an IDX file"),
        (gzip.compress(b""), "does not begin as an IDX file"),
        (gzip.compress(b"\x00\x00\x08\x03\x00\x00"), "its header is cut short"),
        (gzip.compress(b"\x00\x00\x08\x01\x00\x00\x00\x05abc"), "says 5 values, and it holds 3"),
        (gzip.compress(b"\x00\x00\x08\x04" + b"\xff" * 16), "values, and it holds 0"),
        (gzip.compress(b"\x00\x00\x08\x01\xff\xff\xff\xff" + bytes(60_000_000)), "and it holds 49999993"),
    ],
    # Named: gzip writes the time into its header, and every worker of a test run must see the same names.
    ids=["not gzip", "cut short", "other kind", "empty", "header cut", "values missing", "no values", "too large"],
)
def test_a_damaged_idx_file_is_refused_with_its_reason(tmp_path, content, reason):
    (tmp_path / "x.gz").write_bytes(content)
    with pytest.raises(CourseError, match=f"x.gz is damaged: .*{reason}.*download it again"):
        decoding.read_idx(tmp_path / "x.gz")


class Evil:
    """What a hostile pickle looks like: reading it runs a command."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (os.mkdir, (str(self.path),))


def test_a_pickle_that_would_run_code_is_refused_and_does_not_run_it(tmp_path):
    target = tmp_path / "ran"
    content = pickle.dumps({"data": Evil(target), "labels": []}, protocol=2)
    (tmp_path / "c.tar.gz").write_bytes(cifar_archive({"batch": content}))
    with pytest.raises(CourseError, match=r"it asks for (posix|nt)\.mkdir, which is not allowed"):
        decoding.read_cifar_batches(tmp_path / "c.tar.gz", ("batch",))
    assert not target.exists()
    pickle.loads(content)  # the same bytes do run it where nothing forbids them
    assert target.exists()


def test_an_archive_cannot_write_or_read_outside_itself(tmp_path):
    _, _, good = cifar_batch(3, 0)
    folder = tmp_path / "downloads"
    folder.mkdir()
    path = folder / "c.tar.gz"
    path.write_bytes(cifar_archive({"../escaped": b"x", "batch": good, "link": b""}, {"link": tarfile.SYMTYPE}))
    images, _ = decoding.read_cifar_batches(path, ("batch",))
    assert images.shape == (3, 3, 32, 32)
    assert left_in(tmp_path) == ["downloads"]
    assert left_in(folder) == ["c.tar.gz"]
    with pytest.raises(CourseError, match="it lacks a regular file link"):
        decoding.read_cifar_batches(path, ("link",))


def test_a_damaged_archive_is_refused_with_its_reason(tmp_path):
    path = tmp_path / "c.tar.gz"
    pixels, labels, good = cifar_batch(3, 0)
    cases = [
        (b"junk", "not a whole tar archive"),
        (cifar_archive({"batch": good})[:5000], "not a whole tar archive"),
        (cifar_archive({"other": good}), "it lacks"),
        (cifar_archive({"batch": good[:-30]}), "cannot be decoded"),
        (cifar_archive({"batch": python_2_pickle(pixels[:, :3000], labels)}), "rows of 3072 bytes"),
        (cifar_archive({"batch": python_2_pickle(pixels, labels[:2])}), "rows of 3072 bytes"),
        (cifar_archive({"batch": python_2_pickle(pixels, [0, 1, 10])}), "not between 0 and 9"),
    ]
    for content, reason in cases:
        path.write_bytes(content)
        with pytest.raises(CourseError, match=f"c.tar.gz is damaged: .*{reason}"):
            decoding.read_cifar_batches(path, ("batch",))


def test_every_stated_file_has_a_checksum_a_size_and_two_mirrors_at_least():
    files = [file for known in downloads.SETS.values() for file in known.files]
    assert len({file.sha256 for file in files}) == len(files) == 5
    for file in files:
        assert len(bytes.fromhex(file.sha256)) == 32
        assert file.size > 1000
        assert len({address.split("/")[2] for address in file.mirrors}) >= 2
        assert all(address.endswith("/" + file.name) for address in file.mirrors)
