#!/usr/bin/env python3
"""Sets the program up in .venv from the hashed locks, then runs it or its checks. Keeps to itself what a set-up needs.

    python3 bootstrap.py run [options of `publisher run`]
    python3 bootstrap.py test [options of pytest]
    python3 bootstrap.py bench [NAME]
    python3 bootstrap.py prove [--minutes 30] [--only SCENARIO]

Standard library only. The office's network is honoured: HTTPS_PROXY and NO_PROXY, a package mirror in pip's own
settings, and a certificate authority named in PIP_CERT, REQUESTS_CA_BUNDLE or SSL_CERT_FILE.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


def say(german: str, english: str) -> None:
    """Print one line for people, German unless the environment asks for English."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    print(english if wanted.startswith("en") else german, file=sys.stderr, flush=True)


PYTHON_VERSION = ".".join(map(str, sys.version_info[:2]))
if sys.version_info < (3, 11):  # noqa: UP036 -- before all newer syntax: an older Python gets as far as this line
    say(
        f"Nötig ist Python 3.11 oder neuer; dies ist {PYTHON_VERSION}. Rufen Sie zum Beispiel auf: python3.11 bootstrap.py",
        f"Python 3.11 or newer is needed; this is {PYTHON_VERSION}. Call for example: python3.11 bootstrap.py",
    )
    sys.exit(2)

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
MARKER = VENV / "set-up.txt"
"""Written last: a set-up that was interrupted has none and begins anew."""

RUN_LOCK, TEST_LOCK = HERE / "requirements.lock", HERE / "requirements-dev.lock"
CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("lint-imports", "--no-logo"),
    ("mypy",),
)
AUTHORITIES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
SCRIPT = """\
#!/bin/sh
"exec" "{python}" "$0" "$@"
# The line above hands over to Python, from folders with spaces in their names too; to Python it is a mere string.
import sys

from publisher.cli import main

sys.exit(main())
"""


class SetUpFailure(Exception):
    """A set-up that cannot go on; `german` and `english` say what to do."""

    def __init__(self, german: str, english: str) -> None:
        super().__init__(english)
        self.german, self.english = german, english


def main(arguments: Sequence[str]) -> int:
    """Do what is asked and return the exit status: 0 done, 1 a check failed, 2 wrong usage or no set-up."""
    jobs = {"run": run, "test": test, "bench": bench, "prove": prove}
    if not arguments or arguments[0] not in jobs:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return jobs[arguments[0]](arguments[1:])
    except SetUpFailure as failure:
        say(failure.german, failure.english)
        return 2
    except KeyboardInterrupt:
        return 130


def run(arguments: Sequence[str]) -> int:
    """Become `publisher run` with the config.toml beside this file; the first start has something to show."""
    set_up(RUN_LOCK)
    command = [str(PYTHON), str(BIN / "publisher"), "--config", str(HERE / "config.toml")]
    command += ["run", "--with-example", *arguments]
    if os.name != "nt":
        os.execve(command[0], command, environment())  # noqa: S606 -- no shell, and signals reach it without us between
    return call(command)


def test(arguments: Sequence[str]) -> int:
    """Run every check and the tests; pytest comes last, so that its closing line is the last one."""
    set_up(TEST_LOCK)
    failed = [" ".join(check) for check in CHECKS if not passes(check)]
    if failed:
        say(f"Nicht bestanden: {', '.join(failed)}", f"Failed: {', '.join(failed)}")
    return 0 if passes(("pytest", *arguments)) and not failed else 1


def bench(arguments: Sequence[str]) -> int:
    """Run one of the measurements that docs/ quotes."""
    set_up(TEST_LOCK)
    return call([str(PYTHON), "-m", "tests.benchmarks", *arguments])


def prove(arguments: Sequence[str]) -> int:
    """Kill, freeze, starve and cut off the program for a while, and say what followers saw."""
    set_up(TEST_LOCK)
    return call([str(PYTHON), "-m", "tests.laboratory", *arguments])


def passes(check: Sequence[str]) -> bool:
    """Announce and run one check."""
    print("==>", *check, flush=True)
    return call([str(BIN / check[0]), *check[1:]]) == 0


def set_up(lock: Path) -> None:
    """Make .venv hold what the lock says. Costs a few file reads if it does already. Raises SetUpFailure."""
    if is_set_up(lock):
        return
    with one_at_a_time():
        if is_set_up(lock):
            return
        if not MARKER.exists() or MARKER.read_text(encoding="utf-8").splitlines()[:1] != [place()]:
            make_venv()
        MARKER.unlink(missing_ok=True)
        say(f"Richte ein: {lock.name} …", f"Setting up: {lock.name} …")
        install(lock)
        link_project()
        fresh = VENV / "set-up.new"
        fresh.write_text("\n".join([place(), *fulfilled(lock)]) + "\n", encoding="utf-8")
        fresh.replace(MARKER)


def is_set_up(lock: Path) -> bool:
    """Whether the last set-up was finished here, with this Python, from this very lock."""
    try:
        first, *locks = MARKER.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    return first == place() and digest(lock) in locks


def place() -> str:
    """What a .venv is bound to: it survives neither another Python nor a move."""
    return f"{PYTHON_VERSION} {HERE}"


def fulfilled(lock: Path) -> list[str]:
    """The locks that hold once this one is installed: the tests' lock contains the other, pins alike."""
    return [digest(lock)] if lock == RUN_LOCK else [digest(lock), digest(RUN_LOCK)]


def digest(lock: Path) -> str:
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def make_venv() -> None:
    """An empty .venv in place of whatever was there."""
    try:
        import ensurepip  # noqa: F401 -- Debian parts it from Python; the venv gets its pip from it
        import venv
    except ImportError:
        package = f"python{PYTHON_VERSION}-venv"
        raise SetUpFailure(
            f"Pythons Modul venv fehlt. Installieren Sie es: apt-get install python3-venv (oder {package}).",
            f"Python's venv module is missing. Install it: apt-get install python3-venv (or {package}).",
        ) from None
    try:
        venv.create(VENV, clear=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetUpFailure(f".venv lässt sich nicht anlegen: {error}", f".venv cannot be made: {error}") from None


def install(lock: Path) -> None:
    """Install the lock, wheels only, each checked against its hash: with uv if the person has it, else with pip."""
    wanted = ["--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    uv = shutil.which("uv")
    # uv does not read pip's settings (a mirror, say): where it fails, pip has the last word.
    if uv and call([uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON), *wanted]) == 0:
        return
    pip = [str(PYTHON), "-m", "pip"]
    if call([*pip, "--version"], quiet=True) != 0 and call([str(PYTHON), "-m", "ensurepip"], quiet=True) != 0:
        raise SetUpFailure("pip lässt sich in .venv nicht einrichten.", "pip cannot be set up in .venv.")
    quiet = ["-qq", "--disable-pip-version-check", "--no-input"]
    if call([*pip, "install", *quiet, *wanted]) != 0:
        raise SetUpFailure(
            "Die Pakete ließen sich nicht installieren; der Grund steht oben. Hinter einem Proxy setzen Sie HTTPS_PROXY, "
            "für eine eigene Zertifizierungsstelle PIP_CERT.",
            "The packages could not be installed; the reason stands above. Behind a proxy, set HTTPS_PROXY; for an own "
            "certificate authority, PIP_CERT.",
        )


def link_project() -> None:
    """Make the checkout importable and put the command beside Python: no build backend, nothing outside the locks."""
    asked = [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    answer = subprocess.run(asked, check=True, capture_output=True, text=True)  # noqa: S603 -- our own interpreter
    (Path(answer.stdout.strip()) / "publisher.pth").write_text(f"{HERE}\n", encoding="utf-8")
    script = BIN / "publisher"
    script.write_text(SCRIPT.format(python=PYTHON), encoding="utf-8")
    script.chmod(0o755)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two set-ups of one checkout wait for each other; the lock goes with its process, however that ends."""
    try:
        import fcntl
    except ImportError:  # Windows: there two must not be started at once
        yield
        return
    with (HERE / ".venv.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def call(command: Sequence[str], *, quiet: bool = False) -> int:
    """Run a command here and return its exit status."""
    sink = subprocess.DEVNULL if quiet else None
    done = subprocess.run(command, cwd=HERE, env=environment(), stdout=sink, stderr=sink)  # noqa: S603 -- fixed commands
    return done.returncode


def environment(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for everything started from here: one certificate authority, under each tool's own name for it."""
    authority = next((given[name] for name in AUTHORITIES if given.get(name)), "")
    return dict(given) | {name: given.get(name) or authority for name in AUTHORITIES if authority}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
