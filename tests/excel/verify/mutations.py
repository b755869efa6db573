"""Damaged files: valid inputs with bytes changed, and what reading them came to."""

from __future__ import annotations

import io
import random
import re
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from allocator import InputError, allocate, load

DATA = Path(__file__).parents[3] / "data"
TOML = DATA / "dongguan-2020.toml"
#: What a damaged file of this size may take before it counts as a hang, in seconds.
MOST_SECONDS = 10
_ODD = (
    *(b"", b"0", b"-1", b"1E308", b"NaN", b"inf", b"9999999999999999999999", b"1e-400", b"0.1"),
    *(
        b"e",
        b"s",
        b"str",
        b"d",
        b"b",
        b"inlineStr",
        b"A1048576",
        b"XFD1",
        b"A0",
        b"1:1",
        b"A1:XFD9",
    ),
    *("甲乙".encode(), b"&#0;", b"&lt;", b"&x;", b"=1+1", b"TRUE", b"_x0000_", b"\xff\xfe"),
)


@dataclass
class Outcome:
    """How many files were read, refused; and every one that went wrong, with its seed."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def damage(random_: random.Random, content: bytes) -> bytes:
    """Change, insert, delete, repeat or cut a few bytes."""
    data = bytearray(content)
    for _ in range(random_.randint(1, 4)):
        at = random_.randrange(len(data))
        size = random_.randint(1, 40)
        match random_.randrange(6):
            case 0:
                data[at] = random_.randrange(256)
            case 1:
                data[at] ^= 1 << random_.randrange(8)
            case 2:
                data[at:at] = random_.randbytes(size)
            case 3:
                del data[at : at + size]
            case 4:
                data[at:at] = data[at : at + size]
            case _:
                if random_.random() < 0.2:
                    del data[at:]
                else:
                    other = random_.randrange(len(data))
                    data[at : at + size] = data[other : other + size]
        if not data:
            return b""
    return bytes(data)


def disturb(random_: random.Random, content: bytes) -> bytes:
    """Put other words, numbers or nothing in place of a few that stand in XML."""
    words = list(re.finditer(rb"(?<=[>\"])[^<>\"]+(?=[<\"])", content))
    data = content
    chosen = random_.sample(words, min(len(words), random_.randint(1, 3)))
    for found in sorted(chosen, key=re.Match.start, reverse=True):
        other = random_.choice([random_.choice(words)[0], *_ODD])
        data = data[: found.start()] + other + data[found.end() :]
    return data


def damage_inside(random_: random.Random, content: bytes) -> bytes:
    """Change one part of a workbook and pack it anew, so that its checksum is right."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        names = old.namelist()
        parts = [name for name in names if "worksheets" in name or "shared" in name]
        target = random_.choice(parts if random_.random() < 0.7 else names)
        for name in names:
            data = old.read(name)
            change = disturb if random_.random() < 0.7 else damage
            new.writestr(name, change(random_, data) if name == target else data)
    return packed.getvalue()


def mutants(seed: int, files: int) -> Iterator[tuple[str, bytes]]:
    """(name, content) of damaged files, the same for the same seed."""
    workbook = (DATA / "dongguan-2020.xlsx").read_bytes()
    table = (DATA / "dongguan-2020.csv").read_bytes()
    for i in range(files):
        random_ = random.Random(f"{seed}/{i}")  # noqa: S311 - a test that can be repeated
        kind = i % 4
        if kind == 0:
            yield f"{seed}/{i}.xlsx", damage(random_, workbook)
        elif kind == 3:
            yield f"{seed}/{i}.csv", damage(random_, table)
        else:
            yield f"{seed}/{i}.xlsx", damage_inside(random_, workbook)


def judge(path: Path) -> str:
    """Read and allocate one file: `refused`, `read`, or what went wrong."""
    started = time.monotonic()
    try:
        recipients, scheme = load(path, TOML if path.suffix == ".csv" else None)
        answer = allocate(recipients, scheme)
    except InputError as error:
        # A note says what the reader did: there is nothing to mend in it.
        if not all(p.message and (p.remedy or p.is_note) for p in error.problems):
            return "a message without a remedy"
        if all(p.is_warning for p in error.problems):
            return "refused without a mistake"
        result = "refused"
    except Exception as error:  # noqa: BLE001 - any other exception is what is looked for
        return f"traceback: {error!r}"
    else:
        wrong = [r.pool.name for r in answer.pools if sum(r.entitlement) != r.pool.budget]
        result = f"wrong total: {wrong}" if wrong else "read"
    return "hang" if time.monotonic() - started > MOST_SECONDS else result


def run(seed: int, files: int) -> Outcome:
    """Judge `files` damaged files."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in mutants(seed, files):
            path = Path(folder) / f"damaged{Path(name).suffix}"
            path.write_bytes(content)
            result = judge(path)
            outcome.counts[result.partition(":")[0]] += 1
            if result not in ("read", "refused"):
                outcome.failures.append(f"{name} {result}")
    return outcome
