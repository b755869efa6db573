"""Letters say what the answer says, in fonts that Chinese text is printed in."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from docx import Document

from allocator import Allocation, InputError, allocate
from allocator.base.money import Fen, capital_amount, format_yuan
from allocator.cli import main
from allocator.fund.adjustments import Adjustment
from allocator.fund.instalments import Instalment
from allocator.word.letter_info import BankAccount, LetterInfo, info_workbook, read_letter_info
from allocator.word.letters import letters, templates
from allocator.word.templates import NOTICE, SLIP
from tests.excel.official.official_funds import answer_of

INFO = LetterInfo(office="某市财政局", deadline="2020年12月31日前", telephone="0769-1")


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_every_recipient_gets_its_own_figures(allocation: Allocation) -> None:
    documents = letters(allocation, INFO)
    assert len(documents) == 34
    for i, (name, content) in enumerate(list(documents.items())[1:]):
        text, town = text_of(content), allocation.recipients.towns[i]
        assert town in name
        assert f"{town}：" in text
        for fen in (allocation.payment[i], allocation.matching[i].required):
            assert f"{format_yuan(fen)}元（人民币{capital_amount(fen)}）" in text
        assert "测算稿 — 权重待核定" in text
        assert "{" not in text


@pytest.mark.parametrize("name", ["plain", "remainder", "carry", "all_held"])
def test_funds_of_every_shape_get_letters(name: str) -> None:
    answer = answer_of(name)
    documents = [text_of(content) for content in letters(answer, LetterInfo()).values()]
    assert format_yuan(sum(answer.payment)) in documents[0]
    assert ("试点" in documents[0]) == (answer.scheme.pilot is not None)
    assert ("配套" in documents[0]) == bool(answer.matching)
    assert not any("{" in text for text in documents)


def test_letters_use_the_words_of_the_fund() -> None:
    answer = answer_of("methods")
    info = LetterInfo(office="某镇街事务局", number="元字1号")
    for content in letters(answer, info).values():
        text = text_of(content)
        assert "某镇街事务局" in text
        rest = text.replace("某镇街事务局", "").replace("元字1号", "")
        assert "澳元" in rest
        assert not re.search("人民币|镇街|(?<!澳)元", rest)
        assert "试点" not in rest
        assert "按分配" not in rest
        assert "：。" not in rest


def test_the_same_answer_gives_the_same_bytes() -> None:
    answer = answer_of("plain")
    assert letters(answer, INFO) == letters(answer, INFO)


def test_every_font_is_named_for_chinese_text() -> None:
    for content in templates().values():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            styles = archive.read("word/styles.xml").decode()
        own = re.findall(
            r'<w:style [^>]*w:styleId="(?:公|单|发|测).*?</w:style>', styles, re.DOTALL
        )
        assert len(own) >= 10
        assert all("w:eastAsia=" in style for style in own)


def edited(old: str, new: str) -> bytes:
    document = Document(io.BytesIO(templates()[SLIP]))
    for paragraph in document.paragraphs:
        if old in paragraph.text:
            paragraph.text = paragraph.text.replace(old, new)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def test_an_edited_template_is_used(allocation: Allocation) -> None:
    slip = edited("{{ 镇街 }}：", "致{{ 镇街 }}")
    documents = list(letters(allocation, INFO, {SLIP: slip}).values())
    assert "致东城街道" in text_of(documents[1])


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("{{ 镇名 }}", "“镇名”没有对应的内容"),
        ("{{ 镇街 ", "无法识别"),
        ("{{ ().__class__.__mro__ }}", "无法识别"),
    ],
)
def test_a_wrong_template_is_told(allocation: Allocation, new: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        letters(allocation, INFO, {SLIP: edited("{{ 镇街 }}：", new)})
    with pytest.raises(InputError, match="模板无法读取"):
        letters(allocation, INFO, {NOTICE: b"not a document"})


def sheets(tmp_path: Path, info: list[list[object]], accounts: list[list[object]]) -> Path:
    path = tmp_path / "信息.xlsx"
    book = xlsxwriter.Workbook(path)
    for name, rows in (("通知信息", info), ("收款账户", accounts)):
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            sheet.write_row(r, 0, row)
    book.close()
    return path


def test_the_sheets_are_read(tmp_path: Path) -> None:
    head = ["镇街", "户名", "开户银行", "账号"]
    path = sheets(
        tmp_path,
        [["发文机关", "某市财政局"], ["联系电话", "0769-1"]],
        [head, ["甲镇", "甲镇财政所", "某银行", "6222000000000000001"], ["乙镇", "乙", "", 123]],
    )
    info = read_letter_info(path, ["甲镇", "乙镇"])
    assert (info.office, info.telephone) == ("某市财政局", "0769-1")
    assert info.accounts["甲镇"] == BankAccount("甲镇财政所", "某银行", "6222000000000000001")
    assert info.accounts["乙镇"].number == "123"


def test_all_mistakes_of_the_sheets_are_told_at_once(tmp_path: Path) -> None:
    head = ["镇街", "户名", "开户银行", "账号"]
    rows: list[list[object]] = [
        head,
        ["丙镇", "", "", ""],
        ["甲镇", "", "", 6.222e18],
        ["甲镇", "", "", ""],
    ]
    path = sheets(tmp_path, [["发文机构", "某局"]], rows)
    with pytest.raises(InputError) as error:
        read_letter_info(path, ["甲镇", "乙镇"])
    assert [p.code for p in error.value.problems] == [
        f"letters.{code}" for code in ("label", "town", "account", "twice")
    ]
    assert str(error.value.problems[0].place) == "信息.xlsx!通知信息!A1"


def test_what_is_written_to_be_filled_in_is_read_back_empty(tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    path.write_bytes(info_workbook(["甲镇", "乙镇"]))
    info = read_letter_info(path, ["甲镇", "乙镇"])
    assert info.accounts == {"甲镇": BankAccount(), "乙镇": BankAccount()}
    assert replace(info, accounts={}) == LetterInfo()


def test_the_command_writes_a_zip_and_keeps_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = Path(__file__).parents[2] / "data" / "au-tas-2024-25"
    out = tmp_path / "通知.zip"
    command = ["letters", f"{data}.csv", "--scheme", f"{data}.toml", "-o", str(out)]
    assert main(command) == 0
    with zipfile.ZipFile(out) as archive:
        assert len(archive.namelist()) == 30
    assert main(command) == 2
    assert "--force" in capsys.readouterr().err
    assert main([*command[:4], "--write-templates", str(tmp_path / "模板")]) == 0
    assert len(list((tmp_path / "模板").iterdir())) == 3
    assert main([*command, "--force", "--templates", str(tmp_path / "模板")]) == 0


def test_the_notice_tells_all_that_its_sums_need(allocation: Allocation) -> None:
    scheme, pool = allocation.scheme, allocation.pools[0]
    entry = Adjustment("长安镇", pool.pool.id, Fen(10_000_000), "reserve", "理由", "批准")
    paid = Instalment(None, "财〔1〕", allocation.pools[1].pool.id, "洪梅镇", Fen(20_000_000))
    changed = replace(scheme, adjustments=(entry,), instalments=(paid,))
    answer = allocate(allocation.recipients, changed)
    notice = text_of(next(iter(letters(answer, INFO).values())))
    assert "另由预留资金调增100,000.00元" in notice
    rounds = answer.pools[1].instalments
    assert rounds is not None
    due, over = (format_yuan(sum(column)) for column in (rounds.due, rounds.overpaid))
    assert (
        f"应核拨21,000,000.00元，此前已拨200,000.00元，其中多拨待收回{over}元，本次核拨{due}元"
        in notice
    )
