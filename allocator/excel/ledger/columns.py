"""The sheets of the ledger as data: each column once, for writing and for reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from allocator.ledger.book import DUES
from allocator.ledger.entries import (
    CHARITY_FUND,
    KINDS,
    TOWN_ACCOUNT,
    TREASURY_ACCOUNT,
    VILLAGE_ACCOUNT,
)
from allocator.ledger.projects import CHANNELS, SAME_KIND, STEPS, WAYS
from allocator.ledger.projects import KINDS as PROJECT_KINDS

LedgerKind = Literal["text", "money", "date", "percent", "count", "yes_no"]
HOLDERS: Final = (VILLAGE_ACCOUNT, TOWN_ACCOUNT, CHARITY_FUND, TREASURY_ACCOUNT)
TOWN, VILLAGE, POOL = "镇街", "村（社区）", "资金池"


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column: its header, what its cells hold, and what may stand there if that is a list."""

    header: str
    kind: LedgerKind = "text"
    choices: tuple[str, ...] = ()
    is_needed: bool = False
    width: float = 12
    note: str = ""


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet: its name, what it is for, its columns. `is_optional` may be missing."""

    name: str
    told: str
    columns: tuple[LedgerColumn, ...]
    is_optional: bool = True


_TOWN = LedgerColumn(TOWN, is_needed=True, width=13)
_VILLAGE = LedgerColumn(VILLAGE, width=16, note="属于镇街本级的留空")
_POOL = LedgerColumn(POOL, is_needed=True, width=12)
_AMOUNT = LedgerColumn("金额（元）", "money", is_needed=True, width=16)

PLACES: Final = SheetPlan(
    "单位名册",
    "台账中的全部镇街和村（社区）；没有村（社区）的镇街只写一行。",
    (_TOWN, _VILLAGE),
    is_optional=False,
)
DUE: Final = SheetPlan(
    "应拨应筹",
    "由分配结果得出：市级应核拨、镇级应配套、镇街应转拨到村（社区）的金额。",
    (
        LedgerColumn("事项", choices=tuple(DUES), is_needed=True),
        *(_TOWN, _VILLAGE, _POOL, LedgerColumn("来源", width=18), _AMOUNT),
    ),
)
ENTRIES: Final = SheetPlan(
    "流水",
    "每发生一笔记一行，金额填正数。余额由流水相加得出，不另填。",
    (
        LedgerColumn("日期", "date", is_needed=True, width=12),
        LedgerColumn("事项", choices=tuple(KINDS), is_needed=True),
        *(_TOWN, _VILLAGE, _POOL),
        LedgerColumn("来源", width=18, note="支出和转拨可留空：按账户已收各来源的比例计算"),
        _AMOUNT,
        LedgerColumn("项目编号", width=14),
        LedgerColumn("账户", choices=HOLDERS, width=20, note="留空为当日使用的账户"),
        LedgerColumn("摘要", width=28, note="不写姓名、身份证号和电话"),
    ),
    is_optional=False,
)
ASSERTIONS: Final = SheetPlan(
    "余额核对",
    "按银行对账单填某日终了的余额，与流水合计核对到分。",
    (
        LedgerColumn("日期", "date", is_needed=True, width=12),
        *(_TOWN, _VILLAGE, _POOL),
        LedgerColumn("账户", choices=HOLDERS, width=20, note="留空为当日使用的账户"),
        LedgerColumn("对账单余额（元）", "money", is_needed=True, width=18),
    ),
)
PROJECTS: Final = SheetPlan(
    "项目台账",
    "每个项目一行，用编号，不写受助人姓名、身份证号和电话。日期填该步骤完成的日期。",
    (
        LedgerColumn("项目编号", is_needed=True, width=14),
        LedgerColumn(POOL, choices=tuple(PROJECT_KINDS), is_needed=True),
        LedgerColumn(
            "项目类别",
            choices=(*(kind for kinds in PROJECT_KINDS.values() for kind in kinds), *SAME_KIND),
            is_needed=True,
            width=14,
        ),
        *(_TOWN, _VILLAGE),
        LedgerColumn("项目名称", width=24, note="微心愿用编号，不写姓名"),
        LedgerColumn("征集渠道", choices=CHANNELS, width=10),
        LedgerColumn("办理方式", choices=WAYS, width=11),
        LedgerColumn("实施地点", width=16),
        LedgerColumn("受益人群", width=14),
        LedgerColumn("受益人数", "count", width=10),
        LedgerColumn("预算（元）", "money", is_needed=True, width=15),
        LedgerColumn("资金来源", width=26, note="可写“市财政 30000；镇级配套 20000”"),
        *(LedgerColumn(step, "date", width=12) for step in STEPS),
        LedgerColumn("满意度", "percent", width=10, note="如 95%"),
    ),
)
ACCOUNTS: Final = SheetPlan(
    "资金账户",
    "微心愿资金：慈善会社区治理专项基金设立前由镇街财政专户代管（五（三））；设立后填设立日期。",
    (_TOWN, LedgerColumn("专项基金设立日期", "date", width=18)),
)
HOLIDAYS: Final = SheetPlan(
    "节假日",
    "程序已有的年份不用填。某年一旦填写，该年只按本表（周末照常休息）。",
    (
        LedgerColumn("日期", "date", is_needed=True, width=12),
        LedgerColumn("安排", choices=("放假", "上班"), is_needed=True),
    ),
)
LIMITS: Final = SheetPlan(
    "办理时限",
    "时限从起始步骤的次日起算；“至少”为是的，起止两日都计入。适用范围留空表示全部。",
    (
        *(LedgerColumn("时限", is_needed=True, width=16), LedgerColumn("起始步骤", is_needed=True)),
        *(
            LedgerColumn("完成步骤", is_needed=True),
            LedgerColumn("天数", "count", is_needed=True, width=8),
        ),
        LedgerColumn("单位", choices=("日", "工作日", "月"), is_needed=True, width=9),
        *(LedgerColumn("依据", width=12), LedgerColumn("责任单位", width=16)),
        *(LedgerColumn("适用资金池", width=14), LedgerColumn("适用类别", width=14)),
        *(LedgerColumn("适用方式", width=12), LedgerColumn("至少", "yes_no", width=8)),
        LedgerColumn("末日遇休息日顺延", "yes_no", width=12),
    ),
)
FILINGS: Final = SheetPlan(
    "报送",
    "各镇街应报的材料和报送日期；未报的留空。",
    (
        *(_TOWN, LedgerColumn("报送材料", is_needed=True, width=26)),
        LedgerColumn("应报日期", "date", is_needed=True, width=12),
        LedgerColumn("报送日期", "date", width=12),
    ),
)
PLANS: Final = (*(ENTRIES, PROJECTS, ASSERTIONS, FILINGS, DUE, ACCOUNTS, HOLIDAYS, LIMITS, PLACES),)
