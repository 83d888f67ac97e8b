"""Writing the two stages of a site: the build as it stands, and nginx with its configuration."""

from __future__ import annotations

from hardener.rules.split_stages.nginx_site.plan import BASE, Site
from hardener.rules.split_stages.write_stages import runtime_from
from hardener.syntax.dockerfile.nodes import Comment, Copy, Flag, Heredoc, Instruction, Stage, Words
from hardener.syntax.dockerfile.writer import Style, finish_line

_CONFIGURATION = "/etc/nginx/conf.d/default.conf"


def two_stages(stage: Stage, site: Site, style: Style) -> tuple[Stage, Stage]:
    """Return the build stage and the stage of nginx that take the place of one.

    Args:
        stage: as it stands; its nodes go over into the new ones.
        site: what becomes of them.
        style: of the file.
    """
    whole = finish_line(stage, style.newline)
    build: list[Instruction] = []
    runtime: list[Instruction] = []
    comments: list[Comment] = []
    # the nodes of the last line may be others than those of the plan: its end was mended
    for old, node in zip(stage.body, whole.body, strict=True):
        if old in site.dropped:
            comments += [item for item in node.leading if isinstance(item, Comment)]
        elif old in site.runtime:
            new = site.runtime[old]
            runtime.append(node if new is old else node.with_changes(arguments=new.arguments))
        else:
            build.append(node)
    configuration = style.words(Copy, f"<<'EOF' {_CONFIGURATION}").with_changes(
        leading=tuple(comments),
        heredocs=(Heredoc("".join(f"{line}{style.newline}" for line in site.lines), f"EOF{style.newline}"),),
    )
    copied = style.words(Copy, f"{site.folder} {site.folder}").with_changes(flags=(Flag(f"--from={site.name}", " "),))
    from_ = whole.from_
    as_ = "as" if style.lower else "AS"
    words = from_.text.split()
    first = from_.with_changes(arguments=Words(f"{words[0]} {as_} {site.name}"))
    second = runtime_from(from_, BASE, style)
    return Stage(first, tuple(build)), Stage(second, (configuration, copied, *runtime))
