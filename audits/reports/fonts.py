"""The fonts a report is set in: bytes read once from a folder of TrueType files, and the rules that name them."""

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

NEEDED = ("Inter", "Source Serif 4", "JetBrains Mono")


class MissingFontsError(RuntimeError):
    """The folder lacks a typeface the report is set in."""


@dataclass(frozen=True, kw_only=True)
class FontFace:
    """One file of a typeface. Several files of one face cover different scripts."""

    name: str
    family: str
    weight: int
    italic: bool
    data: bytes

    @property
    def rule(self) -> str:
        """The @font-face rule; the address is one that only our own fetcher answers."""
        style = "italic" if self.italic else "normal"
        return (
            f'@font-face{{font-family:"{self.family}";font-weight:{self.weight};font-style:{style};'
            f"src:url(evenhand:font/{self.name})}}"
        )


@dataclass(frozen=True, kw_only=True)
class Fonts:
    """All faces of a folder. The folder itself is only handed to the chart converter, which measures text."""

    folder: Path
    faces: tuple[FontFace, ...]

    @classmethod
    def from_folder(cls, folder: Path) -> "Fonts":
        """Read every .ttf of a folder; MissingFontsError names what is missing and how to get it."""
        faces = tuple(_read(path) for path in sorted(folder.glob("*.ttf")))
        missing = [family for family in NEEDED if family not in {face.family for face in faces}]
        if missing:
            raise MissingFontsError(f"{folder} lacks the typeface {missing[0]}; run `make assets` to fetch the fonts.")
        return cls(folder=folder, faces=faces)

    @property
    def others(self) -> tuple[str, ...]:
        """Families beyond the three, such as those for Arabic or Chinese: tried after them."""
        return tuple(sorted({face.family for face in self.faces} - set(NEEDED)))

    @cached_property
    def characters(self) -> frozenset[int]:
        """Every code point some face of the folder has."""
        found: set[int] = set()
        for face in self.faces:
            found |= _code_points(face.data)
        return frozenset(found)

    def css(self) -> str:
        """The @font-face rules of all faces."""
        return "\n".join(face.rule for face in self.faces)


def _read(path: Path) -> FontFace:
    with TTFont(path, lazy=True) as font:
        names = font["name"]
        family = names.getDebugName(16) or names.getDebugName(1)
        return FontFace(
            name=path.name,
            family=str(family),
            weight=int(font["OS/2"].usWeightClass),
            italic=bool(font["OS/2"].fsSelection & 1),
            data=path.read_bytes(),
        )


def _code_points(data: bytes) -> set[int]:
    with TTFont(BytesIO(data), lazy=True) as font:
        return set(font.getBestCmap() or ())
