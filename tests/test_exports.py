"""Rooms list their public names in `__all__`; in other modules a leading underscore says what is private."""

from __future__ import annotations

import importlib
import pkgutil
import types

import osce_search


def test_the_public_names_are_sorted_and_can_be_imported() -> None:
    assert osce_search.__all__ == sorted(osce_search.__all__)
    for name in osce_search.__all__:
        assert getattr(osce_search, name) is not None


def test_every_room_lists_what_it_offers_and_no_module_lists_what_is_not_there() -> None:
    for info in pkgutil.walk_packages(osce_search.__path__, "osce_search."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        offered = getattr(module, "__all__", None)
        if offered is None:
            assert not info.ispkg or not any(
                getattr(value, "__module__", "").startswith(info.name)
                for name, value in vars(module).items()
                if name[0] != "_" and not isinstance(value, types.ModuleType)
            ), info.name
            continue
        assert len(set(offered)) == len(offered), info.name
        assert [name for name in offered if not hasattr(module, name)] == [], info.name
