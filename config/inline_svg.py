"""Our own charts as inline SVG under a policy that allows no inline style and no inline script.

A chart comes from our renderer, but it carries text from outside (names of groups, columns, systems). So it is parsed,
cut down to the shapes charts are made of, and written again: what is not on the list is refused, not repaired.
"""

import hashlib
import re
from xml.etree import ElementTree


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SVG = "http://www.w3.org/2000/svg"
ELEMENTS = _names(
    "circle clipPath defs desc ellipse g line linearGradient mask path pattern polygon polyline "
    "radialGradient rect stop svg symbol text title tspan"
)
PROPERTIES = _names(
    "clip-path display dominant-baseline fill fill-opacity fill-rule font-family font-size font-style "
    "font-weight letter-spacing opacity stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset "
    "stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor visibility"
)
ATTRIBUTES = PROPERTIES | _names(
    "aria-describedby aria-hidden aria-label aria-labelledby aria-roledescription class clipPathUnits cx "
    "cy d dx dy gradientTransform gradientUnits height id lengthAdjust offset patternUnits points "
    "preserveAspectRatio r role rx ry textLength transform version viewBox width x x1 x2 y y1 y2"
)
DROPPED = frozenset({"pointer-events", "cursor", "white-space", "xml:space", "space", "tabindex"})
OWN_REFERENCE = re.compile(r"url\(\s*[\"']?#([^)\"']+)[\"']?\s*\)")


class UnsafeChartError(ValueError):
    """The SVG holds something a chart has no use for."""


def inline_svg(source: str, *, label: str = "") -> str:
    """The SVG, safe to write into a page; `label` replaces its accessible name (the finding, in a sentence)."""
    if "<!DOCTYPE" in source or "<!ENTITY" in source:
        raise UnsafeChartError("A chart must not define a document type or entities.")
    root = ElementTree.fromstring(source)  # noqa: S314 - entities are refused above, the rest is checked below
    if _local(root.tag) != "svg":
        raise UnsafeChartError(f"A chart starts with <svg>, not <{_local(root.tag)}>.")
    prefix = "c" + hashlib.sha256(source.encode()).hexdigest()[:8] + "-"
    clean = _clean(root, prefix)
    if label:
        clean.set("aria-label", label)
    clean.set("role", "img")
    clean.set("xmlns", SVG)
    return ElementTree.tostring(clean, encoding="unicode", short_empty_elements=True)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _clean(node: ElementTree.Element, prefix: str) -> ElementTree.Element:
    name = _local(node.tag)
    if name not in ELEMENTS:
        raise UnsafeChartError(f"A chart must not contain <{name}>.")
    clean = ElementTree.Element(name, _attributes(node, prefix))
    clean.text, clean.tail = node.text, node.tail
    clean.extend([_clean(child, prefix) for child in node if isinstance(child.tag, str)])
    return clean


def _attributes(node: ElementTree.Element, prefix: str) -> dict[str, str]:
    kept: dict[str, str] = {}
    for key, value in node.attrib.items():
        name = _local(key)
        if name == "style":
            kept |= _from_style(value, prefix)
        elif name in ATTRIBUTES:
            kept[name] = prefix + value if name == "id" else _own(value, prefix)
        elif name not in DROPPED:
            raise UnsafeChartError(f"A chart must not use the attribute {name!r}.")
    if _local(node.tag) in {"g", "path", "line", "rect", "text", "circle"}:
        _calm(kept)
    return kept


def _from_style(style: str, prefix: str) -> dict[str, str]:
    """Style declarations as presentation attributes, which the page's policy allows."""
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    named = ((name.strip(), value.strip()) for name, _, value in pairs)
    return {name: _own(value, prefix) for name, value in named if name in PROPERTIES}


def _own(value: str, prefix: str) -> str:
    """References stay inside this chart, under its own prefix, so that two charts on a page do not mix."""
    if "url(" in value and not OWN_REFERENCE.fullmatch(value.strip()):
        raise UnsafeChartError("A chart may only refer to itself.")
    return OWN_REFERENCE.sub(lambda found: f"url(#{prefix}{found[1]})", value)


def _calm(attributes: dict[str, str]) -> None:
    """The chart is one picture with one name; hundreds of named marks would be read out one by one."""
    for name in ("role", "aria-roledescription", "aria-label", "aria-hidden"):
        attributes.pop(name, None)
