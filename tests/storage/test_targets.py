"""A module of models names the modules its foreign keys refer to; rows are read without these, written with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [*ROOT.glob("ledger/**/model.py"), *ROOT.glob("ledger/**/model/[!_]*.py")]
MODELS = sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in FILES)

_READ_THEN_WRITTEN = """
import sys
from importlib import import_module
from sqlalchemy import inspect
from sqlalchemy.orm import configure_mappers
from ledger.storage.base import Base, know_targets
module = import_module(sys.argv[1])
configure_mappers()
missing = []
for mapper in list(Base.registry.mappers):
    if mapper.class_.__module__ != module.__name__:
        continue
    know_targets(mapper.class_)
    for each in (mapper, *(relationship.mapper for relationship in mapper.relationships)):
        names = {key.target_fullname.split(".")[0] for key in each.local_table.foreign_keys}
        missing += sorted(names - Base.metadata.tables.keys())
configure_mappers()
assert not missing, missing
"""


@pytest.mark.parametrize("module", MODELS)
def test_tables_are_read_alone_and_written_once_what_they_refer_to_is_known(module: str) -> None:
    command = [sys.executable, "-c", _READ_THEN_WRITTEN, module]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stderr
