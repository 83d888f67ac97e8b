"""Where the Helm charts of a folder lie: in it, in folders such as `chart` and `deploy`, and below those."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join

from hardener.fast.patterns import regex
from hardener.lookups.surroundings import Surroundings
from hardener.project.builds import Service

_FOLDERS = regex(r"(?i)(?:helm|charts?|\.?k8s|kube\w*|deploy\w*|infra\w*|ops|manifests?)(?:[._-][\w.-]*)?\Z")
#: more charts or templates of one folder are not read
_MOST = 20
_VALUES = ("values.yaml", "values.yml")


def charts_in(folder: str, around: Surroundings) -> Iterator[Service]:
    """Yield the containers of the charts of a folder, each by the image that its values name."""
    for chart in _charts(folder, around):
        names = around.names(join(folder, chart))
        values = next((name for name in _VALUES if name in names), "")
        if not values or "image" not in (text := around.text(folder, join(chart, values))):
            continue
        from hardener.project.callers.helm import read_chart

        found = [name for name in around.names(join(folder, chart, "templates")) if name.endswith((".yaml", ".yml"))]
        templates = [around.text(folder, join(chart, "templates", name)) for name in found[:_MOST]]
        yield from read_chart(join(chart, values), text, templates)


def _charts(folder: str, around: Surroundings) -> list[str]:
    """Return the folders that hold a Chart.yaml, at most two levels below those that may."""
    names = around.names(folder)
    waiting, found = [name for name in names if _FOLDERS.match(name)], list[str]()
    depth = 0
    while waiting and depth < 3:
        depth += 1
        below: list[str] = []
        for name in waiting[:_MOST]:
            inner = around.names(join(folder, name))
            if "Chart.yaml" in inner:
                found.append(name)
            elif inner:
                below += [join(name, each) for each in inner if "." not in each]
        waiting = below
    return found[:_MOST]


__all__ = ["charts_in"]
