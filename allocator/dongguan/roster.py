"""The 33 units of Dongguan that receive funds, and the ways their names are written."""

from __future__ import annotations

import re
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

#: In official order (the order of the statistical division codes, 松山湖 last).
TOWNS: Final = (
    "东城街道",
    "南城街道",
    "万江街道",
    "莞城街道",
    "石碣镇",
    "石龙镇",
    "茶山镇",
    "石排镇",
    "企石镇",
    "横沥镇",
    "桥头镇",
    "谢岗镇",
    "东坑镇",
    "常平镇",
    "寮步镇",
    "樟木头镇",
    "大朗镇",
    "黄江镇",
    "清溪镇",
    "塘厦镇",
    "凤岗镇",
    "大岭山镇",
    "长安镇",
    "虎门镇",
    "厚街镇",
    "沙田镇",
    "道滘镇",
    "洪梅镇",
    "麻涌镇",
    "望牛墩镇",
    "中堂镇",
    "高埗镇",
    "松山湖",
)

_TRADITIONAL: Final = str.maketrans(
    "東萬龍橫瀝橋頭謝崗黃廈鳳嶺長門湧鎮區園辦處會產業術開發態鄉莊",
    "东万龙横沥桥头谢岗黄厦凤岭长门涌镇区园办处会产业术开发态乡庄",
)
#: Other spellings of the part of a name that tells the town, seen in real files.
_SPELLINGS: Final = MappingProxyType(
    {
        "道窖": "道滘",
        "道浩": "道滘",
        "道教": "道滘",
        "高步": "高埗",
        "高涉": "高埗",
        "石竭": "石碣",
        "塘下": "塘厦",
        "麻冲": "麻涌",
        "望牛敦": "望牛墩",
        "生态园": "松山湖",
        "松山湖生态园": "松山湖",
    }
)
_PREFIX: Final = re.compile("^(广东省)?(东莞市|东莞)")
_SUFFIX: Final = re.compile(
    "(高新技术产业开发区|高新技术开发区|高新区|功能区|科技产业园区|园区|街道办事处|街道办|街道|镇人民政府|镇政府|镇|"
    "区办事处|区|办事处|管委会|管理委员会|（生态园）|（街道）|（镇）)+$"
)


def _stem(name: str) -> str:
    """What tells the town: no prefix, no kind of unit, simplified characters, no blanks."""
    name = re.sub(r"\s+", "", name).translate(_TRADITIONAL)
    name = name.replace("(", "（").replace(")", "）")
    stem = _SUFFIX.sub("", _PREFIX.sub("", name))
    return _SPELLINGS.get(stem, stem)


_BY_STEM: Final = MappingProxyType({_stem(town): town for town in TOWNS})


def official_name(name: str) -> str | None:
    """The roster's name of a unit, or None when the roster has none like it.

    >>> official_name("东城区"), official_name("道窖镇"), official_name("高步"), official_name("塘廈鎮")
    ('东城街道', '道滘镇', '高埗镇', '塘厦镇')
    >>> official_name("松山湖高新区"), official_name("东城办事处"), official_name("花城镇")
    ('松山湖', '东城街道', None)
    """
    return _BY_STEM.get(_stem(name))


def nearest_name(name: str) -> str | None:
    """The roster's name that looks most like an unknown one."""
    near = get_close_matches(_stem(name), list(_BY_STEM), n=1, cutoff=0.4)
    return _BY_STEM[near[0]] if near else None
