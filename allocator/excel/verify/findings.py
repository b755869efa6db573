"""One thing that is not as it was written, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FindingKind = Literal["changed", "unproven", "dressed", "told"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written; `kind` says what it means.

    `is_figure` where a figure without a formula is changed; `may_follow` where the formula is the
    right one and only its value differs, as it does after another cell was changed.
    """

    place: str
    message: str
    kind: FindingKind = "changed"
    is_figure: bool = False
    may_follow: bool = False

    def __str__(self) -> str:
        return f"{self.place}：{self.message}"
