"""HTML and SVG elements: text and attributes are escaped by the standard library's serializer."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

Child = ET.Element | str | None


def element(
    tag: str, *children: Child | Iterable[Child], **attributes: str | float | None
) -> ET.Element:
    """Return an element; `_` in an attribute's name is a hyphen, and a final one is dropped.

    Attributes that are None, and children that are None, are left out.
    """
    made = ET.Element(tag)
    for name, value in attributes.items():
        if value is not None:
            text = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
            made.set(name.rstrip("_").replace("_", "-"), text)
    for child in _flat(children):
        _append(made, child)
    return made


def html(root: ET.Element) -> str:
    """Return a whole HTML document."""
    return f"<!DOCTYPE html>\n{ET.tostring(root, encoding='unicode', method='html')}\n"


def xml(root: ET.Element) -> str:
    """Return an XML document without a declaration."""
    return f"{ET.tostring(root, encoding='unicode')}\n"


def _flat(children: Iterable[Child | Iterable[Child]]) -> Iterable[ET.Element | str]:
    for child in children:
        if isinstance(child, (ET.Element, str)):
            yield child
        elif child is not None:
            yield from _flat(child)


def _append(parent: ET.Element, child: ET.Element | str) -> None:
    if isinstance(child, ET.Element):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + child
    else:
        parent.text = (parent.text or "") + child
