"""Tests of the addresses, numbers, files, and links in the documentation."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.template import bootstraps, platforms

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README.md"), *DOCS.rglob("*.md")])
SPEC_COLUMN = "Architecture spec"
"""Head of the column with the addresses of the architecture spec."""

_CODE = re.compile(r"`([^`\n]+)`")
_ADDRESS = re.compile(
    r"(?:google_[a-z0-9_]+|random_id|ephemeral\.random_password|var|output)\.[a-z0-9_]+"
)
_FILE = re.compile(r"(?:[\w.-]+/)*[\w.-]+\.(?:py|yaml|toml|json|md|txt)")
_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")


def relative(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def tables(page: Path) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Head and rows of the tables of a page."""
    lines = text(page).splitlines()
    for number, line in enumerate(lines):
        if set(line) <= set("|- ") and line.startswith("|"):
            rows = []
            for row in lines[number + 1 :]:
                if not row.startswith("|"):
                    break
                rows.append(cells(row))
            yield cells(lines[number - 1]), rows


def addresses(markdown: str) -> list[str]:
    """Return the Terraform addresses in code spans, without what may follow them."""
    matches = (_ADDRESS.match(code) for code in _CODE.findall(markdown))
    return [match[0] for match in matches if match]


@cache
def existing() -> frozenset[str]:
    """Return the addresses of all environments."""
    stacks = [*platforms().values(), *bootstraps().values()]
    known = {address for template in stacks for address in template.addresses}
    for template in platforms().values():
        passwords = template.document["ephemeral"]["random_password"]
        known |= {f"ephemeral.random_password.{name}" for name in passwords}
    return frozenset(known)


MAP = DOCS / "from-the-document.md"


def blocks_of_the_spec() -> list[str]:
    """Return the addresses of the architecture spec, which are not addresses of this platform."""
    return [
        row[0].strip("`") for head, rows in tables(MAP) if head[0] == SPEC_COLUMN for row in rows
    ]


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_addresses_exist(page: Path) -> None:
    own = text(page)
    if page == MAP:
        blocks = "|".join(map(re.escape, blocks_of_the_spec()))
        own = re.sub(rf"^\| `(?:{blocks})` \|", "|", own, flags=re.MULTILINE)
    assert sorted(set(addresses(own)) - existing()) == []


def test_spec_mapping_names_every_resource_type() -> None:
    types = {
        address.split(".")[0]
        for stacks in (platforms(), bootstraps())
        for template in stacks.values()
        for address in template.resources
    }
    documented = {address.split(".")[0] for address in addresses(text(MAP))}
    assert sorted(types - documented) == []


def headings(page: Path) -> set[str]:
    """Return the fragments that lead to a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_link_targets_exist(page: Path) -> None:
    broken = []
    for link in _LINK.findall(re.sub(r"`[^`\n]*`", "", text(page))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (fragment and fragment not in headings(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_named_files_exist(page: Path) -> None:
    named = {code for code in _CODE.findall(text(page)) if "/" in code and _FILE.fullmatch(code)}
    folders = (ROOT, page.parent)
    missing = [name for name in named if not any((at / name).exists() for at in folders)]
    assert sorted(missing) == []


def test_index_links_every_page() -> None:
    for index in (DOCS / "README.md", DOCS / "decisions" / "README.md"):
        pages = {page.name for page in index.parent.glob("*.md")} - {"README.md"}
        assert sorted(pages - set(_LINK.findall(text(index)))) == []


def test_known_issues_have_date_and_file() -> None:
    for head, rows in tables(DOCS / "traps.md"):
        assert head[0] == "Date"
        for row in rows:
            assert re.fullmatch(r"20\d\d-\d\d-\d\d", row[0])
            assert (ROOT / row[4].strip("`")).is_file(), row
