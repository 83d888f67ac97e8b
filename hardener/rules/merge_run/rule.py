"""HD101 merge-run: adjacent RUN instructions that belong together share a layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Rule, Safety
from hardener.rules.merge_run.worth import Why, alike, read_step, stretches
from hardener.shell.programs import SETUP_SCRIPT
from hardener.syntax.dockerfile.nodes import Instruction, Stage
from hardener.syntax.tree import Flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.merge_run.group import Group


_MESSAGES = {
    Why.UPDATE: "the install uses package lists of another layer, which go stale in the build cache",
    Why.UNDONE: "a later RUN deletes or rewrites what an earlier one wrote, and both copies stay in the image",
    Why.ALIKE: "adjacent RUN instructions make several layers where one is enough",
}
#: refusals that say nothing new where the steps are only alike
_QUIET = frozenset({"M07", "M08", "M13", "M14", "M15", "M20", "M24", "M26", "M27"})
#: what every command that fetches package lists has in it, but for a script that sets up a repository
_MAY_FETCH = regex(r"update|makecache|refresh|\bref\b|-S\w*y")
#: package managers that do not fetch their lists themselves
_NEED_LISTS = frozenset({"apt", "apk", "pacman"})


class MergeRun(Rule):
    """Join adjacent RUN instructions that belong in one layer.

    ## What it does
    Joins adjacent `RUN` instructions with `&&`. Comments between them move into the chain, above their command. It
    joins

    * a step that fetches package lists and the install after it, in every stage;
    * in stages that ship, a step that writes or downloads a file, and the steps up to the one that deletes it, moves
      it or changes its mode;
    * in stages that ship, neighbours that are cheap configuration (`mkdir`, `chmod`, `echo`, `useradd`, ...) or use
      the package manager of the distribution, and neighbours that use the same package manager of a language.

    A stage ships if it is the last one, nothing else uses it, or such a stage is built on it. Everything else (a
    build, a clone, a script, a command that harden does not know) keeps its own cache entry.

    ## Why
    A cached `apt-get update` gives the next install stale package lists, and a file that a later layer deletes stays
    in the image.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update
    # for the health check
    RUN apt-get install -y curl
    RUN cd /etc && touch ready
    ```

    becomes

    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && \\
        # for the health check
        apt-get install -y curl && \\
        cd /etc && touch ready
    ```

    ## Fix safety
    Safe: harden parses each body, and wraps it in `{ ...; }` or `( ... )` where it is not a plain chain, so that it
    still stops the build when it fails and leaves nothing behind in the shell. Unsafe where the base image, and with
    it SHELL, is unknown.

    ## When it only reports
    * M04, M10, M25: a body leaves a job or a service running, or ends in `exec`.
    * M06, M07: a body changes what the next one would find in a new container.
    * M08: a body relies on `set -e`, which does nothing to the left of `&&`.
    * M14, M15: the flags of the two RUN differ, or a mount keeps what one writes from the other.
    * M24: a tool upgrades itself and is used again.
    * M26, M27: the shell is not a plain POSIX one.
    * P36: a comment above one of them gives orders to another tool.
    * P39, P44: the joined line would be too long, or the first RUN ends with a line continuation.
    * C01: an install uses package lists that an earlier layer fetched, and another instruction stands between.

    The exec form (M12), heredocs (M13), ONBUILD (M19) and Windows (M20) are left alone without a message.
    """

    code = "HD101"
    name = "merge-run"
    safety = Safety.SAFE
    needs = frozenset({"Run"})
    effects = frozenset({Effect.RUN})
    after = ("no-install-recommends", "cd-workdir")

    @classmethod
    def settled(cls, model: Model) -> Iterator[tuple[Instruction, str]]:
        """Say why RUN instructions that stand together in the image stay apart, or that none do."""
        from hardener.rules.merge_run.apart import apart

        final = model.stages[-1]
        if final.is_windows:
            return
        pairs = [pair for stage in model.stages if stage.is_shipped for pair in apart(model, stage)]
        yield from pairs or [(final.node.from_, "none is needed: no two RUN instructions of the image stand together")]

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Join what belongs together, stretch by stretch of adjacent RUN instructions."""
        stage = self.model.stage_of(original)
        texts = [run.text for run in original.body if run.name == "RUN"]
        fetches = any(_MAY_FETCH.search(text) or SETUP_SCRIPT.search(text) for text in texts)
        if not (fetches or stage.is_shipped) or stage.is_windows:
            return updated
        new: list[Instruction] = []
        lists: frozenset[str] = frozenset()
        for stretch in stretches(original.body):
            runs = original.body[stretch.start : stretch.stop]
            if runs[0].name != "RUN" or (len(runs) == 1 and not fetches):
                new += updated.body[stretch.start : stretch.stop]
                continue
            at = stretch.start
            for group in self._groups(stage, runs):
                lists = self._tell_stale(group, lists)
                new += self._joined(stage, group, updated.body[at : at + len(group.runs)])
                at += len(group.runs)
        same = len(new) == len(updated.body)
        return updated if same else updated.with_changes(body=tuple(new))

    def _groups(self, stage: StageModel, runs: tuple[Instruction, ...]) -> list[Group]:
        """Return the runs in the groups that share a layer; report what stands against a group."""
        steps = [read_step(run, self.model.escape) for run in runs]
        shipped = stage.is_shipped
        from hardener.rules.merge_run.group import Group
        from hardener.rules.merge_run.join import compelled, is_script, refusal_to_join

        whys, refused = compelled(stage, self.model, steps, shipped)
        groups = [Group(runs[0], steps[0])]
        for place, (run, step) in enumerate(zip(runs[1:], steps[1:], strict=True)):
            group = groups[-1]
            why = whys[place]
            if why is None and shipped and step and group.past and not is_script(step.body):
                why = alike(group.facts, step.facts)
            refusal = None
            if step is None or (why is None and place not in refused) or self.is_ignored(group.runs[-1], run):
                pass
            elif place in refused:
                why, refusal = refused[place]
            elif why is not None:
                refusal = refusal_to_join(stage, self.model, group.past, step) if group.past else None
                if refusal is None:
                    group.add(run, step, why)
                    continue
            groups.append(Group(run, step))
            if why is not None and refusal is not None and (why > Why.ALIKE or refusal.spec not in _QUIET):
                groups[-1].is_told = True
                self.report((run, groups[-2].runs[-1]), run, refusal, _MESSAGES[why])
        return groups

    def _tell_stale(self, group: Group, lists: frozenset[str]) -> frozenset[str]:
        """Report an install that relies on lists of an earlier layer; return what later ones can rely on (C01)."""
        facts = group.facts
        stale = facts.installs & lists & _NEED_LISTS
        if stale and not group.is_told:
            way = Refusal(
                "C01", "another instruction stands between", f"fetch the package lists of {min(stale)} in this RUN too"
            )
            self.report(group.runs[0], group.runs[0], way, _MESSAGES[Why.UPDATE])
        return (lists - facts.drops) | facts.updates

    def _joined(self, stage: StageModel, group: Group, nodes: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
        """Return the nodes of a group as one RUN, or as they are where they stay apart."""
        if len(nodes) == 1:
            return nodes
        from hardener.rules.merge_run.join import join_runs

        joined = join_runs(nodes, [step.body for step in group.steps], self.model.style)
        if isinstance(joined, Refusal):
            self.report(group.runs[0], nodes[0], joined, _MESSAGES[group.why])
            return nodes
        at = tuple(group.runs)
        doubt = "cannot tell which shell the base image has" if stage.states[at[0]].shell is None else ""
        result = self.rewrite(at, Flatten(nodes), Flatten((joined,)), _MESSAGES[group.why], doubt=doubt)
        return cast(tuple[Instruction, ...], result.nodes)
