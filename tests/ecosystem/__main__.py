"""Show what differs between two versions of harden over real projects.

    python -m tests.ecosystem --before OLD/harden --after .venv/bin/harden --fetch BASE FOLDER
    python -m tests.ecosystem --before OLD/harden --after .venv/bin/harden --corpus FOLDER_OF_CHECKOUTS

`--fetch` gets the repositories of repositories.json at their commits into the folder, by git from below the address
BASE; without it each folder in FOLDER is one project. `--corpus` adds the Dockerfiles of the shared corpus. Both
commands run offline and without the configuration of the projects. A table and, with `--details`, each difference are
printed in Markdown; the exit code is 1 if anything differs, as a change of wording does too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.corpus import WILD, samples
from tests.ecosystem.compare import Report, differences, markdown, read_report

LISTED = Path(__file__).with_name("repositories.json")
_OPTIONS = ["--offline", "--isolated", "--exit-zero", "--output-format", "json"]


def fetch(base: str, folder: Path) -> None:
    """Bring the listed repositories into `folder`; one that is there stays as it is."""
    for row in json.loads(LISTED.read_text()):
        place = folder / row["name"].replace("/", "+")
        if place.exists():
            continue
        place.mkdir(parents=True)
        for command in (
            ["init", "--quiet"],
            ["fetch", "--quiet", "--depth", "1", f"{base.rstrip('/')}/{row['name']}", row["commit"]],
            ["-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "FETCH_HEAD"],
        ):
            subprocess.run(["git", *command], cwd=place, check=True)


def report(command: str, project: Path) -> Report:
    """Return what a command says of all files of a project; it changes none.

    Raises:
        SystemExit: the command does not answer in JSON.
    """
    done = subprocess.run([command, *_OPTIONS, "."], cwd=project, capture_output=True, text=True, check=False)
    try:
        return read_report(json.loads(done.stdout))
    except ValueError:
        sys.exit(f"{command} in {project.name} ended with {done.returncode}: {done.stderr.strip()[-400:]}")


def lay_out(folder: Path) -> Path:
    """Write the Dockerfiles of the shared corpus into folders of their own, and return the project that they are."""
    project = folder / "corpus"
    for number, sample in enumerate(samples(WILD)):
        place = project / f"{number:04d}"
        place.mkdir(parents=True)
        (place / "Dockerfile").write_bytes(sample.data)
    return project


def main() -> int:
    """Run both commands over all projects and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--before", required=True, help="the command of the version before")
    parser.add_argument("--after", required=True, help="the command of the version after")
    parser.add_argument("--fetch", metavar="BASE", help="get the listed repositories from below this address")
    parser.add_argument("--corpus", action="store_true", help="also run over the shared corpus")
    parser.add_argument("--details", action="store_true", help="also print each difference")
    arguments = parser.parse_args()
    if arguments.fetch:
        fetch(arguments.fetch, arguments.folder)
    commands = [str(Path(command).absolute()) for command in (arguments.before, arguments.after)]
    with tempfile.TemporaryDirectory() as scratch:
        projects = sorted(place for place in arguments.folder.iterdir() if place.is_dir())
        projects += [lay_out(Path(scratch))] if arguments.corpus else []
        found = []
        for project in projects:
            before, after = (report(command, project) for command in commands)
            found.append((project.name, len(before), differences(before, after)))
    print(markdown(found, details=arguments.details))
    return int(any(different for _, _, different in found))


if __name__ == "__main__":
    sys.exit(main())
