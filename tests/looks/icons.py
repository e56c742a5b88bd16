"""Every icon the interface names, gathered from templates and tables."""

import re
from pathlib import Path

from config.states import STATES
from config.ui.access import NAV

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "governance", "assessments", "audits")
TAG = re.compile(r"{%\s*(icon|solid)\s+\"([a-z0-9-]+)\"")
NAMED = re.compile(r"(?:icon_name(?:\|default:|=)|icon_name\"?[:=]\s*)\"([a-z0-9-]+)\"")


def symbol(name: str, *, filled: bool) -> str:
    return f"tabler-filled-{name}" if filled else f"tabler-{name}"


def used() -> dict[str, str]:
    """Each symbol with the place that asks for it."""
    found = {symbol(state.icon, filled=state.filled): f"state {code}" for code, state in STATES.items()}
    found |= {symbol(item.icon, filled=False): f"navigation {item.key}" for item in NAV}
    for app in APPS:
        for path in (ROOT / app).rglob("templates/**/*.html"):
            text = path.read_text()
            where = str(path.relative_to(ROOT))
            found |= {symbol(name, filled=kind == "solid"): where for kind, name in TAG.findall(text)}
            found |= {symbol(name, filled=False): where for name in NAMED.findall(text)}
        for path in (ROOT / app).rglob("*.py"):
            found |= {symbol(name, filled=False): path.name for name in NAMED.findall(path.read_text())}
    return found


def kept() -> set[str]:
    """The symbols the build keeps of Tabler's sprites."""
    lines = (ROOT / "config/static/icons.txt").read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}
