"""Draw every kind of figure from the sample into docs/pictures: python docs/make_pictures.py."""

from __future__ import annotations

from pathlib import Path

from allocator.cli import main

ROOT = Path(__file__).parent.parent
DATA, PICTURES = ROOT / "data", ROOT / "docs" / "pictures"
SCENARIOS = ("--scenarios", DATA / "scenarios.toml")

FIGURES: dict[str, tuple[str | Path, ...]] = {
    "ranked": (),
    "sources": (),
    "waterfall": ("--town", "东城街道"),
    "dumbbell": (*SCENARIOS, "--scenario", "经济总量改为反向"),
    "bands": (),
    "ternary": ("--town", "长安镇"),
    "lorenz": SCENARIOS,
    "trade-off": ("--problem", DATA / "problem-max-min.toml"),
    "map": (),
}


def make_pictures() -> None:
    """One PNG a kind, named after it."""
    sample = (DATA / "dongguan-2020.csv", "--scheme", DATA / "dongguan-2020.toml")
    for kind, options in FIGURES.items():
        given = (*sample, "--kind", kind, *options, "-o", PICTURES / f"{kind}.png")
        if code := main(["plot", *map(str, given)]):
            raise SystemExit(code)


if __name__ == "__main__":
    make_pictures()
