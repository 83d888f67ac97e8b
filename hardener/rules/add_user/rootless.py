"""Whether the process of an image can run without root, and as whom."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal, Settled
from hardener.fast.records import dataclass, replace
from hardener.image.files import copied
from hardener.image.model import Model, StageModel
from hardener.image.process import composed, is_tool_box, programs, services_of
from hardener.image.start_scripts import Startup, startup
from hardener.image.users import created_user
from hardener.knowledge.images import BaseImage
from hardener.knowledge.users import UserPlan, create_user
from hardener.knowledge.writing import is_server
from hardener.project.context import Files
from hardener.rules.add_user.closed_folders import closed_to_owner
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.rules.add_user.leaves_root import leaves_root
from hardener.rules.add_user.low_ports import Ports, low_ports
from hardener.rules.add_user.needs import Needs
from hardener.rules.add_user.root_home import lives_in_home
from hardener.rules.add_user.root_needs import needs_root_beside_commands
from hardener.rules.add_user.whatever_runs import by_health_check, whatever_runs
from hardener.rules.add_user.writable import needs

#: users of official images, by the program that runs there
_OFFICIAL = {"node": "node", "nodejs": "node"}
#: reasons that what RUN instructions make is root's
_MADE_AS_ROOT = ("U05", "U15", "U26")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.knowledge.servers import ServerFacts
    from hardener.rules.add_user.early_user import Early
    from hardener.rules.add_user.root_workdir import Moved


@dataclass(frozen=True, slots=True)
class Plan:
    """Who runs the image, and what that user must be able to write.

    Attributes:
        user: an account of the file, of the base image, or a new one.
        needs: what must be writable.
        certain: whether file, facts and build context show that this is enough.
        ports: below 1024, that the image exposes or the program listens on, and what the callers say of them (U11).
        nameless: whether the image has no account for the number, though it has files that could name one (U16).
        doubt: what is not known of a web server, "" where everything is.
        moved: the file with another WORKDIR than root's home, which the plan is for; None where that need not be.
        early: the file with USER before what the user makes, which the plan is for; None where USER stands at the end.
    """

    user: UserPlan
    needs: Needs
    certain: bool
    ports: Ports
    nameless: bool = False
    doubt: str = ""
    moved: Moved | None = None
    early: Early | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person has to know who runs the image."""
        volumes = f"existing volumes of {' '.join(self.needs.volumes)} keep their owner (U13)"
        home = f"only root can enter /root, so WORKDIR becomes {self.moved.new.text if self.moved else ''}"
        stated = "it writes only where [tool.harden.assume] says (U15)"
        told = (
            (self.moved, home),
            (self.needs.is_stated, stated),
            (self.needs.volumes, volumes),
            (self.needs.developed and self.needs.certain, self.needs.developed),
            (self.ports.note, self.ports.note),
            (self.needs.kept, self.needs.kept.note if self.needs.kept else ""),
        )
        return tuple(note for where, note in told if where)


def plan_of(model: Model, stage: StageModel, files: Files) -> Plan | Refusal | Settled | None:
    """Return the plan for a stage, with its WORKDIR moved out of root's home where only that stands against it."""
    texts = ContextTexts(files)
    plan = _plan(model, stage, texts)
    if plan is not None and stage.image is not None:
        gone = leaves_root(model, stage, stage.image, _named(model, stage), files)
        if gone is not None:
            return Settled(gone)
    refusal = plan if isinstance(plan, Refusal) else _not_given(model, stage, plan)
    if refusal is not None and refusal.spec in _MADE_AS_ROOT:
        early = _early(model, stage, texts)
        if early is not None:
            return early
    if not isinstance(plan, Refusal) or plan.spec != "U05":
        return plan
    from hardener.rules.add_user.root_workdir import moved_from_root

    moved = moved_from_root(model, stage, files)
    if moved is None:
        return plan
    other = _plan(moved.model, moved.model.stages[stage.index], texts)
    if not isinstance(other, Plan) or other.needs.folders or other.needs.tree or other.needs.kept:
        return plan  # what it writes may be mounted from elsewhere, by a path in root's home
    return replace(other, moved=moved)


def _not_given(model: Model, stage: StageModel, plan: Plan | None) -> Refusal | None:
    """Return why what a plan needs cannot be given at the end of the stage."""
    from hardener.rules.add_user.ownership import gift

    found = gift(model, stage, plan.user, plan.needs) if plan is not None else None
    return found if isinstance(found, Refusal) else None


def _early(model: Model, stage: StageModel, texts: ContextTexts) -> Plan | Refusal | None:
    """Return the plan with USER before the RUN instructions that need no root, None where that does not help.

    A refusal is what stands against it beside the owner of what they make.
    """
    if stage.image is None or created_user(model, stage) is not None or texts.files.tree is None:
        return None
    from hardener.rules.add_user.early_user import early_user, own_all
    from hardener.rules.add_user.ownership import gift, owner_of

    user = _new_user(stage.image, startup(model, stage, programs(model, stage), texts.files), number=10001)
    early = early_user(model, stage, user, owner_of(user), texts.files) if isinstance(user, UserPlan) else None
    if early is None:
        return None
    last = early.model.stages[stage.index]
    plan = _plan(early.model, last, texts)
    if isinstance(plan, Refusal):
        return None if plan.spec in _MADE_AS_ROOT else plan
    if plan is None or plan.user != user:
        return None
    home = lives_in_home(model, stage, texts.files) if plan.needs.kept is not None else None
    if home is not None:
        return home  # what goes on as root looks into root's home for it
    own_all(plan.needs, last, always=early.writes_here)
    given = gift(early.model, last, user, plan.needs, early.user)
    return None if isinstance(given, Refusal) else replace(plan, early=early)


def _plan(model: Model, stage: StageModel, texts: ContextTexts) -> Plan | Refusal | None:
    """Return the plan for a stage that runs as root on a known image; None where it is no program of its own (S28)."""
    image, files = stage.image, texts.files
    if image is None:
        return None
    elsewhere = composed(model, stage, files)
    if elsewhere is not None:
        return elsewhere
    own = created_user(model, stage)
    named = _named(model, stage)
    declared = stage.cmd.instruction is not None or stage.entrypoint.instruction is not None
    if not declared and own is None and not (named and (image.expose or image.drops_privileges or image.needs_root)):
        return None
    if declared and not named:
        return None
    base = image.entrypoint if isinstance(image.entrypoint, tuple) else ()
    if base and is_server(base[0]) and stage.entrypoint.stage is None:
        named = tuple((*base, *argv) for argv in named)  # the entry point is the interpreter, as in distroless
    facts = _server(image)
    start = startup(model, stage, named, files, facts.programs if facts else ())
    is_served = facts is not None and (start.refusal is not None or any(facts.starts(a) for a in start.programs))
    refusal = whatever_runs(model, stage, image, files, is_served=is_served) or start.refusal
    refusal = refusal or by_health_check(model, stage)
    refusal = refusal or needs_root_beside_commands(model, stage, texts, sources=not is_served)
    if refusal is not None:
        return refusal
    if facts is not None and is_served:
        return _served(model, stage, facts, start, texts)
    found = needs(model, stage, start, texts)
    if isinstance(found, Refusal):
        return found
    for folder in found.folders if found.must else ():
        closed = closed_to_owner(model, stage, folder, files.tree)
        if closed is not None:
            return closed
    user = own or _new_user(image, start, number=65532 if stage.is_scratch else 10001)
    if isinstance(user, Refusal):
        return user
    if own is None and user.name and _is_changed(model, stage, user.name):
        return Refusal("U19", f"a RUN changes or removes the user {user.name} of the image", "add USER yourself")
    if user.uid < 0 and _brings_accounts(model, stage, files):
        return Refusal("U19", f"a COPY may bring an /etc/passwd without {user.name}", "add USER yourself")
    ports = _ports(model, stage, low_ports(model, stage, image, start, texts), files)
    if isinstance(ports, Refusal):
        return ports
    nameless = not (user.has_account or stage.is_scratch)
    certain = bool(start.programs) and found.certain and not (ports.doubt or nameless)
    return Plan(user, found, certain, ports, nameless)


def _named(model: Model, stage: StageModel) -> tuple[tuple[str, ...], ...]:
    """Return the command lines that the image runs and that are programs of its own."""
    return tuple(argv for argv in programs(model, stage) if not (is_tool_box(argv) or argv[1:] == ("-a",)))


def _server(image: BaseImage) -> ServerFacts | None:
    """Return the web server that an image is made for, whose workers run as another user than root."""
    if not image.drops_privileges:
        return None
    from hardener.knowledge.servers import server_of

    return server_of(image)


def _served(model: Model, stage: StageModel, facts: ServerFacts, start: Startup, texts: ContextTexts) -> Plan | Refusal:
    """Return the plan for a web server: its master starts as the user that its workers are with root."""
    from hardener.rules.add_user.web_servers import web_server

    image = stage.image
    if image is None:
        return Refusal("Z09", "cannot tell the base image")
    account = next((user for user in image.users if user.name == facts.user), None)
    if account is None:
        return Refusal("U19", f"cannot tell the number of {facts.user} in {image.family}", "add USER yourself")
    user = UserPlan(account.name, account.uid, account.gid, None, account.home)
    server = web_server(model, stage, facts, start, texts.files)
    if isinstance(server, Refusal):
        return server
    if user.name and _is_changed(model, stage, user.name):
        return Refusal("U19", f"a RUN changes or removes the user {user.name} of the image", "add USER yourself")
    if _brings_accounts(model, stage, texts.files):
        return Refusal("U19", f"a COPY may bring an /etc/passwd without {user.name}", "add USER yourself")
    others = [argv for argv in start.programs if not facts.starts(argv)]
    only_serves = facts.kind == "nginx" and not others
    found = needs(model, stage, Startup(others, scripts=start.scripts), texts, only_serves=only_serves)
    if isinstance(found, Refusal):
        return found
    low = low_ports(model, stage, image, start, texts)
    if server.ports is not None:
        low = tuple(port for port in server.ports if port < 1024)[:1]
    ports = _ports(model, stage, low, texts.files)
    if isinstance(ports, Refusal):
        return ports
    own = created_user(model, stage)
    if own is not None:
        server.doubts(f"the file makes the user {own.name}, and may mean it for the server")
    if others:
        server.doubts(f"`{others[0][0]}` runs beside the server")
    found.hold(server.folders)
    found.touched, found.trees, found.present = server.files, server.trees, facts.present
    certain = found.certain and not (ports.doubt or server.doubt)
    return Plan(user, found, certain, ports, doubt=server.doubt)


def _ports(model: Model, stage: StageModel, low: tuple[int, ...], files: Files) -> Ports | Refusal:
    if not low:
        return Ports()
    from hardener.rules.add_user.port_evidence import judged

    builds = files.builds
    return judged(low, services_of(model, stage, files), files.assumed, builds.pods, builds.services)


def _new_user(image: BaseImage, start: Startup, number: int) -> UserPlan | Refusal:
    """Return the image's user, or a new one: it is called as in the official image of the program, else `app`."""
    names = {_OFFICIAL.get(posixpath.basename(argv[0]), "") for argv in start.programs if argv}
    name = names.pop() if len(names) == 1 else ""
    if not name or any(user.name == name for user in image.users):
        return create_user(image, number=number)
    return create_user(image, home=f"/home/{name}", name=name, number=number)


def _is_changed(model: Model, stage: StageModel, name: str) -> bool:
    """Tell whether a RUN changes, removes or makes the account that is to be used."""
    pattern = rf"\b(userdel|deluser|usermod|groupmod|groupdel|delgroup|groupadd|addgroup)\b[^&|;]*\b{re.escape(name)}\b"
    runs = (node for link in stage.chain for node in link.node.body if node.name == "RUN")
    return any(re.search(pattern, model.logical(node).text) for node in runs)


def _brings_accounts(model: Model, stage: StageModel, files: Files) -> bool:
    """Tell whether a COPY may bring an /etc/passwd: all of another image, or a folder of the context that has one."""
    for link in stage.chain:
        for found in filter(None, (copied(model, node, files.tree) for node in link.node.body)):
            if found.target not in ("/", "/etc"):
                continue
            if found.from_stage is None and next(found.origins("/etc/passwd"), None) is not None:
                return True
            if found.from_stage is not None and any(source.rstrip("/.") in ("", "/etc") for source in found.sources):
                return True
    return False


__all__ = ["Plan", "plan_of"]
