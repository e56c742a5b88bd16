"""Every relative link of the documents leads to a file, and every anchor to a heading."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LEFT_OUT = {".venv", "node_modules", "var", "build", ".git"}


def main() -> int:
    documents = [path for path in ROOT.rglob("*.md") if not LEFT_OUT & set(path.relative_to(ROOT).parts)]
    broken = [line for document in sorted(documents) for line in broken_links(document)]
    for line in broken:
        print(line, file=sys.stderr)  # noqa: T201
    print(f"Links of {len(documents)} documents followed, {len(broken)} broken.")  # noqa: T201
    return 1 if broken else 0


def broken_links(document: Path) -> list[str]:
    text = CODE.sub("", document.read_text(encoding="utf-8"))
    targets = [target for target in LINK.findall(text) if "://" not in target and not target.startswith("mailto:")]
    name = document.relative_to(ROOT)
    return [f"{name}: {target} leads nowhere" for target in targets if not leads_somewhere(document, target)]


def leads_somewhere(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (document.parent / path) if path else document
    if not file.exists():
        return False
    if not anchor or file.suffix != ".md":
        return True
    return anchor in {slug(title) for title in HEADING.findall(file.read_text(encoding="utf-8"))}


def slug(title: str) -> str:
    """A heading's anchor, as the usual forges make it."""
    return re.sub(r"[^\w\- ]", "", title.lower().replace("`", "")).strip().replace(" ", "-")


if __name__ == "__main__":
    sys.exit(main())
