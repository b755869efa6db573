"""Workbooks of equal content are equal byte by byte."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import xlsxwriter

from allocator.base.archive import content_sha256, is_packed_here, packed, same_bytes, stamp


def written(moment: datetime) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    book.set_properties({"created": moment})
    book.add_worksheet("表").write(0, 0, 1)
    book.close()
    return content.getvalue()


def test_two_moments_give_the_same_bytes() -> None:
    first = written(datetime(2020, 3, 23, tzinfo=UTC))
    second = written(datetime(2024, 12, 31, 23, 59, tzinfo=UTC))
    assert first != second
    assert same_bytes(first) == same_bytes(second)


def test_the_workbook_stays_whole() -> None:
    content = written(datetime(2020, 3, 23, tzinfo=UTC))
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(io.BytesIO(same_bytes(content))) as after,
    ):
        assert after.namelist() == before.namelist()
        assert after.testzip() is None
        name = "xl/worksheets/sheet1.xml"
        assert after.read(name) == before.read(name)
        assert {member.compress_type for member in after.infolist()} == {zipfile.ZIP_STORED}


def test_the_content_s_digest_knows_names_and_bytes_but_no_compression() -> None:
    plain = packed({"a": b"1" * 100_000, "b": b""})
    deflated = same_bytes(plain, is_packed=True)
    assert deflated != plain
    assert content_sha256(deflated) == content_sha256(plain)
    others = [{"a": b"1"}, {"b": b"1"}, {"a": b"1", "b": b""}, {"a": b"", "b": b"1"}, {}]
    assert len({content_sha256(packed(members)) for members in others}) == len(others)


def foreign_archive() -> io.BytesIO:
    """Members of another time and system, with permissions, extra fields and comments."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(("a.xml", "中文.xml", "b/c.xml")):
            info = zipfile.ZipInfo(name, (2024, 12, 31, 23, 59, 58))
            info.create_system, info.external_attr = 0, 0o777 << 16
            info.extra, info.comment = b"\x55\x55\x04\x00abcd" * number, b"!" * number
            archive.writestr(info, b"text " * 1000 * (number + 1))
    return content


def test_a_stamped_archive_says_nothing_of_moment_and_machine() -> None:
    content = foreign_archive()
    before = content_sha256(content.getvalue())
    assert not is_packed_here(content.getvalue())
    stamp(content)
    assert is_packed_here(content.getvalue())
    assert content_sha256(content.getvalue()) == before
    with zipfile.ZipFile(content) as archive:
        assert archive.testzip() is None
        assert {member.external_attr for member in archive.infolist()} == {0o600 << 16}
