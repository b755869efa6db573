"""Open documents: errors, repeats, notes, hidden parts and passwords as they stand in the file."""

import datetime
import io
import zipfile

import pytest

from allocator.excel.files.grid import NO_VALUE, Grid
from allocator.excel.files.ods import read_ods
from allocator.excel.files.xls import Locked

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}


def packed(rows: str, manifest: str = "<manifest/>") -> bytes:
    names = " ".join(f'xmlns:{short}="{name}"' for short, name in NAMES.items())
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>\n"
        f'  <table:table table:name="表">\n{rows}</table:table>\n'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def grid(rows: str) -> Grid:
    (found,) = read_ods("表.ods", packed(rows))
    return found


def row(cells: str, more: str = "") -> str:
    return f"  <table:table-row{more}>\n    {cells}\n  </table:table-row>\n"


def test_errors_are_no_blanks() -> None:
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    older = (
        '<table:table-cell table:formula="of:=x" office:value-type="float" office:value="0">'
        "<text:p>Err:508</text:p></table:table-cell>"
    )
    unknown = '<table:table-cell table:formula="of:=1+1"/>'
    found = grid(row(error + older + unknown))
    assert found.faults == {(1, 0): "#DIV/0!", (1, 1): "Err:508", (1, 2): NO_VALUE}


def test_values_repeats_and_notes() -> None:
    cells = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>说明</text:p>'
        "</office:annotation>\n<text:p>甲<text:s text:c='2'/>镇</text:p><text:p>乙</text:p>\n"
        "</table:table-cell>"
        '<table:table-cell office:value-type="float" office:value="5"'
        ' table:number-columns-repeated="2"/>'
        '<table:table-cell table:number-columns-repeated="16000"/>'
    )
    day = '<table:table-cell office:value-type="date" office:date-value="2020-06-30T00:00:00"/>'
    found = grid(row(cells, ' table:number-rows-repeated="2"') + row(day))
    assert found.rows[1] == found.rows[2] == ["甲  镇\n乙", 5, 5]
    assert found.rows[3] == [datetime.date(2020, 6, 30)]


def test_hidden_and_merged() -> None:
    column = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    cell = (
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"'
        ' table:number-rows-spanned="2" table:number-columns-spanned="1"/>'
    )
    found = grid(column + row(cell, ' table:visibility="filter"'))
    assert (found.hidden_rows, found.hidden_columns) == ({1}, {1})
    assert found.merged == [(1, 0, 2, 0)]
    assert found.value(1, 0) is True


def test_a_password_is_named() -> None:
    with pytest.raises(Locked):
        read_ods("表.ods", packed("", "<m><manifest:encryption-data xmlns:manifest='u'/></m>"))
