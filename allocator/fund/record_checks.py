"""What must be true of adjustments and earlier payments: that the table has their recipients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from allocator.base.problems import Place, Problem
from allocator.fund.adjustments import BEARERS
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme


def check_adjustments(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Adjustments of recipients that the table does not have; those that nobody has approved."""
    for k, adjustment in enumerate(scheme.adjustments):
        path = f"adjustment[{k}]"
        names = [] if isinstance(adjustment.borne_by, str) else list(adjustment.borne_by)
        for key, town in [("town", adjustment.town), *(("borne_by", name) for name in names)]:
            if town not in recipients.towns:
                place = scheme.places.get(f"{path}.{key}") or Place(cell=f"{path}.{key}")
                found = unknown_town(town, recipients.towns, place)
                if key == "borne_by":
                    remedy = f"请填{'、'.join(f'“{word}”' for word in BEARERS.values())}，或数据表中的名称"
                    found = replace(found, remedy=remedy)
                yield found
        if adjustment.town in names:
            place = scheme.places.get(f"{path}.borne_by") or Place(cell=f"{path}.borne_by")
            message = f"{adjustment.town}的调整不能由它自己承担"
            yield Problem("adjustment.self", message, "请改填其他承担方", place)
        if not adjustment.approval:
            place = scheme.places.get(path) or Place(cell=path)
            message = f"{adjustment.town}的人工调整没有写批准文件"
            yield Problem("adjustment.approval", message, "请补填“批准”", place, is_warning=True)


def check_instalments(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Payments to recipients that the table does not have."""
    for k, instalment in enumerate(scheme.instalments):
        if instalment.town not in recipients.towns:
            path = f"paid[{k}].town"
            place = scheme.places.get(path) or Place(cell=path)
            yield unknown_town(instalment.town, recipients.towns, place)


def unknown_town(town: str, towns: Sequence[str], place: Place) -> Problem:
    """A recipient named outside the table that the table does not have."""
    near = get_close_matches(town, towns, n=3, cutoff=0.4)
    remedy = f"是否为：{'、'.join(near)}？" if near else "请与数据表的名称一致"
    return Problem("adjustment.town", f"数据表中没有“{town}”", remedy, place)
