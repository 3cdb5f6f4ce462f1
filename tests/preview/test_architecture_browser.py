"""The architecture page in a real browser. Pictures are left in `.cache/chromium/pictures`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from preview.architecture.page import page
from tests.preview.browser import FOLDER, NoBrowserError, Page, browser, install
from tests.preview.environments import SHAPES, architecture

pytestmark = pytest.mark.slow
PICTURES = FOLDER / "pictures"
_TOO_LONG = """[...document.querySelectorAll('svg.architecture > .box')].flatMap(box => {
  const right = box.querySelector('.body').getBoundingClientRect().right;
  return [...box.querySelectorAll('text')]
    .filter(text => text.getBoundingClientRect().right > right + 1)
    .map(text => text.textContent);
})"""
_OVERLAPPING = """[...document.querySelectorAll('svg.architecture > .box')].flatMap(box => {
  const texts = [...box.querySelectorAll('text')].map(text => [text, text.getBoundingClientRect()]);
  return texts.flatMap(([text, a], number) => texts.slice(number + 1)
    .filter(([, b]) => a.left < b.right && b.left < a.right
      && a.top + 4 < b.bottom && b.top + 4 < a.bottom)
    .map(([other]) => `${text.textContent} / ${other.textContent}`));
})"""
_COVERED = """[...document.querySelectorAll('svg.architecture > .label')].flatMap(label => {
  const a = label.getBoundingClientRect();
  return [...document.querySelectorAll('svg.architecture > .box .body')]
    .map(body => body.getBoundingClientRect())
    .filter(b => a.left < b.right && b.left < a.right
      && a.top + 2 < b.bottom && b.top + 2 < a.bottom)
    .map(() => label.textContent);
})"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Start a browser; without one the tests are skipped, or fail in CI."""
    try:
        program = install()
    except NoBrowserError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    PICTURES.mkdir(exist_ok=True)
    with browser(program, tmp_path_factory.mktemp("profile")) as page_:
        yield page_


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Write the page of each shape."""
    written = {}
    for shape in SHAPES:
        written[shape] = tmp_path / f"{shape}.html"
        written[shape].write_text(page(architecture(shape)), "utf-8")
    return written


@pytest.mark.parametrize("shape", SHAPES)
def test_page_fits_wide_and_narrow_windows(
    chromium: Page, files: dict[str, Path], shape: str
) -> None:
    for width, dark in ((1440, False), (1440, True), (390, False)):
        chromium.open(files[shape], width=width, dark=dark)
        assert chromium.evaluate("document.documentElement.scrollWidth") <= width
        assert chromium.evaluate("document.querySelector('.box .name').getBBox().width") > 20
        assert chromium.evaluate(_TOO_LONG) == []
        assert chromium.evaluate(_OVERLAPPING) == []
        assert chromium.evaluate(_COVERED) == []
        name = f"{shape}-{width}{'-dark' if dark else ''}.png"
        chromium.photograph(PICTURES / name)
    assert chromium.errors == []
    assert {url for url in chromium.requests if not url.startswith(("file:", "data:"))} == set()


def test_box_opens_its_part_by_mouse_and_keyboard(chromium: Page, files: dict[str, Path]) -> None:
    chromium.open(files["dev"], width=1440)
    assert not chromium.evaluate("document.getElementById('part-sql').open")
    chromium.click("#box-sql")
    chromium.wait_for("document.getElementById('part-sql').open")
    assert chromium.evaluate("document.activeElement.closest('details').id") == "part-sql"
    chromium.evaluate("document.querySelector('#box-armor').focus()")
    chromium.press("Enter", 13, "\r")
    chromium.wait_for("document.getElementById('part-armor').open")
    chromium.evaluate("document.querySelector('.skip').focus()")
    chromium.press("Tab", 9)
    assert chromium.evaluate("document.activeElement.tagName") == "A"


def test_print_opens_every_part_and_closes_it_after(chromium: Page, files: dict[str, Path]) -> None:
    chromium.open(files["prod"], width=1440)
    opened = "[...document.querySelectorAll('details')].filter(part => part.open).length"
    parts = chromium.evaluate("document.querySelectorAll('details').length")
    chromium.evaluate("addEventListener('beforeprint', () => { window.printed = " + opened + " })")
    chromium.print(PICTURES / "prod.pdf")
    assert chromium.evaluate("window.printed") == parts
    chromium.wait_for(f"{opened} === 0")
    assert (PICTURES / "prod.pdf").read_bytes().startswith(b"%PDF")
