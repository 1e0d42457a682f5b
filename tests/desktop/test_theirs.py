"""No table is overlooked when members are merged or forgotten."""

import pkgutil
from importlib import import_module

import desktop.data
from desktop.data import theirs
from desktop.data.base import Base
from sync.rows import MOVE


def test_every_table_that_says_whose_a_row_is_is_known_and_moves_with_a_merge() -> None:
    for module in pkgutil.iter_modules(desktop.data.__path__, "desktop.data."):
        import_module(module.name)
    homes = {
        mapper.class_.__module__: mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if "member_id" in mapper.class_.__table__.c
    }
    assert homes.keys() <= {module.__name__ for module in theirs.ALL}
    moved = {statement.split()[1] for statement in MOVE}
    assert {table.name for table in theirs.tables_with("member_id")} - moved == {"identity"}  # which are copied
