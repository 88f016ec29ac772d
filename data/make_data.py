"""Write the course's own data files and the list of their SHA-256 sums, always byte for byte the same.

    python data/make_data.py            rewrites the files beside this script
    python data/make_data.py FOLDER     writes them into FOLDER

The measurements stand here as they were published; see README.md for source and licence. Handwritten digits, the
weights of a network that has learnt them, and names are too many to stand in a script: make_mnist.py,
make_digit_network.py and make_names.py make these files, and this script copies them and lists their sums.
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

# Yearly means of the daily sunspot number, 1700 to 2008: twenty years a row.
SUNSPOTS = """
  5.0  11.0  16.0  23.0  36.0  58.0  29.0  20.0  10.0   8.0   3.0   0.0   0.0   2.0  11.0  27.0  47.0  63.0  60.0  39.0
 28.0  26.0  22.0  11.0  21.0  40.0  78.0 122.0 103.0  73.0  47.0  35.0  11.0   5.0  16.0  34.0  70.0  81.0 111.0 101.0
 73.0  40.0  20.0  16.0   5.0  11.0  22.0  40.0  60.0  80.9  83.4  47.7  47.8  30.7  12.2   9.6  10.2  32.4  47.6  54.0
 62.9  85.9  61.2  45.1  36.4  20.9  11.4  37.8  69.8 106.1 100.8  81.6  66.5  34.8  30.6   7.0  19.8  92.5 154.4 125.9
 84.8  68.1  38.5  22.8  10.2  24.1  82.9 132.0 130.9 118.1  89.9  66.6  60.0  46.9  41.0  21.3  16.0   6.4   4.1   6.8
 14.5  34.0  45.0  43.1  47.5  42.2  28.1  10.1   8.1   2.5   0.0   1.4   5.0  12.2  13.9  35.4  45.8  41.1  30.1  23.9
 15.6   6.6   4.0   1.8   8.5  16.6  36.3  49.6  64.2  67.0  70.9  47.8  27.5   8.5  13.2  56.9 121.5 138.3 103.2  85.7
 64.6  36.7  24.2  10.7  15.0  40.1  61.5  98.5 124.7  96.3  66.6  64.5  54.1  39.0  20.6   6.7   4.3  22.7  54.8  93.8
 95.8  77.2  59.1  44.0  47.0  30.5  16.3   7.3  37.6  74.0 139.0 111.2 101.6  66.2  44.7  17.0  11.3  12.4   3.4   6.0
 32.3  54.3  59.7  63.7  63.5  52.2  25.4  13.1   6.8   6.3   7.1  35.6  73.0  85.1  78.0  64.0  41.8  26.2  26.7  12.1
  9.5   2.7   5.0  24.4  42.0  63.5  53.8  62.0  48.5  43.9  18.6   5.7   3.6   1.4   9.6  47.4  57.1 103.9  80.6  63.6
 37.6  26.1  14.2   5.8  16.7  44.3  63.9  69.0  77.8  64.9  35.7  21.2  11.1   5.7   8.7  36.1  79.7 114.4 109.6  88.8
 67.8  47.5  30.6  16.3   9.6  33.2  92.6 151.6 136.3 134.7  83.9  69.4  31.5  13.9   4.4  38.0 141.7 190.2 184.8 159.0
112.3  53.9  37.6  27.9  10.2  15.1  47.0  93.8 105.9 105.5 104.5  66.6  68.9  38.0  34.5  15.5  12.6  27.5  92.5 155.4
154.6 140.4 115.9  66.6  45.9  17.9  13.4  29.4 100.2 157.6 142.6 145.7  94.3  54.6  29.9  17.5   8.6  21.5  64.3  93.3
119.6 111.0 104.0  63.7  40.4  29.8  15.2   7.5   2.9
"""


# What another script makes: the file's name -> its SHA-256 sum.
MADE_ELSEWHERE = {
    "delay_runs.npz": "bc34924dff0c317ff8e4d7ba018cc8e2c990a4c303b9a4b209643e74467ac588",
    "digit_autoencoders.safetensors": "b6124738d57a7ce936f8a7df57c64dfbbd47c8510e386000a8ac3eb35f4e3697",
    "digit_network.npz": "e439a576f9ccabff00be0f32994a78d2959dbd9dd631dea608940019f22e7af0",
    "dropout_runs.npz": "0f1fc89b0ce967dc293de45234b19b1be84fc75415fe687db88a464502a479ce",
    "glyph_autoencoder.safetensors": "dec641e9c2da4b3ca8830d158b710a0b877776171dab5028d0c6d5d00af6c026",
    "glyph_resnet.safetensors": "7c86eb97595cbd980ec50a5bfe833a2aa49f59d6f1997c4100d6635fbffb41b4",
    "mnist_10k.npz": "0217e13bd0668deb198aa7d305edbf0331eb89f8a6e7dd226e03d1aa3a9bd4ef",
    "name_network.npz": "5eacd55c7522407653c5b846a29a0f02b68b8ff65bb8a4582634856c0aeceb58",
    "names.csv": "dab56a01a51db21cd149a6f2c6c24e2f03fa2fafb0e008dbd965f26747d424ca",
    "pretraining_runs.npz": "524355f6ccfeddfeaa1a0430896e86cce03fc6e8dc10f9800268afa31d454465",
    "transfer_runs.npz": "2749ef87cf3b5b43b42f476b12f792c6c5783cb3c149dbad26a12febb6f6828b",
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


def sunspots_table() -> str:
    """The CSV text: year, sunspot number."""
    rows = [f"{year},{number}" for year, number in enumerate(SUNSPOTS.split(), start=1700)]
    return "\n".join(["year,sunspot_number", *rows]) + "\n"


def files() -> dict[str, bytes]:
    """Every file of this folder that a chapter reads: name -> content."""
    return {
        "kerrich_1946.csv": kerrich_table().encode("ascii"),
        "michelson_1879.csv": michelson_table().encode("ascii"),
        "sunspots.csv": sunspots_table().encode("ascii"),
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
            "back what is lost, or a new copy of the course; the other scripts here make them anew."
        )
