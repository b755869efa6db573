"""Any file is read right or refused with one clear message that names it."""

from __future__ import annotations

import codecs
import datetime
import io
import re
import struct
import sys
import time
import zipfile
from pathlib import Path

import pytest

from allocator import InputError
from allocator.excel.files import xlsb
from allocator.excel.files.grid import NO_VALUE, Grid
from allocator.excel.files.open_book import read_book
from tests.excel.files.packages import save, sheet_xml, text_cell, xlsx

CSV = "镇街,人口（人）\n东城街道,597192\n道滘镇,159502\n"


def grids(folder: Path, content: bytes, name: str = "表.xlsx") -> tuple[Grid, ...]:
    return read_book(save(folder, name, content)).grids


def refusal(folder: Path, content: bytes, name: str = "表.xlsx") -> str:
    with pytest.raises(InputError) as caught:
        read_book(save(folder, name, content))
    (problem,) = caught.value.problems
    assert problem.place.file == name
    assert re.search("[\u4e00-\u9fff]", problem.message)
    assert re.search("[\u4e00-\u9fff]", problem.remedy)
    return problem.code


def one_sheet(rows: str, **options: object) -> bytes:
    return xlsx({"表": sheet_xml(rows)}, **options)  # type: ignore[arg-type]


class TestCells:
    def test_values(self, tmp_path: Path) -> None:
        rows = (
            f'<row r="2">{text_cell("A2", "甲")}<c r="C2"><v>1.5</v></c><c r="D2"><v>7</v></c>'
            '<c r="E2" t="b"><v>1</v></c><c r="F2" t="str"><f>A2</f><v>乙</v></c>'
            '<c r="G2"><v>4.5999999999999996</v></c><c r="H2" t="d"><v>2020-06-30</v></c></row>'
        )
        (grid,) = grids(tmp_path, one_sheet(rows))
        day = datetime.date(2020, 6, 30)
        assert grid.rows == {2: ["甲", None, 1.5, 7, True, "乙", 4.6, day]}

    def test_cells_without_a_place_follow_each_other(self, tmp_path: Path) -> None:
        rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
        (grid,) = grids(tmp_path, one_sheet(rows))
        assert grid.rows == {1: [1, 2], 2: [3]}

    def test_formulas_without_value_and_errors_are_faults(self, tmp_path: Path) -> None:
        rows = (
            '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v></v></c>'
            '<c r="C1" t="e"><v>#REF!</v></c><c r="D1"><f>1+1</f><v>2</v></c>'
            '<c r="E1" t="str"><f>""</f><v></v></c></row>'
        )
        (grid,) = grids(tmp_path, one_sheet(rows))
        assert grid.faults == {(1, 0): NO_VALUE, (1, 1): NO_VALUE, (1, 2): "#REF!"}
        assert grid.value(1, 3) == 2

    def test_shared_strings_without_their_phonetics(self, tmp_path: Path) -> None:
        strings = "<si><r><t>道</t></r><r><t>滘</t></r><rPh sb='0' eb='1'><t>jiao</t></rPh></si>"
        rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>7</v></c></row>'
        (grid,) = grids(tmp_path, one_sheet(rows, strings=strings))
        assert grid.value(1, 0) == "道滘"
        assert (1, 1) in grid.faults

    @pytest.mark.parametrize(("is_1904", "serial"), [(False, 44012), (True, 42550)])
    def test_both_date_systems(self, tmp_path: Path, is_1904: bool, serial: int) -> None:  # noqa: FBT001
        styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        rows = f'<row r="1"><c r="A1" s="1"><v>{serial}</v></c></row>'
        (grid,) = grids(tmp_path, one_sheet(rows, styles=styles, is_1904=is_1904))
        assert grid.value(1, 0) == datetime.date(2020, 6, 30)

    def test_hidden_rows_sheets_and_merged_cells(self, tmp_path: Path) -> None:
        part = sheet_xml(
            '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>',
            after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>',
        )
        first, second = grids(tmp_path, xlsx({"甲": part, "乙": part}, hidden=("乙",)))
        assert (first.is_hidden, second.is_hidden) == (False, True)
        assert first.hidden_rows == {1}
        assert first.merged_with(2, 1) == (1, 0)

    def test_links_to_other_files_are_noted(self, tmp_path: Path) -> None:
        rows = '<row r="1"><c r="A1"><f>[1]表!A1</f><v>3</v></c></row>'
        (grid,) = grids(tmp_path, one_sheet(rows))
        assert grid.external == [(1, 0)]

    def test_strict_workbooks(self, tmp_path: Path) -> None:
        part = sheet_xml('<row r="1"><c r="A1"><v>5</v></c></row>', strict=True)
        (grid,) = grids(tmp_path, xlsx({"表": part}, strict=True))
        assert grid.value(1, 0) == 5


class TestText:
    @pytest.mark.parametrize(
        "content",
        [
            CSV.encode(),
            codecs.BOM_UTF8 + CSV.encode(),
            CSV.encode("gb18030"),
            CSV.encode("utf-16"),
            codecs.BOM_UTF16_BE + CSV.encode("utf-16-be"),
            CSV.replace(",", "\t").encode(),
            CSV.replace("\n", "\r\n").encode("gb18030"),
            CSV.replace("597192", '"597192"').replace(",", ";").encode(),
        ],
        ids=["utf-8", "bom", "gb18030", "utf-16", "utf-16-be", "tabs", "crlf", "semicolons"],
    )
    def test_encodings(self, tmp_path: Path, content: bytes) -> None:
        (grid,) = grids(tmp_path, content, "表.csv")
        assert grid.rows[2] == ["东城街道", "597192"]
        assert grid.rows[3][0] == "道滘镇"

    def test_quoted_cells_may_hold_line_breaks(self, tmp_path: Path) -> None:
        (grid,) = grids(tmp_path, b'a,"b\nc"\n\nd,e\n', "表.csv")
        assert grid.rows == {1: ["a", "b\nc"], 3: ["d", "e"]}

    def test_an_open_quote_is_refused(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, '镇街,"人口\n东城,1\n'.encode(), "表.csv") == "file.csv"


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"\x00" * 100, "empty"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "damaged"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                "password",
            ),
            ("<html><table><tr><td>镇街</td></tr></table>".encode("gb18030"), "markup"),
            (b'<?xml version="1.0"?><Workbook/>', "markup"),
            (b"%PDF-1.7 ...", "unknown_format"),
            (b"\x89PNG\r\n\x1a\n", "unknown_format"),
            (bytes(range(256)), "unknown_format"),
            (b"PK\x03\x04" + b"\x00" * 50, "damaged"),
        ],
    )
    def test_not_a_table(self, tmp_path: Path, content: bytes, code: str) -> None:
        assert refusal(tmp_path, content, "表.xls") == f"file.{code}"

    def test_a_zip_without_a_workbook(self, tmp_path: Path) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("word/document.xml", "<document/>")
        assert refusal(tmp_path, content.getvalue()) == "file.no_workbook"

    @pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
    def test_a_truncated_workbook(self, tmp_path: Path, keep: float) -> None:
        content = one_sheet('<row r="1"><c r="A1"><v>1</v></c></row>')
        assert refusal(tmp_path, content[: int(len(content) * keep)]) == "file.damaged"

    def test_a_sheet_that_is_missing(self, tmp_path: Path) -> None:
        content = one_sheet("")
        without = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as old,
            zipfile.ZipFile(without, "w") as new,
        ):
            for name in old.namelist():
                if "worksheets" not in name:
                    new.writestr(name, old.read(name))
        assert refusal(tmp_path, without.getvalue()) == "file.damaged"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_an_entity_bomb(self, tmp_path: Path, encoding: str) -> None:
        entities = '<!ENTITY a0 "ha">' + "".join(
            f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)
        )
        before = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{entities}]>'
        part = sheet_xml(text_cell("A1", "&a11;"), before=before)
        with_bomb = xlsx({"表": ""}, extra={})
        content = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(with_bomb)) as old,
            zipfile.ZipFile(content, "w") as new,
        ):
            for name in old.namelist():
                new.writestr(name, part.encode(encoding) if "s1.xml" in name else old.read(name))
        assert refusal(tmp_path, content.getvalue()) == "file.declaration"

    def test_a_file_that_is_not_there_and_a_folder(self, tmp_path: Path) -> None:
        for path in (tmp_path / "没有.xlsx", tmp_path):
            with pytest.raises(InputError):
                read_book(path)

    def test_a_cell_far_to_the_right(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, one_sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')) == (
            "file.too_wide"
        )


def peak_kilobytes() -> int:
    """The most memory this process has held, where the system says."""
    if sys.platform != "linux":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class TestBounds:
    """Time and memory are bounded; the figures here are far below what an unbounded reader takes."""

    def test_a_zip_bomb(self, tmp_path: Path) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(xlsx({"表": ""}))) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                if "s1.xml" not in name:
                    archive.writestr(name, data)
            with archive.open("xl/worksheets/s1.xml", "w", force_zip64=True) as part:
                part.write(sheet_xml("").partition("</sheetData>")[0].encode())
                for _ in range(420):
                    part.write(b" " * 2**20)
        before = peak_kilobytes()
        started = time.monotonic()
        assert refusal(tmp_path, content.getvalue()) == "file.bomb"
        assert time.monotonic() - started < 20
        assert peak_kilobytes() - before < 200_000

    def test_a_million_rows_of_formatting(self, tmp_path: Path) -> None:
        empty = "".join(f'<row r="{i}" s="1"><c r="A{i}" s="1"/></row>' for i in range(2, 200_002))
        rows = f'<row r="1"><c r="A1"><v>1</v></c></row>{empty}<row r="1048576" hidden="1"/>'
        (grid,) = grids(tmp_path, one_sheet(rows))
        assert grid.rows == {1: [1]}

    def test_rows_that_are_wide_and_many(self, tmp_path: Path) -> None:
        rows = "".join(f'<row r="{i}"><c r="ALL{i}"><v>1</v></c></row>' for i in range(1, 25_000))
        assert refusal(tmp_path, one_sheet(rows)) == "file.too_large"


class TestOddities:
    """What other programs write and Excel reads."""

    def test_a_cell_with_both_a_value_and_an_inline_text(self, tmp_path: Path) -> None:
        both = "<v>200</v><is><t>300</t></is></c>"
        rows = f'<row r="1"><c r="A1" t="inlineStr">{both}<c r="B1" t="str">{both}</row>'
        (grid,) = grids(tmp_path, one_sheet(rows))
        assert (grid.value(1, 0), grid.value(1, 1)) == ("300", "200")

    def test_formats_of_conditional_formatting_are_no_cell_formats(self, tmp_path: Path) -> None:
        styles = (
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            '<dxfs><dxf><numFmt numFmtId="14" formatCode="0.00%"/></dxf></dxfs>'
        )
        rows = '<row r="1"><c r="A1" s="1"><v>44012</v></c></row>'
        (grid,) = grids(tmp_path, one_sheet(rows, styles=styles))
        assert grid.value(1, 0) == datetime.date(2020, 6, 30)

    def test_characters_beyond_16_bits_and_halves_of_them(self, tmp_path: Path) -> None:
        rows = "".join(
            f'<row r="{r}"><c r="A{r}" t="str"><v>{text}</v></c></row>'
            for r, text in enumerate(("甲_xD842__xDFB7_镇", "_xD842_", "a_x0041_"), 1)
        )
        (grid,) = grids(tmp_path, one_sheet(rows))
        assert [grid.value(r, 0) for r in (1, 2, 3)] == ["甲𠮷镇", "_xD842_", "aA"]

    def test_an_empty_shared_string_is_a_blank(self, tmp_path: Path) -> None:
        rows = '<row r="1"><c r="A1" t="s"><v/></c><c r="B1"><v>1</v></c></row>'
        (grid,) = grids(tmp_path, one_sheet(rows))
        assert grid.value(1, 0) is None
        assert not grid.faults

    def test_zeros_of_formulas_that_were_never_computed(self, tmp_path: Path) -> None:
        rows = '<row r="1"><c r="A1"><f>1+1</f><v>0</v></c><c r="B1"><v>0</v></c></row>'
        content = one_sheet(rows)
        assert not grids(tmp_path, content)[0].faults
        stale = replaced(
            content, "xl/workbook.xml", b"</sheets>", b'</sheets><calcPr fullCalcOnLoad="1"/>'
        )
        assert grids(tmp_path, stale)[0].faults == {(1, 0): NO_VALUE}

    def test_hidden_columns(self, tmp_path: Path) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
        content = one_sheet(rows)
        part = b'<cols><col min="2" max="3" hidden="1"/></cols><sheetData>'
        hidden = replaced(content, "xl/worksheets/s1.xml", b"<sheetData>", part)
        assert grids(tmp_path, hidden)[0].hidden_columns == {1, 2}

    def test_ten_thousand_merged_cells_are_no_burden(self) -> None:
        grid = Grid("表")
        grid.rows = {row: [1] for row in range(1, 10_001)}
        grid.merged = [(row, 0, row, 1) for row in range(1, 10_001)] + [(1, 5, 1_048_576, 5)]
        found = [grid.merged_with(row, column) for row in grid.rows for column in range(8)]
        assert found[-8:] == [(10_000, 0), (10_000, 0), None, None, None, (1, 5), None, None]


def replaced(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with bytes of one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w") as copy:
        for name in book.namelist():
            data = book.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new, 1)
            copy.writestr(name, data)
    return out.getvalue()


class TestEncodings:
    @pytest.mark.parametrize(
        "content",
        [
            "Land,Einwohner\nKöln,1\nThüringen,2\n".encode("cp1252"),
            "鎮,人口\n東城,1\n松山湖,2\n".encode("big5"),
            "市,人口\n東京都,1\nさいたま,2\n".encode("shift_jis"),
            "镇街,人口\n东城街道,1\n".encode() + "注：某某街道除外\n".encode("gbk"),
        ],
    )
    def test_what_would_be_garbled_is_refused(self, tmp_path: Path, content: bytes) -> None:
        with pytest.raises(InputError, match=r"编码|乱码"):
            read_book(save(tmp_path, "表.csv", content))

    def test_rare_characters_of_names_are_none(self, tmp_path: Path) -> None:
        text = "镇,人口\n道滘镇,1\n高埗镇,2\nA区,3\n"
        grid = read_book(save(tmp_path, "表.csv", text.encode("gbk"))).grids[0]
        assert [grid.value(row, 0) for row in (2, 3, 4)] == ["道滘镇", "高埗镇", "A区"]

    def test_lines_end_at_line_ends_only(self, tmp_path: Path) -> None:
        text = "镇,人口\n甲\v镇,1\n乙\u2028镇,2\n"
        grid = read_book(save(tmp_path, "表.csv", text.encode())).grids[0]
        assert sorted(grid.rows) == [1, 2, 3]

    def test_a_tab_after_each_value(self, tmp_path: Path) -> None:
        text = "镇\t,人口\t\n甲\t,441900003\t\n"
        grid = read_book(save(tmp_path, "表.csv", text.encode())).grids[0]
        assert grid.rows == {1: ["镇", "人口"], 2: ["甲", "441900003"]}


def test_error_cells_of_binary_workbooks() -> None:
    row = struct.pack("<I", 4) + bytes(13)
    cell = struct.pack("<II", 2, 0) + b"\x2a"
    data = b"".join(
        (b"\x00", bytes([len(row)]), row, b"\x03", bytes([len(cell)]), cell, b"\x9c\x01\x00")
    )
    assert xlsb.errors(data) == {(5, 2): "#N/A"}
