"""Reading a dump: what counts as one, and what it holds."""

import gzip

import pytest

from operations.backup.dump_reader import Dump, Reader

TEXT = rb"""--
-- PostgreSQL database dump
--

CREATE TABLE public.notes (id integer, body text);

COPY public.alembic_version (version_num) FROM stdin;
0007
\.

COPY public.notes (id, body) FROM stdin;
1	first
2	-- PostgreSQL database dump complete
3	COPY public.other (id) FROM stdin;
-- PostgreSQL database dump complete
\.

COPY public."Empty one" (id) FROM stdin;
\.

--
-- PostgreSQL database dump complete
--

\unrestrict tokentoken
"""


def read(content: bytes, piece: int = 7) -> Dump:
    reader = Reader()
    for at in range(0, len(content), piece):
        reader.feed(content[at : at + piece])
    return reader.end()


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
def test_dump_reader_counts_rows_by_table(piece: int) -> None:
    content = gzip.compress(TEXT, mtime=0)
    found = read(content, piece)
    assert found.problems == ()
    assert found.tables == {
        "public.alembic_version": 1,
        "public.notes": 4,
        'public."Empty one"': 0,
    }
    assert (found.revision, found.size) == ("0007", len(content))


def test_dump_reader_joins_gzip_members() -> None:
    middle = TEXT.index(b"2\t")
    packed = gzip.compress(TEXT[:middle]) + gzip.compress(TEXT[middle:])
    assert read(packed).tables == read(gzip.compress(TEXT)).tables


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (gzip.compress(TEXT)[:-9], "cut off"),
        (gzip.compress(TEXT)[:-4] + b"\0\0\0\0", "gzip: Error"),
        (TEXT, "gzip: Error"),
        (b"", "cut off"),
        (gzip.compress(TEXT[:-80]), "does not end"),
    ],
)
def test_dump_reader_explains_incomplete_dump(content: bytes, problem: str) -> None:
    assert problem in "\n".join(read(content).problems)


def test_dump_reader_ignores_trailer_in_row() -> None:
    inside = TEXT[: TEXT.index(rb'COPY public."Empty')]
    assert "does not end" in "\n".join(read(gzip.compress(inside)).problems)
