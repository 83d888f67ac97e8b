"""A service that builds into sources of the host: its folder keeps its owner, and another user cannot write there."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model
from hardener.image.process import services_of
from hardener.image.stage import StageModel
from hardener.project.builds import Service
from hardener.project.context import Files

#: programs that write what they build beside the sources
_BUILDS = regex(
    r"(?<![\w./-])(?:\./)?(?:node_modules/\.bin/)?(?:tsc|tsup|webpack|rollup|esbuild|parcel|vite|next|nuxt|nuxi|astro|gatsby|remix|"
    r"svelte-kit|ng|swc|babel|gulp|grunt|turbo|nx|sass|tailwindcss|postcss|nest|mvnw?|gradlew?|sbt|cargo|dotnet|air|"
    r"artisan|rails|mix|npm (?:ci|i|install)|yarn install|pnpm (?:i|install)|composer install)(?![\w./-])"
    r"|--out(?:[Dd]ir|-dir|put|[Ff]ile)\b|\bmakemigrations\b|\bcollectstatic\b"
)
#: how far a script of package.json may lead to another one
_DEPTH = 3


def builds_there(model: Model, stage: StageModel, files: Files) -> Refusal | None:
    """Return why a service that mounts a folder of the host, and builds into it, needs the user that it has.

    Files that are called so are for development alone, and do not count.
    """
    for service in services_of(model, stage, files):
        mount = next((mount for mount in service.volumes if mount.is_bind), None)
        if mount is None or not (service.command or service.entrypoint) or service.user:
            continue
        from hardener.project.compose.development import is_for_development  # few files have such a service

        if is_for_development(service.file):
            continue  # the image runs without it: the result says so
        found = _BUILDS.search(_run_by(service, files))
        if found is not None:
            reason = (
                f"{service.file} mounts {mount.source} at {mount.target}, and runs `{found[0]}`, which writes there"
            )
            return Refusal("U13", reason, "set `user:` of that service to the owner of the folder")
    return None


def _run_by(service: Service, files: Files) -> str:
    """Return the command line of a service with the scripts of package.json that it runs."""
    from hardener.project.node.package_json import read_package
    from hardener.project.node.scripts import script_call

    words = (*service.entrypoint, *service.command)
    text, call = " ".join(words), script_call(words)
    package = read_package(files) if call is not None else None
    for _ in range(_DEPTH):
        script = package.scripts.get(call.name) if package is not None and call is not None else None
        if script is None:
            break
        text = f"{text}\n{script}"
        call = script_call(tuple(script.split()))
    return text
