"""`allocator verify`: check an official workbook, cell by cell."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from allocator import InputError, Problem, allocate, load
from allocator.base.files import write_whole
from allocator.base.problems import Place
from allocator.base.version import VERSION
from allocator.cli.outputs import add_force
from allocator.excel.issue.check import check_issue, is_issue_copy
from allocator.excel.official.notes import TOLD
from allocator.excel.verify.verify import COMPUTED, UNTOUCHED, InputMatch, Verification, verify

MOST_DIFFERENCES = 100
MOST_WHEN_CHANGED = 10
_LABELS = {"input_sha256": "数据", "scheme_sha256": "方案", "result_sha256": "结果"}


def configure_verify(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator verify`."""
    parser.add_argument("workbook", type=Path, metavar="工作簿.xlsx", help="要核验的正式工作簿")
    parser.add_argument(
        "--input", type=Path, metavar="输入", help="原输入文件：核对是否就是所用的数据"
    )
    parser.add_argument("--scheme", type=Path, metavar="方案.toml", help="原方案文件（如另有）")
    parser.add_argument(
        "--strict", action="store_true", help="只有逐字节相同才算通过（表面的改动也不算）"
    )
    parser.add_argument(
        "--rewrite",
        type=Path,
        metavar="正本.xlsx",
        help="由所附数据重新写出正本，打印、归档用它最稳妥",
    )
    add_force(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; 0 when all is consistent, else 1."""
    from allocator.excel.verify.levels import is_of_levels, verify_level

    if _is_issue_copy(arguments.workbook):
        return _run_issue(arguments)
    if is_of_levels(arguments.workbook) and arguments.input is None:
        result = verify_level(arguments.workbook)
    else:
        result = verify(arguments.workbook, arguments.input, arguments.scheme)
    print(f"核验 {arguments.workbook}\n")
    if result.is_other_version and result.printed:
        written = result.printed.get("version") or "未知"
        print(f"注意：本工作簿由 {written} 版程序写出，现用 {VERSION} 版重算。\n")
    _print_findings(result)
    _print_told(result)
    _print_fingerprints(result)
    if result.given:
        print(f"原输入文件：{_given_words(result.given)}\n")
    if arguments.rewrite and result.genuine:
        write_whole(arguments.rewrite, result.genuine)
        print(f"已由所附数据重新写出正本：{arguments.rewrite}\n")
    print(f"结论：{result.verdict}")
    passed = result.verdict == UNTOUCHED if arguments.strict else result.is_consistent
    return 0 if passed else 1


def _is_issue_copy(path: Path) -> bool:
    try:
        return is_issue_copy(path)
    except InputError:
        return False


def _run_issue(arguments: argparse.Namespace) -> int:
    """Check an issue copy, which holds nothing to compute from, against its input."""
    name = arguments.workbook.name
    if arguments.input is None:
        remedy = "请加 --input 原输入文件（或正式工作簿），由它重新计算后核对"
        raise InputError([Problem("verify.issue", "印发件只有数值", remedy, Place(name))])
    answer = allocate(*load(arguments.input, arguments.scheme))
    cells, found = check_issue(arguments.workbook, answer)
    changed = [one for one in found if not one.is_addition]
    added = [one for one in found if one.is_addition]
    print(f"核验印发件 {arguments.workbook}\n")
    print(f"已由 {arguments.input} 重新计算，核对 {cells:,} 格。")
    print(f"发现 {len(changed)} 处不一致：" if changed else "全部一致。")
    for number, one in enumerate(changed[:MOST_DIFFERENCES], 1):
        print(f"  {number}. {one}")
    if len(changed) > MOST_DIFFERENCES:
        print(f"  …… 其余 {len(changed) - MOST_DIFFERENCES} 处从略")
    if added:
        print(f"另加的文字 {len(added)} 处（签名、批注等，不影响数字）：")
        for one in added[:MOST_DIFFERENCES]:
            print(f"  {one.sheet}!{one.cell}：{one.found}")
    print(f"\n结论：{'不一致' if changed else '一致'}")
    return 1 if changed else 0


def _print_findings(result: Verification) -> None:
    if result.problems:
        print("数据或方案被改动：所附的数据和方案已不能重新计算。")
        for number, problem in enumerate(result.problems[:MOST_DIFFERENCES], 1):
            print(f"  {number}. {problem}")
        print()
        return
    if result.genuine:
        print(f"已由所附数据和方案重新写出，核对 {result.sheets} 张表、{result.cells:,} 格。")
    if result.is_untouched:
        print("与重新写出的逐字节相同。\n")
        return
    found = [f for f in result.findings if f.kind == "changed"]
    most = MOST_DIFFERENCES
    if result.is_data_changed:
        print("数据或方案被改动：所附的数据和方案与说明上的指纹不符，各表不是由它们算出的。")
        print(
            f"按所附数据和方案重算，有 {len(found)} 处不同，其中直接列示数据的格（“应为”是所附的）："
        )
        found = [*result.changed_data] or found
        most = MOST_WHEN_CHANGED
    elif found:
        print(f"发现 {len(found)} 处不一致：")
    causes = [difference for difference in found if not difference.may_follow]
    following = [difference for difference in found if difference.may_follow]
    for number, difference in enumerate([*causes, *following][:most], 1):
        if causes and number == len(causes) + 1:
            print("  以下各格公式没有改动，数值可能是随上面各格变的：")
        print(f"  {number}. {difference}")
    if len(found) > most:
        print(f"  …… 其余 {len(found) - most} 处从略")
    _print_list("不能证明与原样相同的", [f for f in result.findings if f.kind == "unproven"])
    _print_list("不影响金额的改动", [f for f in result.findings if f.kind == "dressed"])
    print()


def _print_list(title: str, found: Sequence[object]) -> None:
    if found:
        print(f"{title}，{len(found)} 处：")
    for number, one in enumerate(found[:MOST_DIFFERENCES], 1):
        print(f"  {number}. {one}")
    if len(found) > MOST_DIFFERENCES:
        print(f"  …… 其余 {len(found) - MOST_DIFFERENCES} 处从略")


def _print_told(result: Verification) -> None:
    if result.told:
        print(f"{TOLD}：")
        for line in result.told[:MOST_DIFFERENCES]:
            print(f"  {line}")
        print()


def _print_fingerprints(result: Verification) -> None:
    print("指纹（SHA-256）")
    is_run = COMPUTED[0] in result.computed
    keys = COMPUTED if is_run else tuple(result.computed)
    if not result.computed:
        print("  未能重新计算")
    for key in keys if result.computed else ():
        printed, computed = result.printed.get(key, ""), result.computed.get(key, "")
        verdict = "与说明相符" if printed == computed else f"与说明不符，说明为 {printed or '空白'}"
        print(f"  {_LABELS.get(key, key)}  {computed or '—'}  {verdict}")
    print(f"  本文件  {result.file_sha256}")
    if file := result.printed.get("file_sha256"):
        print(f"  原输入文件  {file}  （{result.printed.get('file', '')}，据说明）")
    print()


def _given_words(given: InputMatch) -> str:
    if given.same_table and given.same_scheme and not given.same_told:
        return "数据和方案就是所用的，但数据来源或读取提醒与说明所列不同"
    if given.same_table and given.same_scheme:
        if given.same_file:
            return "就是所用的输入（内容和文件都相同）"
        return "内容与所用的输入相同，但文件指纹与说明所列的不符（可能另存过或换了格式）"
    parts = [
        name for name, same in (("数据", given.same_table), ("方案", given.same_scheme)) if not same
    ]
    return f"不是所用的输入：{'和'.join(parts)}不同"
