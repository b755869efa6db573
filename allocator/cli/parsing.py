"""The command line: which commands there are, their help and their mistakes in Chinese."""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NoReturn

from allocator.base.version import VERSION

#: command → (module under allocator.cli, one line of help). The module has `configure_NAME(parser)`,
#: which adds the options, and sets `run` to the function that does the work.
COMMANDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "run": ("run", "由数据和方案计算分配结果，写出正式表格"),
        "template": ("template", "写出空白的输入模板"),
        "letters": ("letters", "写出资金下达通知和每个镇街的核拨通知单（Word、PDF）"),
        "villages": (
            "ledger.villages",
            "镇街的资金分到村（社区）：一次算完全部镇街，写出两级工作簿",
        ),
        "ledger": (
            "ledger.books",
            "由分配结果开出台账：核拨、配套、转拨、支出、项目，供各镇街填写",
        ),
        "report": (
            "ledger.books",
            "由台账写出某日的执行情况：执行率、配套缺口、逾期、到期、承诺与余额",
        ),
        "next-year": (
            "ledger.coming_year",
            "由台账得出下年输入：上年核拨、支出、执行率、结余成为数据列，预算和限额可用公式",
        ),
        "page": ("browser.page", "写出一个网页文件，在任何浏览器中完成全部工作，不联网"),
        "diff": ("scenarios", "比较两份输入或结果：调整对照表及各原因的影响"),
        "plot": ("plot", "画出结果的图：排名、来源、瀑布图、方格地图等"),
        "compare": ("scenarios", "比较多个情景：每个镇街的差额、增减和公平性"),
        "sweep": ("scenarios", "在大量权重组合下测算：金额的分布与名次"),
        "sensitivity": ("scenarios", "敏感性：权重、数据误差与口径各影响多少"),
        "optimize": ("optimize", "在给定条件下寻找最优权重，或由公布的金额还原权重"),
        "ranges": ("optimize", "在允许的权重内，每个镇街最少和最多可得多少"),
        "frontier": ("optimize", "两个目标之间的权衡曲线"),
        "verify": ("verify", "核验正式工作簿：重新计算，逐格核对，列出被改动的格"),
        "explain": ("run", "用文字说明某镇街的金额是怎样算出的"),
    }
)

_MESSAGES: Final = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*?): expected one argument", r"\1 后面要有一个值"),
    (r"argument (.*?): expected (\d+) arguments", r"\1 后面要有 \2 个值"),
    (r"argument (.*?): expected at least one argument", r"\1 后面至少要有一个值"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1 没有 \2，可选：\3"),
    (r"argument (.*?): invalid \w+ value: (.*)", r"\1 的值无法识别：\2"),
    (r"argument (.*?): not allowed with argument (.*)", r"\1 不能与 \2 同时使用"),
)


class Parser(argparse.ArgumentParser):
    """argparse in Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"add_help": False})
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def format_help(self) -> str:
        """The help text."""
        return super().format_help().replace("usage: ", "用法：", 1)

    def format_usage(self) -> str:
        """The usage line."""
        return super().format_usage().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and stop with exit code 2."""
        for pattern, chinese in _MESSAGES:
            message = re.sub(f"^{pattern}$", chinese, message)
        self.exit(2, f"{self.format_usage()}命令有误：{message}\n用 {self.prog} -h 查看说明。\n")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of the command asked for; its module alone is imported."""
    parser = Parser(prog="allocator", description="资金分配与配套测算：精确到分，可解释，可核验。")
    parser.add_argument("--version", action="version", version=VERSION, help="显示版本")
    commands = parser.add_subparsers(title="命令", metavar="命令", dest="command", required=True)
    asked = next((word for word in argv if word in COMMANDS), None)
    for name, (module, line) in COMMANDS.items():
        command = commands.add_parser(name, help=line, description=line)
        if name == asked:
            configure = importlib.import_module(f"allocator.cli.{module}")
            getattr(configure, f"configure_{name.replace('-', '_')}")(command)
    return parser.parse_args(argv)
