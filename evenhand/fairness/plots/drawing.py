"""The one place that knows Altair and vl-convert: they are imported when something is drawn, never before."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from evenhand.errors import InputError
from evenhand.fairness.plots.theme import CONFIG

# XML 1.0 has no way to write these, and a name may hold them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def altair() -> Any:
    """Altair's module."""
    return _wanted("altair")


def data(values: list[dict[str, Any]]) -> Any:
    """Rows as they stand inside the drawing: no file, no address."""
    return altair().InlineData(values=values)


def marks(values: list[dict[str, Any]]) -> Any:
    """A chart of rows, to which marks and encodings are added."""
    return altair().Chart(data(values))


def svg_of(chart: Any, alt: str, *, fonts: Path | None = None) -> str:
    """A chart as SVG with an accessible name. ``fonts`` is a folder of typefaces text is measured with."""
    converter = _wanted("vl_convert")
    if fonts is not None:
        _register(str(fonts))
    spec = chart.to_dict(validate=False)
    svg: str = converter.vegalite_to_svg(_writable({**spec, "config": CONFIG}))
    name = quoteattr(_writable(alt))
    return re.sub(r"<svg ", lambda _: f'<svg role="img" aria-label={name} ', svg, count=1)


def _wanted(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise InputError("Plots are drawn with Altair and vl-convert; install them with: pip install evenhand[plots].")


@cache
def _register(folder: str) -> None:
    _wanted("vl_convert").register_font_directory(folder)


def _writable(value: Any) -> Any:
    """The same value with characters that XML cannot hold replaced."""
    if isinstance(value, str):
        return _NOT_XML.sub("\ufffd", value)
    if isinstance(value, list):
        return [_writable(each) for each in value]
    if isinstance(value, dict):
        return {name: _writable(each) for name, each in value.items()}
    return value
