"""No GPL or AGPL in what runs: reads the licences of everything requirements.txt installs."""

import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFUSED = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
LESSER = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)
UNKNOWN = "unknown"


def main() -> int:
    pinned = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    licenses = {name: found for name in pinned if (found := license_of(name)) is not None}
    refused = {name: text for name, text in licenses.items() if text == UNKNOWN or is_refused(text)}
    for name, text in sorted(refused.items()):
        print(f"{name}: licence {text}: may not be a runtime dependency", file=sys.stderr)  # noqa: T201
    print(f"Licences of {len(licenses)} runtime packages read, {len(refused)} refused.")  # noqa: T201
    return 1 if refused or not licenses else 0


def license_of(name: str) -> str | None:
    """What the package says of itself; None when it is not installed on this platform."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    classifiers = [line for line in told.get_all("Classifier", []) if line.startswith("License ::")]
    expression, short = (first_line(told.get_all(field, [])) for field in ("License-Expression", "License"))
    return expression or "; ".join(classifiers) or short or UNKNOWN


def first_line(values: list[str]) -> str:
    return values[0].strip().split("\n")[0] if values else ""


def is_refused(text: str) -> bool:
    """Every alternative is GPL or AGPL; a choice with a permissive side is fine, LGPL is fine."""
    choices = re.split(r"\bOR\b|;", text)
    return all(REFUSED.search(choice) and not LESSER.search(choice) for choice in choices)


if __name__ == "__main__":
    sys.exit(main())
