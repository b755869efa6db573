"""The n-th smallest of many numbers, without putting them all in order.

Source: R. W. Floyd, R. L. Rivest, Expected time bounds for selection, 1975.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

#: Up to so many numbers sorting is as fast.
_FEW: Final = 5000


def nth_smallest(numbers: Sequence[float], n: int) -> float:
    """The number at position `n`, from 0, of the sorted `numbers`.

    >>> nth_smallest([3.0, 1.0, 2.0], 1)
    2.0
    """
    if len(numbers) > _FEW:
        sample = sorted(numbers[:: len(numbers) // (_FEW // 5)])
        rank = n * len(sample) // len(numbers)
        margin = len(sample) // 25
        least = sample[max(rank - margin, 0)]
        most = sample[min(rank + margin, len(sample) - 1)]
        before = sum(map(least.__gt__, numbers))
        near = [number for number in numbers if least <= number <= most]
        if before <= n < before + len(near):
            return sorted(near)[n - before]
    return sorted(numbers)[n]
