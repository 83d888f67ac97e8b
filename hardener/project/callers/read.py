"""What the files of a repository build and run, and whose image that is: the answer to "how is this image called"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.errors import YamlSyntaxError
from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.project.build_definitions import mappings_of
from hardener.project.builds import Service
from hardener.project.callers.docker_commands import built
from hardener.project.callers.image_names import is_same_image, repository_of
from hardener.project.callers.kubernetes import read_pod
from hardener.project.callers.readme import in_readme
from hardener.project.callers.scripts import in_makefile, in_package, in_procfile, in_script
from hardener.project.callers.workflows import read_workflow
from hardener.syntax.yaml import Mapping, parse

_ENGINE = regex(r"\b(?:docker|podman|nerdctl)\b")


def read_callers(file: str, text: str) -> tuple[Service, ...]:
    """Return the builds and runs of a Makefile, Procfile, script, README, workflow or manifest, with their images.

    Args:
        file: its path in the repository; its name says what it is.
        text: what it holds.
    """
    name = file.rpartition("/")[2]
    if name.endswith((".yml", ".yaml")):
        return tuple(_of_yaml(file, text))
    if not _ENGINE.search(text):
        return ()
    if name.lower().endswith((".md", ".markdown")):
        return tuple(in_readme(file, text))
    if name == "package.json":
        return tuple(in_package(file, text))
    if name.endswith(".sh") or "justfile" in name.lower():
        return tuple(in_script(file, text))
    return tuple(in_procfile(file, text) if name == "Procfile" else in_makefile(file, text))


def _of_yaml(file: str, text: str) -> Iterator[Service]:
    if "containers:" not in text and not _ENGINE.search(text):
        return
    try:
        tops = [document.root for document in parse(text, file) if isinstance(document.root, Mapping)]
        mappings = [mapping for top in tops for mapping in mappings_of(top)]
        yield from [pod for mapping in mappings for pod in read_pod(file, mapping)]
        yield from list(read_workflow(file, mappings))
        yield from [built for mapping in mappings for built in _skaffold(file, mapping)]
    except YamlSyntaxError:  # a template: what it becomes is not known
        return


def _skaffold(file: str, mapping: Mapping) -> Iterator[Service]:
    """Yield what an artifact of Skaffold builds: an image beside the `docker` builder."""
    docker, image = mapping.mapping("docker"), mapping.scalar("image")
    if docker is not None and image is not None and image.value is not None:
        said = [mapping.scalar("context"), docker.scalar("dockerfile"), docker.scalar("target")]
        context, dockerfile, target = (node.text if node is not None else "" for node in said)
        yield built(file, context or ".", dockerfile, target, [image.text])


def joined(services: Iterable[Service]) -> tuple[Service, ...]:
    """Return builds and, with what their build says, the runs of the images that one of these builds makes.

    A run whose image nobody here builds is of another image, and is left out. One that says itself which build it is of
    stays as it is.
    """
    every = tuple(dict.fromkeys(services))
    builds = tuple(service for service in every if service.is_build)
    by_name: dict[str, list[Service]] = {}
    for build in builds:
        for name in {_last(image) for image in build.images}:
            by_name.setdefault(name, []).append(build)
    found = list(builds)
    for call in every:
        if call.context and not call.is_build:
            found.append(call)
        elif not call.is_build:
            near = dict.fromkeys(build for image in call.images for build in by_name.get(_last(image), ()))
            makers = [build for build in near if _makes(build, call)]
            found += [replace(call, context=b.context, dockerfile=b.dockerfile, target=b.target) for b in makers]
    return tuple(dict.fromkeys(found))


def _last(image: str) -> str:
    """Return the last part of the name of an image, in which all names of one image are alike."""
    return repository_of(image).rpartition("/")[2]


def _makes(build: Service, call: Service) -> bool:
    """Tell whether a build makes the image of a call; a variable has the same value in one file only."""
    return any(
        is_same_image(made, wanted) and (build.file == call.file or "$" not in repository_of(made).rpartition("/")[2])
        for made in build.images
        for wanted in call.images
    )
