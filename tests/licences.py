"""`python tests/licences.py`: the licence of every installed distribution, as it states it itself."""

from __future__ import annotations

from importlib.metadata import distributions

_CLASS = "License :: "


def licence(metadata: object) -> str:
    """The expression, else the classifiers, else the first line of the field."""
    get_all = metadata.get_all  # type: ignore[attr-defined]
    for texts in (
        get_all("License-Expression"),
        [c.split(" :: ")[-1] for c in get_all("Classifier") or () if c.startswith(_CLASS)],
        [line.splitlines()[0] for line in get_all("License") or () if line.strip()],
    ):
        if texts:
            return ", ".join(texts)[:60]
    return "not stated"


def main() -> int:
    """Print a line for each; 1 where one states no licence."""
    found = {d.metadata["Name"]: (d.version, licence(d.metadata)) for d in distributions()}
    for name, (version, text) in sorted(found.items(), key=lambda one: one[0].lower()):
        print(f"{name:30} {version:15} {text}")
    silent = [n for n, (_, text) in found.items() if text == "not stated" and n != "allocator"]
    return 1 if silent else 0


if __name__ == "__main__":
    raise SystemExit(main())
