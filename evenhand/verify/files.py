"""The files inside a report's PDF, and the text printed on its pages, read with limits: the PDF may be hostile."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from evenhand.errors import InputError

MOST_BYTES = 256 * 1024 * 1024
MOST_FILES = 500
LAST_BYTES = 1024
_HEX = re.compile(rb"<([0-9A-Fa-f]*)>")


class BrokenPdfError(InputError):
    """The file cannot be read as a PDF."""


def what_is_wrong(pdf: bytes) -> str:
    """Say in one sentence why this cannot be a report as it was issued; empty when it can be looked at.

    Parameters
    ----------
    pdf
        The file.

    Returns
    -------
    str
        A sentence, or nothing.
    """
    if b"%%EOF" not in pdf[-LAST_BYTES:]:
        return "The file does not end as a PDF ends: it was cut off, or something was added. Download it again."
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            is_encrypted = document.is_encrypted
    except pikepdf.PasswordError:
        is_encrypted = True
    except Exception as error:  # qpdf fails in many ways on damaged files
        return f"The file is damaged or is no PDF: {_first_line(error)}. Download it again."
    return "The file is encrypted, which a report never is: it was changed after it was issued." if is_encrypted else ""


def attached_files(pdf: bytes) -> dict[str, bytes]:
    """Return the files attached to a PDF.

    Parameters
    ----------
    pdf
        The PDF.

    Returns
    -------
    dict[str, bytes]
        Name to content.

    Raises
    ------
    BrokenPdfError
        When the file cannot be read, or holds too much.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            found: dict[str, bytes] = {}
            for name, stream in _embedded(document):
                if name in found:
                    raise BrokenPdfError(f"Two attached files are called {name[:80]}.")
                found[name] = _inflated(stream, MOST_BYTES - sum(map(len, found.values())))
            return found
    except BrokenPdfError:
        raise
    except Exception as error:  # qpdf and zlib fail in many ways on damaged files
        raise BrokenPdfError(f"The attached files cannot be read: {_first_line(error)}.") from error


def printed_text(pdf: bytes) -> str:
    """Return what is printed on the pages, without white space, as a reader's software would copy it.

    Parameters
    ----------
    pdf
        The PDF.

    Returns
    -------
    str
        All pages after each other; text in fonts without a Unicode map is left out.

    Raises
    ------
    BrokenPdfError
        When the pages cannot be read.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            maps: dict[tuple[int, int], dict[bytes, str]] = {}
            return "".join("".join(_page_text(page, maps).split()) for page in document.pages)
    except Exception as error:  # as above
        raise BrokenPdfError(f"The pages cannot be read: {_first_line(error)}.") from error


def _embedded(document: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    root: Any = document.Root
    names: Any = root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    if len(names) > 2 * MOST_FILES:
        raise BrokenPdfError(f"The PDF has more than {MOST_FILES} attached files.")
    for spec in list(names)[1::2]:
        yield str(spec.UF if "/UF" in spec else spec.F), spec.EF.F


def _inflated(stream: Any, most: int) -> bytes:
    """The content of a stream, refusing one that grows beyond all measure."""
    data = bytes(stream.read_raw_bytes())
    for name in _filters(stream):
        if name != "/FlateDecode":
            raise BrokenPdfError(f"An attached file is packed as {name[:40]}, which reports never are.")
        data = zlib.decompressobj().decompress(data, most + 1)
    if len(data) > most:
        raise BrokenPdfError(f"The attached files are larger than {MOST_BYTES:,} bytes.")
    return data


def _filters(stream: Any) -> list[str]:
    found = stream.get("/Filter")
    if found is None:
        return []
    return [str(name) for name in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _page_text(page: Any, maps: dict[tuple[int, int], dict[bytes, str]]) -> str:
    return "".join(_stream_text(page.obj, page.obj.get("/Resources", {}), maps, depth=0))


def _stream_text(
    source: Any, resources: Any, maps: dict[tuple[int, int], dict[bytes, str]], *, depth: int
) -> Iterator[str]:
    current: dict[bytes, str] = {}
    fonts, forms = resources.get("/Font", {}), resources.get("/XObject", {})
    for instruction in pikepdf.parse_content_stream(source):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name == "Tf" and operands[0] in fonts:
            current = _unicode_map(fonts[operands[0]], maps)
        elif name in ("Tj", "TJ", "'", '"'):
            yield _shown(operands[-1], current)
        elif name == "Do" and depth < 4 and operands[0] in forms and forms[operands[0]].get("/Subtype") == "/Form":
            form = forms[operands[0]]
            yield from _stream_text(form, form.get("/Resources", resources), maps, depth=depth + 1)
        elif name == "ET":
            yield " "


def _shown(operand: Any, glyphs: dict[bytes, str]) -> str:
    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    text = []
    for part in parts:
        if isinstance(part, pikepdf.String):
            data = bytes(part)
            text.append("".join(glyphs.get(data[at : at + 2], "") for at in range(0, len(data), 2)))
    return "".join(text)


def _unicode_map(font: Any, maps: dict[tuple[int, int], dict[bytes, str]]) -> dict[bytes, str]:
    if font.objgen not in maps:
        source = font.get("/ToUnicode")
        maps[font.objgen] = {} if source is None else _read_map(bytes(source.read_bytes()))
    return maps[font.objgen]


def _read_map(cmap: bytes) -> dict[bytes, str]:
    """Two-byte glyph codes to text: the bfchar blocks that PDF writers of our kind make."""
    glyphs: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        codes = _HEX.findall(block)
        for code, text in zip(codes[::2], codes[1::2], strict=False):
            glyphs[bytes.fromhex(code.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
    return glyphs


def _first_line(error: Exception) -> str:
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return re.sub(r"^stream <[^>]*>: ", "", first)[:200].rstrip(".")
