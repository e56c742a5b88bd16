"""Makes `.venv` from nothing: `python3 config/bootstrap.py [--development]`. Standard library only, Python 3.11+.

It installs the hash-pinned lock, Evenhand itself (editable), the front-end files and, where this user may, the
libraries of the system that some parts need; where not, it names them.
"""

import argparse
import ctypes
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LIBRARY_PACKAGES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
TEST_PROGRAMS = {"chromium": "chromium", "pdfsig": "poppler-utils", "java": "default-jre-headless"}
OTHER_BROWSERS = ("chromium-browser", "google-chrome", "google-chrome-stable")


class SetupError(Exception):
    """One clear line: what is wrong and what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up Evenhand in this folder.")
    parser.add_argument("--development", action="store_true", help="also what `make check` and `make test` need")
    development = parser.parse_args().development
    os.umask(0o022)  # PostgreSQL's programs are run by an unprivileged user when we are root
    try:
        require_python()
        make_venv()
        install_system_packages(development=development)
        install_lock(ROOT / ("requirements-dev.txt" if development else "requirements.txt"))
        build_assets(development=development)
    except SetupError as error:
        print(f"Set-up: {error}", file=sys.stderr)  # noqa: T201
        return 1
    (VENV / ".stamp-runtime").touch()
    if development:
        (VENV / ".stamp-development").touch()
    return 0


def require_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this has not read pyproject.toml
        raise SetupError(
            f"Python 3.11 or newer is needed, this is {platform.python_version()}: install one and run "
            "`make PYTHON=python3.11 ...` with its name."
        )


def make_venv() -> None:
    if works([str(PYTHON), "-m", "pip", "--version"]):
        return
    say("Making .venv")
    if not works([sys.executable, "-c", "import ensurepip"]):
        apt_install([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"], why="to make .venv", needed=True)
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], failure="Python could not make .venv")


def install_lock(lock: Path) -> None:
    """With uv, itself pinned in the lock, in seconds; with pip where uv cannot be had."""
    say(f"Installing {lock.name}")
    build = ROOT / "requirements-build.txt"
    if install_uv(lock):
        install = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON), "--quiet"]
        variables = uv_environment()
        editable = [*install, "--no-deps", "--build-constraints", str(build), "--editable", str(ROOT)]
    else:
        install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        variables = dict(os.environ)
        run([*install, "--require-hashes", "-r", str(build)], failure=f"{build.name} could not be installed")
        editable = [*install, "--no-build-isolation", "--editable", str(ROOT)]
    requirements = [*install, "--require-hashes", "-r", str(lock)]
    run(requirements, failure=f"{lock.name} could not be installed", env=variables)
    run(editable, failure="Evenhand itself could not be installed", env=variables)


def install_uv(lock: Path) -> bool:
    """The one requirement of the lock that installs the others."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pinned:
        pinned.write(requirement(lock.read_text(), "uv"))
        pinned.flush()
        install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        return works([*install, "--require-hashes", "-r", pinned.name])


def requirement(lock: str, name: str) -> str:
    """The lines of one requirement: its version and its hashes."""
    lines = lock.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    last = next(number for number in range(first, len(lines)) if not lines[number].endswith("\\"))
    return "\n".join(lines[first : last + 1]) + "\n"


def uv_environment() -> dict[str, str]:
    """Uv does not read pip's settings: hand the package index on, so that a mirror set for pip serves both."""
    asked = subprocess.run(  # noqa: S603
        [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    handed_on = {"UV_DEFAULT_INDEX": index} if index else {}
    return {"UV_LINK_MODE": "copy", "UV_HTTP_TIMEOUT": "120", **handed_on, **os.environ}


def install_system_packages(*, development: bool) -> None:
    missing = [package for library, package in LIBRARY_PACKAGES.items() if not loads(library)]
    if sys.platform.startswith("linux") and missing:
        apt_install(missing, why="for PDF reports")
    if not development:
        return
    wanted = [package for program, package in TEST_PROGRAMS.items() if not found(program)]
    if wanted:
        apt_install(wanted, why="for the browser, PDF and Spark tests; they are skipped without")


def found(program: str) -> bool:
    names = (program, *OTHER_BROWSERS) if program == "chromium" else (program,)
    return any(map(shutil.which, names))


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt_install(packages: list[str], *, why: str, needed: bool = False) -> None:
    """Install from the distribution where we may; say what to install where we may not."""
    wish = f"install {' '.join(packages)} ({why}): apt-get install {' '.join(packages)}"
    if os.getuid() != 0 or not shutil.which("apt-get"):
        if needed:
            raise SetupError(f"Please {wish}")
        say(f"Please {wish}")
        return
    say(f"Installing {' '.join(packages)} {why}")
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if not works(install, env=variables):
        works(["apt-get", "update", "-qq"], env=variables)
        if not works(install, env=variables):
            if needed:
                raise SetupError(f"apt-get could not install it. Please {wish}")
            say(f"apt-get could not install it. Please {wish}")


def build_assets(*, development: bool) -> None:
    say("Building the front-end files")
    command = [str(PYTHON), "-m", "config.assets", *(["--development"] if development else [])]
    run(command, failure="The front-end files could not be built")


def works(command: Sequence[str], *, env: dict[str, str] | None = None) -> bool:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, env=env, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def run(command: Sequence[str], *, failure: str, env: dict[str, str] | None = None) -> None:
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=env, check=False)  # noqa: S603
    if finished.returncode:
        lines = (finished.stderr.strip() or finished.stdout.strip() or "no message").splitlines()
        raise SetupError(f"{failure}: {' '.join(line.strip() for line in lines[-4:])}")


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
