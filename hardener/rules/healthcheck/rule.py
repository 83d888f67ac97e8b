"""healthcheck (HD204)."""

from __future__ import annotations

from hardener.errors import Refusal, Settled
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import ExecForm, Flag, Probe, Stage
from hardener.syntax.dockerfile.nodes import Healthcheck as HealthcheckNode
from hardener.syntax.dockerfile.writer import before_commands, exec_text, insert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.healthcheck.probe import Health


class Healthcheck(Rule):
    """Add a HEALTHCHECK where the sources show what answers.

    ## What it does
    Adds a HEALTHCHECK to the final stage of a Node, Python or Go service. Where the sources, in the build context,
    have a route such as `/health`, or a `/` that only answers with a literal, the check asks for it; it reads
    Express, Koa, Nest, Flask and FastAPI, TypeScript too, with their routers and blueprints. Elsewhere it connects to
    the port that the sources or the command name: of gunicorn, uvicorn, hypercorn, waitress, daphne, Streamlit,
    `next start`, what Next and Nuxt build, serve, http-server, and of any program that listens in its sources. Start
    scripts, `concurrently` and `run-p` are followed. The check uses the runtime itself, so nothing is installed (H01,
    H12). A Go service (net/http, Gin, Echo, Fiber, chi, gorilla/mux) that the file builds is asked for its route by
    the wget of Alpine, or a curl that the image has; without either harden says so.

    ## Why
    Without a check Docker, Compose and Swarm see only that a process exists, not whether it answers.

    ## Example
    The build context has main.py with `@app.get("/health")`:
    ```dockerfile
    FROM python:3.13-slim-bookworm
    WORKDIR /srv
    COPY . .
    CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
    ```
    becomes
    ```dockerfile
    FROM python:3.13-slim-bookworm
    WORKDIR /srv
    COPY . .
    HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["python", "-c", "import urllib.request as u;u.urlopen('http://127.0.0.1:8000/health',timeout=3)"]
    CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
    ```

    ## Fix safety
    harden never guesses path or port: the route stands literally in a file that the entry point imports, the port in
    the same sources or in the command; the check reads a port from the environment again (H04). A route behind which a
    login, a redirect or the name of a host may refuse is not asked: a connection shows that the service listens, and
    can make no healthy container unhealthy. The check uses 127.0.0.1, in exec form, so that it needs no shell (H02,
    H08), and writes no file, so that it works for any USER and on a read-only file system (H11). What prepares itself
    first gets a minute (H06). A check of the file, the base image or a compose file stays (H13). Kubernetes ignores
    HEALTHCHECK, and `podman build` keeps it only with `--format docker` (H09).

    ## When it only reports
    - H01: the image has perhaps nothing to ask with, or its base is unknown; where the build ran Node on an unknown
      base, the check is offered as unsafe
    - H02: the service listens on another address only
    - H03, H04: harden cannot tell what answers, or on which port
    - H05, H13, P06: with --verbose only: nothing shows that the program listens, there is a check already, Windows
    - H10: the service listens on several ports or a socket, or speaks a protocol of its own
    - H14: it is a development server
    - S28: the file has no CMD, and a compose file starts the service
    """

    code = "HD204"
    name = "healthcheck"
    safety = Safety.HARDENING
    about_start = True
    needs = frozenset({"Add", "Copy"})
    effects = frozenset({Effect.HEALTHCHECK})
    after = ("static-base", "nginx-site")
    about_image = True

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Stage, Health | Refusal | Settled]:
        """Return the check of the stages that have a service with a known route."""
        if not any(node.name in ("ADD", "COPY") for stage in model.stages for node in stage.node.body):
            return {}  # no sources that could say what answers
        from hardener.rules.healthcheck.routes import health

        found = {stage.node: health(model, stage, files) for stage in model.stages}
        return {node: made for node, made in found.items() if made is not None}

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say that nothing is known of the service."""
        return "cannot see the sources: the build context is unknown"

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Add the check before the command of the final stage."""
        plan: dict[Stage, Health | Refusal | Settled] = self.planned
        found = plan.get(original)
        if found is None or not (self.model.facts or isinstance(found, Settled)):
            return updated  # without facts nothing of the build context is known
        message = "no health check tells whether the service answers"
        at = (original.from_, *original.body)[-1]
        if isinstance(found, Settled):
            return self.settle(at, updated, found.reason, message)
        if isinstance(found, Refusal):
            return self.report(at, updated, found, message)
        probe = Probe("CMD", " ", ExecForm(exec_text(found.argv)))
        flags = tuple(Flag(option, " ") for option in found.options.split())
        keyword = "healthcheck" if self.model.style.lower else "HEALTHCHECK"
        node = HealthcheckNode((), "", keyword, " ", flags, probe, self.model.style.newline)
        new = insert(updated, before_commands(updated.body), (node,), self.model.style)
        return self.rewrite(at, updated, new, f"{message}: {found.answers}", doubt=found.doubt)
