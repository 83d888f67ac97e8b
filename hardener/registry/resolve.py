"""All references of a run at once: one request for each thing that is named, however often it is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from hardener.fast.records import replace
from hardener.registry.client import RegistryClient, wanted
from hardener.registry.hosts import split_repository
from hardener.registry.model import Clock, RegistrySettings, Resolved, Unresolved
from hardener.registry.questions import ask_all

if TYPE_CHECKING:
    from hardener.registry.newest import Step
    from hardener.syntax.image_reference import ImageReference

T = TypeVar("T")
_Key = tuple[str, str, str]


def resolve_many(
    references: Iterable[ImageReference],
    settings: RegistrySettings | None = None,
    *,
    client: RegistryClient | None = None,
    concurrency: int | None = None,
    clock: Clock | None = None,
) -> dict[ImageReference, Resolved | Unresolved]:
    """Return what each reference names now, or why that is not known (B01).

    Args:
        references: in any order, each as often as it occurs.
        settings: of the client; None for the usual ones.
        client: one that is shared by several calls, with its own settings and clock.
        concurrency: requests under way at once, instead of the settings'.
        clock: time and chance, for tests.

    Raises:
        ConfigError: a file of credentials or certificates that cannot be used.
    """
    answers = _ask(references, RegistryClient.resolve, wanted, settings, client, concurrency=concurrency, clock=clock)
    return {
        reference: replace(answer, reference=reference) if isinstance(answer, Resolved) else answer
        for reference, answer in answers.items()
    }


def latest_versions(
    references: Iterable[ImageReference],
    settings: RegistrySettings | None = None,
    *,
    client: RegistryClient | None = None,
    concurrency: int | None = None,
    clock: Clock | None = None,
) -> dict[ImageReference, str | Unresolved | None]:
    """Return for each reference the version tag that its `latest` is now (B13), None where there is no such tag.

    Arguments and errors are those of `resolve_many`.
    """
    from hardener.registry.tags import version_tag_for_latest

    return _ask(
        references, version_tag_for_latest, lambda _: "", settings, client, concurrency=concurrency, clock=clock
    )


def newest_tags(
    references: Iterable[ImageReference],
    step: Step,
    settings: RegistrySettings | None = None,
    *,
    client: RegistryClient | None = None,
    concurrency: int | None = None,
    clock: Clock | None = None,
) -> dict[ImageReference, str | Unresolved]:
    """Return for each reference the newest tag of its shape within `step`; its own tag where none is newer.

    Arguments and errors are those of `resolve_many`.
    """
    from hardener.registry.newest import newest_tag

    def question(client: RegistryClient, reference: ImageReference) -> str:
        return newest_tag(client.tags(reference), reference.tag or "latest", step)

    return _ask(references, question, wanted, settings, client, concurrency=concurrency, clock=clock)


def creation_times(
    references: Iterable[ImageReference],
    settings: RegistrySettings | None = None,
    *,
    client: RegistryClient | None = None,
    concurrency: int | None = None,
    clock: Clock | None = None,
) -> dict[ImageReference, float | Unresolved | None]:
    """Return when the image behind each digest was made, in seconds since the epoch; None where it does not say.

    Arguments and errors are those of `resolve_many`.
    """
    from hardener.registry.created import created

    return _ask(references, created, lambda r: r.digest or "", settings, client, concurrency=concurrency, clock=clock)


def configurations(
    references: Iterable[ImageReference], *, client: RegistryClient
) -> dict[ImageReference, dict[str, Any] | Unresolved]:
    """Return what the image behind each digest says of itself, as `configuration` does, or why that is not known.

    Args:
        references: with digests.
        client: with its own settings and clock.
    """
    from hardener.registry.image_config import configuration

    return _ask(references, configuration, lambda r: r.digest or "", None, client, concurrency=None, clock=None)


def files_of_images(
    references: Iterable[ImageReference], *, client: RegistryClient
) -> dict[ImageReference, dict[str, Any] | Unresolved]:
    """Return what stands in files of the image behind each digest, as `image_files` does, or why that is not known.

    Args:
        references: with digests.
        client: with its own settings and clock.
    """
    from hardener.registry.image_files import image_files  # few runs read layers

    return _ask(references, image_files, lambda r: r.digest or "", None, client, concurrency=2, clock=None)


def _ask(
    references: Iterable[ImageReference],
    question: Callable[[RegistryClient, ImageReference], T],
    name: Callable[[ImageReference], str],
    settings: RegistrySettings | None,
    client: RegistryClient | None,
    *,
    concurrency: int | None,
    clock: Clock | None,
) -> dict[ImageReference, T | Unresolved]:
    if client is None:
        with RegistryClient(settings, clock) as own:
            return _ask(references, question, name, None, own, concurrency=concurrency, clock=None)
    keys = {reference: (*split_repository(reference.repository), name(reference)) for reference in references}
    one_of: dict[_Key, ImageReference] = {}
    for reference, key in keys.items():
        one_of.setdefault(key, reference)
    asked = client
    answers = ask_all(
        _in_turn(one_of),
        lambda key: question(asked, one_of[key]),
        client,
        concurrency=concurrency,
    )
    return {reference: answers[key] for reference, key in keys.items()}


def _in_turn(keys: Iterable[_Key]) -> list[_Key]:
    """Return the questions with those to different registries in turn, so that no dead one keeps all threads busy."""
    before: Counter[str] = Counter()
    ranked = []
    for key in keys:
        ranked.append((before[key[0]], key))
        before[key[0]] += 1
    return [key for _, key in sorted(ranked, key=itemgetter(0))]
