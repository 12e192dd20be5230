"""The set-up as a person meets it: once, again, interrupted, twice at the same time, on a machine that lacks parts."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bootstrap import environment

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys\n\n\ndef main():\n    print('started', *sys.argv[1:])\n"
NO_UV = {"PATH": "/usr/bin:/bin", "LC_ALL": "de_DE.UTF-8", "PYTHONIOENCODING": "utf-8"}


def a_checkout(folder: Path) -> Path:
    """A checkout with the real bootstrap.py, locks that need no network, and a program that says how it was started."""
    (folder / "publisher").mkdir(parents=True)
    shutil.copy(ROOT / "bootstrap.py", folder)
    (folder / "publisher" / "__init__.py").touch()
    (folder / "publisher" / "cli.py").write_text(PROGRAM)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (folder / lock).write_text("# nothing\n")
    return folder


def start(checkout: Path, *arguments: str, env: Mapping[str, str] = NO_UV) -> "subprocess.Popen[str]":
    command = [sys.executable, str(checkout / "bootstrap.py"), *arguments]
    return subprocess.Popen(command, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Set up by two starts at the same time after one that was interrupted, in a folder with a space in its name."""
    folder = a_checkout(tmp_path_factory.mktemp("setup") / "presse stelle")
    (folder / ".venv").mkdir()
    (folder / ".venv" / "half-installed").touch()
    both = [ended(process) for process in (start(folder, "run", "--once"), start(folder, "run", "--once"))]
    assert [status for status, _, _ in both] == [0, 0], both
    assert sorted(bool(said) for _, _, said in both) == [False, True], "one sets up, the other waits for it"
    return folder


def test_run_becomes_the_program_with_the_config_beside_it(checkout: Path) -> None:
    status, out, err = ended(start(checkout, "run", "--once"))
    assert (status, err) == (0, "")
    assert out == f"started --config {checkout / 'config.toml'} run --with-example --once\n"


def test_the_command_lies_in_the_venv_and_works_from_anywhere(checkout: Path) -> None:
    command = [str(checkout / ".venv" / "bin" / "publisher"), "check", "a b.md"]
    told = subprocess.run(command, cwd="/", capture_output=True, text=True, check=True)
    assert told.stdout == "started check a b.md\n"


def test_another_lock_is_installed_and_the_next_start_is_quiet_again(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text("# something else\n")
    assert "Richte ein: requirements.lock" in ended(start(checkout, "run"))[2]
    assert ended(start(checkout, "run"))[2] == ""


def test_where_uv_fails_pip_has_the_last_word(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "uv").write_text("#!/bin/sh\necho uv knows no mirror >&2\nexit 2\n")
    (tmp_path / "uv").chmod(0o755)
    (checkout / "requirements.lock").write_text("# something else again\n")
    status, out, err = ended(start(checkout, "run", env=NO_UV | {"PATH": f"{tmp_path}:/usr/bin:/bin"}))
    assert (status, out.split()[0], "uv knows no mirror" in err) == (0, "started", True)


def test_what_an_interrupted_set_up_left_behind_is_gone(checkout: Path) -> None:
    assert not (checkout / ".venv" / "half-installed").exists()


def test_a_package_whose_hash_is_wrong_is_refused_and_said(checkout: Path) -> None:
    lock = checkout / "requirements-dev.lock"
    wheel = checkout / "stadt-1-py3-none-any.whl"
    wheel.write_bytes(b"PK")
    lock.write_text(f"stadt @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n")
    status, _, err = ended(start(checkout, "test"))
    assert status == 2
    assert "HTTPS_PROXY" in err.splitlines()[-1]
    assert not (checkout / ".venv" / "set-up.txt").exists()


def test_where_the_venv_module_is_missing_one_line_says_what_to_install(tmp_path: Path) -> None:
    folder = a_checkout(tmp_path / "bare")
    without = "import runpy, sys; sys.modules['ensurepip'] = None; sys.argv[:1] = []; "
    run = f"runpy.run_path({str(folder / 'bootstrap.py')!r}, run_name='__main__')"
    command = [sys.executable, "-c", without + run, "bootstrap.py", "run"]
    told = subprocess.run(command, env=NO_UV, capture_output=True, text=True, check=False)
    assert (told.returncode, len(told.stderr.splitlines())) == (2, 1)
    assert "apt-get install python3-venv" in told.stderr


def old_pythons() -> Iterator[str]:
    """Pythons below 3.11 that this machine has and that really start."""
    named = [found for minor in range(6, 11) if (found := shutil.which(f"python3.{minor}"))]
    for python in [*named, *map(str, Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python3"))]:
        if subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
            yield python


def test_an_older_python_is_told_so_in_one_line() -> None:
    python = next(old_pythons(), None)
    if python is None:
        pytest.skip("no Python below 3.11 on this machine")
    english = NO_UV | {"LC_ALL": "en_GB.UTF-8"}
    command = [python, str(ROOT / "bootstrap.py"), "run"]
    told = subprocess.run(command, env=english, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert re.fullmatch(r"Python 3.11 or newer is needed; this is 3.\d+. .*\n", told.stderr)


def test_one_certificate_authority_reaches_every_tool_under_its_own_name() -> None:
    names = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
    for name in names:
        passed = environment({name: "/etc/stadt.pem", "HTTPS_PROXY": "http://proxy.example:8080"})
        assert [passed[each] for each in names] == ["/etc/stadt.pem"] * 3
        assert passed["HTTPS_PROXY"] == "http://proxy.example:8080"
    assert environment({"PIP_CERT": "/a", "SSL_CERT_FILE": "/b"})["SSL_CERT_FILE"] == "/b"
    assert environment({"LANG": "de"}) == {"LANG": "de"}


def test_the_locks_are_hashed_agree_with_each_other_and_name_no_host() -> None:
    run, test = ((ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-dev.lock"))
    pins = re.compile(r"^([a-z0-9.-]+(?:\[[a-z,]+\])?==\S+)", re.MULTILINE)
    assert set(pins.findall(run)) <= set(pins.findall(test))
    for text in (run, test):
        assert "://" not in text
        for block in re.split(r"\n(?=[a-z0-9])", text)[1:]:
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_dependency_of_the_project_is_locked() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for lock, wanted in (
        ("requirements.lock", project["project"]["dependencies"]),
        ("requirements-dev.lock", project["project"]["dependencies"] + project["dependency-groups"]["dev"]),
    ):
        locked = set(re.findall(r"^([a-z0-9-]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for name in (re.match(r"[\w.-]+", each) for each in wanted):
            assert name is not None
            assert name[0].lower().replace(".", "-").replace("_", "-") in locked
