"""python-unbuffered (HD209)."""

from __future__ import annotations

from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel, image_lookup
from hardener.knowledge.configuration import Configuration
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Env, Stage
from hardener.syntax.dockerfile.views import pairs
from hardener.syntax.dockerfile.writer import before_commands, insert

_NAME = "PYTHONUNBUFFERED"
_MESSAGE = "Python keeps what it prints in a buffer when no terminal reads it, and loses it when it is killed"
_OFF = Refusal("J05", "the file sets the variable to nothing, which leaves it off", "write PYTHONUNBUFFERED=1")
_EMPTY = ("", '""', "''")
_PYTHON = regex(r"(?:python|pypy)[\d.]*\Z")
#: servers that are Python programs, and what they run prints
_SERVERS = frozenset(
    """
    celery daphne django-admin fastapi flask granian gunicorn hypercorn streamlit uvicorn uwsgi waitress-serve
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: an option of Python that does the same, or leaves variables out: letters may stand together
_UNBUFFERED = regex(r"-[A-DF-HJ-Za-tv-z]*[uEI][A-Za-z]*\Z")


class PythonUnbuffered(Rule):
    """Let Python print at once.

    ## What it does
    Adds `ENV PYTHONUNBUFFERED=1` where the image starts Python, or a server that is a Python program (gunicorn,
    uvicorn, Flask, Celery …), and nothing says yet how it prints.

    ## Why
    In a container no terminal reads what Python prints, so it collects some 8 KB before it passes them on. Logs come
    late and in the wrong order, and what was printed last before a crash or an out-of-memory kill never comes.

    ## Example
    ```dockerfile
    FROM python:3.14-slim
    COPY app.py /app/
    CMD ["python", "/app/app.py"]
    ```
    becomes
    ```dockerfile
    FROM python:3.14-slim
    COPY app.py /app/
    ENV PYTHONUNBUFFERED=1
    CMD ["python", "/app/app.py"]
    ```

    ## Fix safety
    Hardening: the program prints the same, earlier. One that prints very much in many small parts becomes slower. The
    variable stands last, so that no step is built again. `PYTHONDONTWRITEBYTECODE` is not set: it makes each start
    slower.

    ## When it only reports
    - J05: the variable is set to nothing, which leaves the buffer on

    Where Python is started with `-u`, or with `-E` or `-I`, which leave variables out, or the stage or its base image
    names the variable, nothing is said.
    """

    code = "HD209"
    name = "python-unbuffered"
    safety = Safety.HARDENING
    effects = frozenset({Effect.ENV})
    needs = frozenset({"Cmd", "Entrypoint"})
    after = ("split-stages", "exec-form", "add-init", "add-user", "healthcheck")

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Add the variable to a stage whose image runs."""
        stage = self.model.stage_of(original)
        if not _starts_python(self.model, stage) or any(_starts_python(self.model, link) for link in stage.chain[1:]):
            return updated
        emptied = [node for node in original.body if isinstance(node, Env) and _empties(node, self.model.escape)]
        if emptied:
            return self.report(emptied[-1], updated, _OFF, _MESSAGE)
        if _is_said(self.model, stage):
            return updated
        at = stage.cmd.instruction or stage.entrypoint.instruction or original.from_
        env = self.model.style.words(Env, f"{_NAME}=1")
        new = insert(updated, before_commands(updated.body), (env,), self.model.style)
        return self.rewrite(at, updated, new, _MESSAGE)


def _starts_python(model: Model, stage: StageModel) -> bool:
    """Tell whether a stage whose image runs starts Python, and not with an option that decides."""
    if not stage.is_final or not stage.declares_start:
        return False
    from hardener.image.process import programs

    return any(map(_buffers, programs(model, stage)))


def _empties(node: Env, escape: str) -> bool:
    """Tell whether an ENV gives the variable no value, which is the same to Python as if it were not set."""
    return _NAME in node.text and any(name == _NAME and value in _EMPTY for name, value in pairs(node, escape))


def _is_said(model: Model, stage: StageModel) -> bool:
    """Tell whether the stage, one that it is built on, or the base image names the variable."""
    if any(_NAME in node.text for link in stage.chain for node in link.node.body):
        return True
    reference = stage.root.reference
    said = model.facts.get(image_lookup(reference)) if reference is not None else None
    return isinstance(said, Configuration) and _NAME in said.env


def _buffers(argv: tuple[str, ...]) -> bool:
    """Tell whether a command line starts Python, and with none of `-u`, `-E` and `-I`."""
    from hardener.image.process import without_runner

    words = without_runner(argv)
    program = basename(words[0]) if words else ""
    if program in _SERVERS:
        return True
    options = words[1 : next((at for at, word in enumerate(words) if at and not word.startswith("-")), len(words))]
    return bool(_PYTHON.match(program)) and not any(map(_UNBUFFERED.match, options))
