"""Timeline of a rehearsal as SVG: a row for each step, a bar from its beginning to its end."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

from preview.architecture.markup import element, xml
from preview.rehearse.report import Done, shorten

_HERE = Path(__file__).parent
_WIDTH, _NAMES, _BARS, _ROW, _TOP = 1080, 14, 128, 40, 40
_SCALE = 430
"""Width of the longest bar, in pixels."""
_RESULTS = _BARS + _SCALE + 20
_LETTERS = 74
"""Characters of a command and of a result."""
_TICKS = 5


def picture(environment: str, provider: str, steps: Sequence[Done]) -> str:
    """Return the timeline as an SVG file."""
    total = max(steps[-1].started + steps[-1].seconds, 0.1)
    height = _TOP + _ROW * len(steps) + 34
    title = f"Rehearsal of {environment} with the {provider} provider, {total:.0f} s"
    root = element(
        "svg",
        element("title", title),
        element("style", _HERE.joinpath("timeline.css").read_text("utf-8")),
        element("rect", class_="paper", width="100%", height="100%"),
        element("text", title, x=_NAMES, y=22, class_="name"),
        _ticks(total, height),
        (_row(step, number, total) for number, step in enumerate(steps)),
        class_="timeline",
        viewBox=f"0 0 {_WIDTH} {height}",
        width=_WIDTH,
        height=height,
        role="img",
        aria_label=title,
    )
    root.set("xmlns", "http://www.w3.org/2000/svg")
    return xml(root)


def _ticks(total: float, height: int) -> Iterator[ET.Element]:
    rough = total / _TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    for number in range(int(total / step) + 1):
        x = _BARS + _SCALE * number * step / total
        yield element("path", class_="tick", d=f"M{x:.1f} {_TOP - 4}V{height - 26}")
        label = f"{number * step:g} s"
        yield element("text", label, x=x, y=height - 10, class_="seconds", text_anchor="middle")


def _row(step: Done, number: int, total: float) -> ET.Element:
    y = _TOP + number * _ROW
    x = _BARS + _SCALE * step.started / total
    width = max(_SCALE * step.seconds / total, 2.0)
    return element(
        "g",
        element("title", f"{step.name}: {' && '.join(step.commands)}"),
        element("text", step.name, x=_NAMES, y=y + 20, class_="name"),
        element(
            "rect", class_=_kind(step), x=f"{x:.1f}", y=y + 8, width=f"{width:.1f}", height=16, rx=2
        ),
        element("text", shorten(step.commands, _LETTERS), x=_RESULTS, y=y + 13),
        element("text", _cut(step), x=_RESULTS, y=y + 29, class_="result"),
    )


def _cut(step: Done) -> str:
    text = f"{step.seconds:.1f} s, {step.result}"
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def _kind(step: Done) -> str:
    """Return the class of a bar: by the program that most of the step ran."""
    if step.has_failed:
        return "failed"
    programs = [command.partition(" ")[0] for command in step.commands]
    return next((name for name in ("grid", "terraform") if name in programs), "manual")
