"""How long `import dlcourse` takes beside NumPy, which it needs.

    python benchmarks/import_time.py [--rounds 15]

Each round is a fresh process, whose imports Python itself measures. Prints the medians, and the ratio within a round.
What may be loaded at all is a matter of tests/test_architecture.py.
"""

import argparse
import re
import statistics
import subprocess
import sys

MODULES = "import numpy, numpy.random, numpy.typing; import dlcourse.chapter, dlcourse.scratch.probability"
LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| \s*(\S+)")


def milliseconds() -> tuple[float, float]:
    """The time of NumPy, and of what the course loads after it."""
    command = [sys.executable, "-X", "importtime", "-c", MODULES]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    own = [(name, int(time) / 1000) for time, name in LINE.findall(report)]
    names = [name for name, _ in own]
    begin, end = names.index("site") + 1, names.index("numpy.typing") + 1
    return sum(time for _, time in own[begin:end]), sum(time for _, time in own[end:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    rounds = [milliseconds() for _ in range(parser.parse_args().rounds)]
    numpy, course = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(ours / theirs for theirs, ours in rounds)
    print(f"NumPy {numpy:.0f} ms, dlcourse after it {course:.1f} ms: {ratio:.1%} of NumPy's")


if __name__ == "__main__":
    main()
