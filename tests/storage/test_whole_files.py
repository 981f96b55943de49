"""A file is there whole or not at all: interrupted, killed, raced, on a full disk, through a link."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.core.addresses import holds_password, shown_address
from ledger.storage.engine import DatabaseUnavailable, database_url
from ledger.storage.whole_files import made_whole, write_whole_file
from tests.bases import ROOT, clean_environment

pytestmark = pytest.mark.one_engine
BEGIN_AND_BE_KILLED = """
import os, signal, sys
from pathlib import Path
from ledger.storage.whole_files import made_whole
with made_whole(Path(sys.argv[1])) as draft:
    draft.write_text("à moitié")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("trouble", [ValueError, KeyboardInterrupt, OSError])
def test_what_fails_leaves_neither_the_file_nor_a_draft(tmp_path: Path, trouble: type[BaseException]) -> None:
    def fail() -> None:
        with made_whole(tmp_path / "a.txt") as draft:
            draft.write_text("à moitié")
            raise trouble

    with pytest.raises(trouble):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_the_file_that_stood_there_is_kept_until_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("ancien")
    with made_whole(target, replace=True) as draft:
        draft.write_text("neuf")
        assert target.read_text() == "ancien"
    assert target.read_text() == "neuf"


def test_a_file_or_a_link_that_stands_there_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ancien")
    (tmp_path / "lien.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "vers rien.txt").symlink_to(tmp_path / "absent.txt")
    for name, replace in (("a.txt", False), ("lien.txt", True), ("vers rien.txt", True)):
        with pytest.raises(FileExistsError, match=name):
            write_whole_file(tmp_path / name, b"neuf", replace=replace)
    assert (tmp_path / "a.txt").read_text() == "ancien"
    assert not (tmp_path / "absent.txt").exists()


def test_what_another_made_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"

    def raced() -> None:
        with made_whole(target) as draft:
            draft.write_text("second")
            target.write_text("premier")

    with pytest.raises(FileExistsError, match=r"a\.txt"):
        raced()
    assert [each.read_text() for each in tmp_path.iterdir()] == ["premier"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_what_a_killed_process_began_is_taken_away_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    words = [sys.executable, "-c", BEGIN_AND_BE_KILLED, str(target)]
    subprocess.run(words, cwd=ROOT, env=clean_environment(), check=False)
    assert [each.name.endswith(".en-cours") for each in tmp_path.iterdir()] == [True]
    write_whole_file(target, b"entier")
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    def fill() -> None:
        with made_whole(tmp_path / "a.txt"):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match=r"a\.txt"):
        fill()


@pytest.mark.skipif(sys.platform == "win32", reason="rights are those of the folder there")
def test_a_private_file_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_whole_file(tmp_path / "a.txt", b"", private=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://anne:secret@h/x", "postgresql://anne@h/x"),
        ("postgresql://anne:se@cr:et@h:5432/x", "postgresql://anne@h:5432/x"),
        ("postgresql://:secret@h/x", "postgresql://@h/x"),
        (
            "postgresql://h/x?user=anne&password=secret&sslmode=require",
            "postgresql://h/x?user=anne&password=***&sslmode=require",
        ),
        ("postgresql+psycopg://h/x?sslpassword=secret", "postgresql+psycopg://h/x?sslpassword=***"),
        ("postgresql://h/x?PASSWORD=secret", "postgresql://h/x?PASSWORD=***"),
    ],
)
def test_no_form_of_an_address_shows_its_password(address: str, shown: str) -> None:
    assert shown_address(address) == shown
    assert holds_password(address)


@pytest.mark.parametrize(
    "address",
    ["postgresql://anne@h:5432/x", "postgresql://anne:@/x?host=/run", "postgresql:///x", "contrat.db", "a:b@c.db"],
)
def test_an_address_without_password_is_shown_as_it_is(address: str) -> None:
    assert shown_address(address) == address
    assert not holds_password(address)


@pytest.mark.parametrize(
    "address",
    ["sqlite:///", "sqlite://", ":memory:", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true", ".",
     "postgresql://anne:secret@h:port/x", "postgresql:/h/x://"],
)  # fmt: skip
def test_an_address_where_nothing_would_be_kept_or_found_is_refused(address: str) -> None:
    with pytest.raises(DatabaseUnavailable) as refused:
        database_url(address)
    assert "secret" not in refused.value.problem
    assert refused.value.remedy
