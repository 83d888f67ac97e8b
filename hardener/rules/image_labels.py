"""image-labels (HD119)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Label, Stage
from hardener.syntax.dockerfile.views import pairs
from hardener.syntax.dockerfile.writer import before_commands, insert

_PREFIX = "org.opencontainers.image."
_MESSAGE = "no label says {}"
_SAID = {"source": "where the image comes from", "title": "what it is", "licenses": "under which licence it is"}
_NOTHING = Refusal(
    "C35", "neither the repository nor a manifest says it", "add the remote `origin`, or write the LABEL"
)


class ImageLabels(Rule):
    """Say in labels where the image comes from.

    Off unless it is selected by name: labels are for those who look at images in a registry.

    ## What it does
    Adds a LABEL with `org.opencontainers.image.source`, `title`, `description` and `licenses`, as far as files say
    them and the stage has no such label: the address from the remote `origin` of the repository, without credentials,
    else from the manifest; the others from the package.json, pyproject.toml, Cargo.toml or composer.json in the root
    of the build context. Nobody is asked over the network.

    ## Why
    Registries link an image to its source by these labels, update bots find its release notes by them, and scanners
    its licence.

    ## Example
    ```dockerfile
    FROM node:24-slim
    WORKDIR /app
    COPY . .
    CMD ["node", "server.js"]
    ```
    becomes
    ```dockerfile
    FROM node:24-slim
    WORKDIR /app
    COPY . .
    LABEL org.opencontainers.image.source="https://github.com/example/shop" \\
          org.opencontainers.image.title="shop" \\
          org.opencontainers.image.licenses="MIT"
    CMD ["node", "server.js"]
    ```

    ## Fix safety
    Hardening: the configuration of the image gets labels, which nothing in the container sees. They stand last, so that
    no step is built again. `--label` of a build wins over them. There is no `version`: the file would name the old one
    after each release; pass it with `--label`.

    ## When it only reports
    - C35: neither the repository nor a manifest says anything

    Of several manifests only a licence that all agree on is taken; the manifest of a workspace gives no title.
    """

    code = "HD119"
    name = "image-labels"
    safety = Safety.HARDENING
    effects = frozenset({Effect.LABEL})
    opt_in = True
    after = ("split-stages", "maintainer-label", "add-user", "healthcheck", "stop-signal", "python-unbuffered")

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[str, str]:
        """Return the labels that files give, by name."""
        from hardener.project.descriptions import description
        from hardener.project.repository import web_address

        said = description(files)
        found = {
            "source": files.origin or web_address(said.source.removeprefix("git+")),
            "title": said.title,
            "description": said.about,
            "licenses": said.licence,
        }
        return {name: value for name, value in found.items() if value}

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Add the labels to a stage whose image runs."""
        stage = self.model.stage_of(original)
        if not stage.is_final:
            return updated
        there = _labels(self.model, stage)
        missing = [said for name, said in _SAID.items() if name not in there]
        if not missing:
            return updated
        known: dict[str, str] = self.planned
        new = {name: value for name, value in known.items() if name not in there}
        if not new:
            # what files say is there already
            return updated if there else self.report(original.from_, updated, _NOTHING, _MESSAGE.format(missing[0]))
        words = [f'{_PREFIX}{name}="{value}"' for name, value in new.items()]
        label = self.model.style.words(Label, f" {self.model.style.continuation('      ')}".join(words))
        message = _MESSAGE.format(next((_SAID[name] for name in new if name in _SAID), "more about it"))
        at = insert(updated, before_commands(updated.body), (label,), self.model.style)
        return self.rewrite(original.from_, updated, at, message)


def _labels(model: Model, stage: StageModel) -> frozenset[str]:
    """Return the names of the labels of OCI that a stage of this file sets, without what they begin with."""
    return frozenset(
        name.strip("\"'").removeprefix(_PREFIX)
        for link in stage.chain
        for node in link.node.body
        if isinstance(node, Label)
        for name, _ in pairs(node, model.escape)
        if name.strip("\"'").startswith(_PREFIX)
    )
