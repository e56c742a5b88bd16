"""The one place that knows Altair and vl-convert: they are imported when something is drawn, never before."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from evenhand.errors import InputError
from evenhand.fairness.plots.theme import CONFIG

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
OWN_SCALES = {"scale": {"x": "independent", "y": "independent"}}
_TAG = re.compile(r"<[^>]+(?:id=\"clip|url\(#clip)[^>]*>")
_ID = re.compile(r"(?<=[\"#])clip\d+(?=[\")])")
# XML 1.0 has no way to write these, and a name may hold them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def altair() -> Any:
    """Altair's module."""
    return _wanted("altair")


def marks(values: list[dict[str, Any]]) -> Any:
    """A chart of rows that stand inside the drawing, to which marks and encodings are added."""
    return altair().Chart(altair().InlineData(values=values))


# Altair copies a whole chart whenever it is put into another, so what it drew is put together as plain Vega-Lite here.
Spec = dict[str, Any]


def layered(parts: Iterable[Any], **properties: Any) -> Spec:
    """Marks over each other; ``parts`` are charts, specifications, or lists of them."""
    return {"layer": list(_specs(parts)), **properties}


def beside(parts: Iterable[Any], *, spacing: int, **properties: Any) -> Spec:
    """Charts side by side, each with its own scales."""
    return {"hconcat": list(_specs(parts)), "spacing": spacing, "resolve": OWN_SCALES, **properties}


def stacked(parts: Iterable[Any], *, spacing: int, **properties: Any) -> Spec:
    """Charts below each other, each with its own scales."""
    return {"vconcat": list(_specs(parts)), "spacing": spacing, "resolve": OWN_SCALES, **properties}


def _specs(parts: Iterable[Any]) -> Iterator[Spec]:
    for part in parts:
        if isinstance(part, list):
            yield from _specs(part)
        elif isinstance(part, dict):
            yield part
        else:
            yield _spec(part)


def _spec(chart: Any) -> Spec:
    """One chart as Vega-Lite, its rows inside it."""
    values = chart.data.values
    chart.data = altair().Undefined
    spec: Spec = chart.to_dict(validate=False, context={"top_level": False})
    return {**spec, "data": {"values": values}}


def svg_of(spec: Spec, alt: str, *, fonts: Path | None = None) -> str:
    """A chart as SVG with an accessible name. ``fonts`` is a folder of typefaces text is measured with."""
    converter = _wanted("vl_convert")
    if fonts is not None:
        _register(str(fonts))
    svg: str = converter.vegalite_to_svg(_writable({**spec, "$schema": SCHEMA, "config": CONFIG}))
    svg = _TAG.sub(_renumbered({}), svg)
    name = quoteattr(_writable(alt))
    return re.sub(r"<svg ", lambda _: f'<svg role="img" aria-label={name} ', svg, count=1)


def _renumbered(known: dict[str, str]) -> Callable[[re.Match[str]], str]:
    """Ids counted from the first of this drawing: the converter counts on over all drawings of a process."""

    def ordered(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"clip{len(known)}")

    return lambda tag: _ID.sub(ordered, tag[0])


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
