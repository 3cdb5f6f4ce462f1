"""Reading a dump: what counts as one, and what it holds."""

import gzip
import tracemalloc
import zlib

import pytest

from operations.backup import dump_reader
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


def pack(unit: bytes, times: int) -> bytes:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(unit) for _ in range(times)), packer.flush()])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(pack(b"\0" * (1 << 20), 128), id="one-line"),
        pytest.param(pack(b"COPY public.t (" * 70_000, 64), id="one-statement"),
        pytest.param(pack(b"COPY t FROM stdin;\n" + b"x" * (1 << 20), 64), id="one-row"),
        pytest.param(pack(b"\n" * (1 << 20), 2), id="empty-lines"),
        pytest.param(
            pack(b"COPY grid.alembic_version (version_num) FROM stdin;\n" + b"7\n" * 4096, 64),
            id="migrations",
        ),
    ],
)
def test_dump_reader_limits_memory(content: bytes) -> None:
    tracemalloc.start()
    found = read(content, 8 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.problems
    assert peak < 24 << 20


def test_dump_reader_counts_row_longer_than_what_it_keeps() -> None:
    text = TEXT.replace(b"1\tfirst", b"1\t" + b"long" * (1 << 18))
    assert read(gzip.compress(text), 1 << 20).tables == read(gzip.compress(TEXT)).tables


def test_dump_reader_reports_more_tables_than_it_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump_reader, "_MOST_TABLES", 2)
    found = read(gzip.compress(TEXT))
    assert found.problems[0] == "it has more than 2 tables"


def test_dump_reader_keeps_quoted_names_apart() -> None:
    text = TEXT.replace(b'"Empty one"', b'"a (b" (id) FROM stdin;\n\\.\nCOPY public."a (c"')
    assert {'public."a (b"', 'public."a (c"'} < set(read(gzip.compress(text)).tables)


@pytest.mark.parametrize("schema", [b"grid", b"public", b'"Odd one"', b"tenant_1"])
def test_dump_reader_returns_migration_of_any_schema(schema: bytes) -> None:
    text = TEXT.replace(b"public.alembic_version", schema + b".alembic_version")
    assert read(gzip.compress(text)).revision == "0007"


def test_dump_reader_returns_each_head_and_each_schema() -> None:
    heads = TEXT.replace(b"0007\n", b"0009\n0007\n")
    assert read(gzip.compress(heads)).revision == "0007, 0009"
    second = b"COPY grid.alembic_version (version_num) FROM stdin;\n0002\n\\.\n\nCOPY public.notes"
    both = TEXT.replace(b"COPY public.notes", second, 1)
    expected = "grid.alembic_version 0002, public.alembic_version 0007"
    assert read(gzip.compress(both)).revision == expected
