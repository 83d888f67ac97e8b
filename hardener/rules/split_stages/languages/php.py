"""PHP: extensions and vendor folder on the same image, without headers, compilers of packages and composer (S26)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.project.php import install_scripts, read_composer
from hardener.rules.split_stages.languages.compiled import installed, known_folder
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict

_EXTENSIONS = ("/usr/local/lib/php/extensions", "/usr/local/etc/php/conf.d")
_EXTENSION_TOOLS = frozenset(("docker-php-ext-install", "docker-php-ext-enable", "docker-php-ext-configure", "pecl"))

_INTERPRETER = regex(r"php(\d(\.\d)?)?(-(cli|fpm|cgi))?\Z|libapache2-mod-php")


def claims(case: Case) -> bool:
    """Tell whether the image is one of PHP's, or PHP comes from the distribution, and the stage installs there."""
    if case.image.family.startswith("php-"):
        return any(call.name in _EXTENSION_TOOLS | {"composer"} for call in case.calls)
    return "composer" in installed(case) and any(call.name == "composer" for call in case.calls)


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of composer or of the image's own tools."""
    if call.name in _EXTENSION_TOOLS:
        return Verdict(build=True, makes=_EXTENSIONS)
    if call.name != "composer":
        return None
    folder = known_folder(call)
    if isinstance(folder, Refusal):
        return folder
    verb = next((word for word in call.words if not word.startswith("-")), "")
    if verb in ("validate", "diagnose", "clear-cache", "clearcache", "config", "self-update", "check-platform-reqs"):
        return Verdict(build=True)
    if verb in ("global", "require", "create-project") or any(w in ("-d", "--working-dir") for w in call.words):
        return Refusal("S22", f"cannot tell what `composer {verb}` writes", "use composer install in its folder")
    data = read_composer(case.project.files)
    scripts = install_scripts(data) if data is not None else ("?",)
    settings = data.get("config", {}) if data is not None else {}
    vendor = settings.get("vendor-dir", "vendor") if isinstance(settings, dict) else "vendor"
    writes = bool(scripts) and "--no-scripts" not in call.words
    if verb == "dump-autoload" or (not writes and vendor == "vendor"):
        return Verdict(build=True, makes=(f"{folder.rstrip('/')}/vendor",))
    if folder == "/":
        return Refusal("S22", "cannot tell what the scripts of composer.json write", "use --no-scripts")
    return Verdict(build=True, makes=(folder,), whole=True)


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a PHP program: the same image twice."""
    for program in case.programs:
        if program[0].rpartition("/")[2] == "composer":
            return Refusal("S28", "composer runs when the image starts", "install in the build")
    written, packages = case.written, installed(case)
    if case.image.family.startswith("php-"):
        return Target(written, case.image, gain="headers and composer", is_plain=True)
    if not any(_INTERPRETER.match(name) for name in packages):
        return Refusal("S09", "PHP itself comes along with composer", "name php-cli in the installation")
    # the extensions that the package of composer brings: what runs may have come to rely on them
    brought = tuple(name for name in ("php-intl", "php-mbstring") if name not in packages)
    return Target(
        written, case.image, packages=brought, instead=(("composer", ""),), gain="composer and what it needs",
        is_plain=True,
    )  # fmt: skip


PHP = Ecosystem("php", claims, read, target, sources=("php",))
