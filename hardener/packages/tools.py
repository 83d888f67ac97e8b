"""Package managers of languages: what installs from a manifest (C15, C16)."""

from __future__ import annotations

from hardener.fast.records import dataclass


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """One tool that installs what a manifest of the project names.

    Attributes:
        name: of the tool, such as "npm".
        manifest: the file without which it does nothing; "" where an argument names it.
        programs: the commands that it goes by.
        verbs: what installs the whole manifest; "" for the command alone.
        valued: options that take the next word.
    """

    name: str
    manifest: str
    programs: frozenset[str]
    verbs: frozenset[str]
    valued: frozenset[str]


#: name, manifest, programs, verbs ("-" for none, "_" for a blank), options with a value
_ROWS = (
    (
        "npm", "package.json", "npm", "install i in ins ci clean-install install-clean",
        "--registry --cache --loglevel --userconfig --omit --include --only --prefix -C -w --workspace",
    ),
    (
        "yarn", "package.json", "yarn yarnpkg", "- install",
        "--registry --cache-folder --network-timeout --network-concurrency --mutex --modules-folder --cwd",
    ),
    (
        "pnpm", "package.json", "pnpm", "install i ci",
        "--registry --store-dir --reporter -C --dir --filter -F --loglevel",
    ),
    ("bun", "package.json", "bun", "install i ci", "--registry --cache-dir --cwd --backend"),
    (
        "pip", "", "pip pip3", "install",
        "-r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target -e --editable "
        "--prefix --root --trusted-host --proxy --timeout --retries --no-binary --only-binary --platform "
        "--python-version --implementation --abi --log --cert --cache-dir --progress-bar --default-timeout "
        "--upgrade-strategy --config-settings --python",
    ),
    (
        "uv", "pyproject.toml", "uv", "sync",
        "--python -p --extra --group --no-group --index-url --extra-index-url --find-links --directory --project",
    ),
    (
        "poetry", "pyproject.toml", "poetry", "install",
        "--only --with --without --extras -E -C --directory -P --project",
    ),
    ("pipenv", "Pipfile", "pipenv", "install sync", "--python -i --index --pypi-mirror --categories"),
    (
        "bundler", "Gemfile", "bundle bundler", "- install",
        "--jobs -j --retry --without --with --path --gemfile --binstubs",
    ),
    (
        "composer", "composer.json", "composer", "install update u i",
        "-d --working-dir --ignore-platform-req --prefer-install",
    ),
    ("go", "go.mod", "go", "mod_download", "-modfile"),
    (
        "dotnet", "", "dotnet", "restore",
        "-r --runtime -s --source --packages --configfile -v --verbosity -p -a --arch --os",
    ),
    ("maven", "pom.xml", "mvn mvnw ./mvnw", "-", "-f --file -s --settings -P -pl --projects -l -gs"),
    ("gradle", "", "gradle gradlew ./gradlew", "-", "-p --project-dir -g --gradle-user-home"),
)  # fmt: skip


def _ecosystem(row: tuple[str, str, str, str, str]) -> Ecosystem:
    name, manifest, programs, verbs, valued = row
    found = frozenset("" if verb == "-" else verb.replace("_", " ") for verb in verbs.split())
    return Ecosystem(name, manifest, frozenset(programs.split()), found, frozenset(valued.split()))


BY_NAME = {row[0]: _ecosystem(row) for row in _ROWS}
BY_PROGRAM = {program: ecosystem for ecosystem in BY_NAME.values() for program in ecosystem.programs}

#: goals of Maven and tasks of Gradle that fetch what the build files name and read no source
MAVEN_FETCHES = ("dependency:go-offline", "dependency:resolve", "dependency:resolve-plugins")
GRADLE_FETCHES = frozenset(("dependencies", "downloadDependencies", "resolveDependencies", "help", "tasks"))
