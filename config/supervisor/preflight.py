"""What must be there before anything starts. Each check answers None, or one line: what is wrong, what to do."""

import ctypes
import socket
import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
LIBRARIES = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "HarfBuzz-Subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}
DEBIAN_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
ASSETS = (
    "tabler.min.css",
    "htmx.min.js",
    "tabler-sprite.svg",
    "fonts-ttf/Inter-400.ttf",
    "fonts-ttf/SourceSerif4-400.ttf",
)


def missing_libraries() -> str | None:
    """WeasyPrint draws the PDF with libraries of the system."""
    missing = [name for name, files in LIBRARIES.items() if not any(map(_loads, files))]
    if not missing:
        return None
    how = "brew install pango" if sys.platform == "darwin" else f"apt-get install {DEBIAN_PACKAGES}"
    return f"The system library {' and '.join(missing)} is missing, which the PDF reports need: {how}"


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_assets() -> str | None:
    vendor = ROOT / "config" / "static" / "vendor"
    missing = [name for name in ASSETS if not (vendor / name).exists()]
    if not missing:
        return None
    return f"The front-end files are not there ({', '.join(missing)}): run `make setup`."


def taken_port(host: str, port: int) -> str | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            return (
                f"Port {port} on {host} cannot be used ({error.strerror}): stop the program that has it, "
                f"or choose another port: PORT={port + 1} make run"
            )
    return None


def unreachable_database(url: str, *, name: str = "DATABASE_URL") -> str | None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        return (
            f"The database of {name} cannot be reached ({_first_line(error)}): start it or correct {name}; "
            "without DATABASE_URL the embedded database is used."
        )
    return None


def unreachable_broker(url: str) -> str | None:
    from kombu import Connection  # slow to import, and needed only where BROKER_URL is set

    try:
        with Connection(url, connect_timeout=5) as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
    except Exception as error:
        return (
            f"The queue of BROKER_URL cannot be reached ({_first_line(error)}): start it or correct BROKER_URL; "
            "without BROKER_URL the embedded one is used."
        )
    return None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
