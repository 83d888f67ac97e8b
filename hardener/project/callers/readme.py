"""What a README shows of how an image is built and run: what it mounts, and as which user (U13).

What else such a command says is an example: a shell to look around, a port, an option of one reader.
A run whose build it does not show is of the image here where the README is called like that image.
Format: fenced and indented code blocks of CommonMark; `$ ` and `# ` before a command are prompts.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.project.builds import Service
from hardener.project.callers.image_names import is_same_image, repository_of
from hardener.project.callers.scripts import in_shell

_COMMAND = regex(r"(?m)^[ \t]*(?:[$#>%][ \t]+)?((?:sudo[ \t]+)?(?:docker|podman|nerdctl)[ \t]+[^\n]*)$")
_CONTINUED = regex(r"(?:\\|(?<=[ \t])[`^])[ \t]*\r?\n[ \t]*(?:>[ \t]+)?")
_TITLE = regex(r"(?m)^#[ \t]+[^\n]+|<h1\b[^\n]*")
_NO_NAME = regex(r"[^a-z0-9]+")
#: more commands of one README are not read
_MOST = 40


def in_readme(file: str, text: str) -> Iterator[Service]:
    """Yield the runs that mount something or name a user, each with the build that its README shows for its image."""
    lines = _COMMAND.findall(_CONTINUED.sub(" ", text.replace("\r\n", "\n")))[:_MOST]
    found = [service for line in lines for service in in_shell(file, line.rstrip("`"))]
    builds = [service for service in found if service.is_build]
    for run in found:
        if run.is_build or not (run.volumes or run.user):
            continue
        seen = Service(file, images=run.images, volumes=run.volumes, user=run.user, source=run.source, is_build=False)
        makers = [b for b in builds if any(is_same_image(made, run.images[0]) for made in b.images)]
        made = [replace(seen, context=b.context, dockerfile=b.dockerfile) for b in makers]
        if not made and _is_called(run.images[0], text):
            made = [replace(seen, context=".")]
        yield from made or [seen]


def _is_called(image: str, text: str) -> bool:
    """Tell whether the title of a README has the name of a published image: that of `acme/file-box` is File Box."""
    title = _TITLE.search(text)
    folder, _, name = repository_of(image).rpartition("/")
    plain = _NO_NAME.sub("", name.lower())
    return title is not None and bool(folder) and len(plain) > 3 and plain in _NO_NAME.sub("", title[0].lower())
