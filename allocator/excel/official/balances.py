"""平衡校验: every identity of the run, and the same totals compared from sheet to sheet."""

from __future__ import annotations

from allocator.excel.fields import Field
from allocator.excel.layout import Sheet
from allocator.excel.official.report import Report, table_sheet


def balances_sheet(report: Report) -> Sheet:
    """The identities with their two sides, as the run evaluated them."""
    identities = report.answer.identities
    fields = [
        Field("order", "序号", "index", tuple(range(1, len(identities) + 1))),
        Field("scope", "范围", "text", tuple(identity.scope for identity in identities)),
        Field("name", "平衡关系", "text", tuple(identity.name for identity in identities)),
        Field("left", "左边", "right", tuple(identity.left for identity in identities)),
        Field("right", "右边", "right", tuple(identity.right for identity in identities)),
        Field("holds", "结果", "center", tuple("相符" if i.holds else "不符" for i in identities)),
    ]
    notes = ["注：金额单位为元。每次测算都逐项核对，有一项不符即停止，不写出表格。"]
    return table_sheet(report, "balances", report.title("平衡校验表"), fields, notes=notes)
