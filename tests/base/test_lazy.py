"""Packages whose names load when they are first asked for keep their promises."""

from __future__ import annotations

from importlib import import_module

import pytest

PACKAGES = ("allocator", "allocator.formulas", "allocator.scenarios")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_that_is_promised_has_a_home(package: str) -> None:
    module = import_module(package)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_any_other_name_is_refused_as_python_refuses_it(package: str) -> None:
    module = import_module(package)
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'nothing'"):
        _ = module.nothing
