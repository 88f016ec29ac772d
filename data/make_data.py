"""Write the course's own data files and the list of their SHA-256 sums, always byte for byte the same.

    python data/make_data.py            rewrites the files beside this script
    python data/make_data.py FOLDER     writes them into FOLDER

The measurements stand here as they were published; see README.md for source and licence. Handwritten digits, and the
weights of a network that has learnt them, are too many numbers to stand in a script: make_mnist.py and
make_digit_network.py make these files, and this script copies them and lists their sums.
"""

import hashlib
import sys
from pathlib import Path

# A. A. Michelson's measurements of the speed of light in air, 1879: km/s minus 299000, five runs of 20.
MICHELSON_1879 = """
 850  740  900 1070  930  850  950  980  980  880 1000  980  930  650  760  810 1000 1000  960  960
 960  940  960  940  880  800  850  880  900  840  830  790  810  880  880  830  800  790  760  800
 880  880  880  860  720  720  620  860  970  950  880  910  850  870  840  840  850  840  840  840
 890  810  810  820  800  770  760  740  750  760  910  920  890  860  880  720  840  850  850  780
 890  840  780  810  760  810  790  810  820  850  870  870  810  740  810  940  950  800  810  870
"""

# J. E. Kerrich's 10,000 flips of a coin, 1946: flips so far, and heads among them.
KERRICH_1946 = """
  10    4     20   10     30   17     40   21     50   25     60   29     70   32     80   35     90   40    100   44
 200   98    300  146    400  199    500  255    600  312    700  368    800  413    900  458   1000  502   2000 1013
3000 1510   4000 2029   5000 2533   6000 3009   7000 3516   8000 4034   9000 4538  10000 5067
"""


# What another script makes: the file's name -> its SHA-256 sum.
MADE_ELSEWHERE = {
    "digit_network.npz": "e439a576f9ccabff00be0f32994a78d2959dbd9dd631dea608940019f22e7af0",
    "mnist_10k.npz": "0217e13bd0668deb198aa7d305edbf0331eb89f8a6e7dd226e03d1aa3a9bd4ef",
}


def michelson_table() -> str:
    """The CSV text: run (1 to 5), measurement within the run (1 to 20), speed above 299000 km/s."""
    lines = ["run,measurement,speed_above_299000_km_per_s"]
    for run, row in enumerate(MICHELSON_1879.strip().splitlines(), start=1):
        for measurement, speed in enumerate(row.split(), start=1):
            lines.append(f"{run},{measurement},{speed}")
    return "\n".join(lines) + "\n"


def kerrich_table() -> str:
    """The CSV text: flips so far, heads among them."""
    numbers = KERRICH_1946.split()
    rows = [f"{flips},{heads}" for flips, heads in zip(numbers[::2], numbers[1::2], strict=True)]
    return "\n".join(["flips,heads", *rows]) + "\n"


def files() -> dict[str, bytes]:
    """Every file of this folder that a chapter reads: name -> content."""
    return {
        "kerrich_1946.csv": kerrich_table().encode("ascii"),
        "michelson_1879.csv": michelson_table().encode("ascii"),
    }


def copied(name: str, places: list[Path]) -> bytes | None:
    """A file that another script makes, from the first of the places where it is whole; None: from nowhere."""
    for place in places:
        path = place / name
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() == MADE_ELSEWHERE[name]:
            return content
    return None


def write(folder: Path) -> list[str]:
    """Write the files and ``checksums.sha256`` (the format of ``sha256sum``); names of those that could not be written.

    A file that another script makes is taken from ``folder`` or from beside this script.
    """
    folder.mkdir(parents=True, exist_ok=True)
    places = [folder, Path(__file__).resolve().parent]
    contents = files() | {name: copied(name, places) for name in MADE_ELSEWHERE}
    sums = []
    for name, content in sorted(contents.items()):
        if content is not None:
            (folder / name).write_bytes(content)
        digest = MADE_ELSEWHERE.get(name) or hashlib.sha256(content).hexdigest()
        sums.append(f"{digest}  {name}\n")
    (folder / "checksums.sha256").write_bytes("".join(sums).encode("ascii"))
    return [name for name, content in contents.items() if content is None]


if __name__ == "__main__":
    if lost := write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent):
        sys.exit(
            f"Everything is written but {' and '.join(lost)}, missing or altered. `git checkout -- data` brings "
            "back what is lost, or a new copy of the course; make_mnist.py and make_digit_network.py make them anew."
        )
