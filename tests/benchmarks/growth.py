"""How the time of a run grows with the length of a file: `python -m tests.benchmarks.growth [SHAPE…]`.

Each shape of tests/test_growth.py is run at several lengths, each in a process of its own. What is printed is the
processor time a line takes, as a multiple of what a line takes in the shortest file: 1.0 everywhere is linear.
"""

from __future__ import annotations

import subprocess
import sys
import time

from tests.test_growth import OPTIONS, SHAPES

LENGTHS = (1_000, 5_000, 20_000, 50_000)


def measured(shape: str, lines: int) -> float:
    """Return the processor seconds that a line of a file of this shape and length takes, in a process of its own."""
    run = [sys.executable, "-m", "tests.benchmarks.growth", "--one", shape, str(lines)]
    return float(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def one(shape: str, lines: int) -> float:
    """Return the processor seconds a line of one run; what is made once a process is made before."""
    from hardener import harden

    make = SHAPES[shape]
    harden(make(30, "w"), options=OPTIONS)
    parts = round(lines * 30 / make(30, "w").count("\n"))
    text = make(parts, "x")
    started = time.process_time()
    harden(text, options=OPTIONS)
    return (time.process_time() - started) / text.count("\n")


def main(arguments: list[str]) -> None:
    """Print a line a shape."""
    if arguments[:1] == ["--one"]:
        print(one(arguments[1], int(arguments[2])))
        return
    print("| shape | " + " | ".join(f"{lines:,} lines" for lines in LENGTHS) + " |")
    print("|---|" + "---:|" * len(LENGTHS))
    for shape in arguments or SHAPES:
        times = [measured(shape, lines) for lines in LENGTHS]
        cells = " | ".join(f"{each / times[0]:.1f}" for each in times)
        print(f"| {shape} | {cells} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
