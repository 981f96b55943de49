"""A base in a file is refused on a network folder, wherever the mount is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.storage.engine import kind_among
from tests.conftest import Typist

MOUNTS = r"""overlay / overlay rw 0 0
srv:/partage /mnt/partage nfs4 rw 0 0
//srv/commun /mnt/dossier\040commun cifs rw 0 0
tmpfs /mnt/partage/local tmpfs rw 0 0
anne@srv:/ /home/anne/distant fuse.sshfs rw 0 0
/dev/sda1 /data ext4 rw 0 0
srv:/data /data nfs rw 0 0
"""
PLACES = [
    ("/home/anne", None),
    ("/mnt/partage", "nfs4"),
    ("/mnt/partage/2016", "nfs4"),
    ("/mnt/partages", None),
    ("/mnt/partage/local/2016", None),
    ("/mnt/dossier commun/cv", "cifs"),
    ("/home/anne/distant", "fuse.sshfs"),
    ("/data/cv", "nfs"),
]


@pytest.mark.parametrize(("folder", "kind"), PLACES)
def test_the_deepest_and_last_mount_says_whether_a_folder_is_remote(folder: str, kind: str | None) -> None:
    assert kind_among(MOUNTS, Path(folder)) == kind


@pytest.mark.sqlite
def test_a_base_on_a_network_folder_is_refused(
    cofiville: Typist, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"srv:/x {Path(base).parent.resolve()} nfs4 rw 0 0\n")
    monkeypatch.setattr("ledger.storage.engine._MOUNTS", mounts)
    answer = cofiville("exercice", "ouvrir", 2016)
    assert answer.code == 1
    assert "est dans un dossier réseau (nfs4)" in answer.err
    assert "base migrer" in answer.err
    assert "dossier réseau" in cofiville("enveloppe", "lister", 2016).err
    assert "dossier réseau" in cofiville("base", "creer").err


@pytest.mark.sqlite
def test_a_backup_may_be_kept_on_a_network_folder(
    cofiville: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "partage"
    share.mkdir()
    mounts = tmp_path / "mounts"
    mounts.write_text(f"srv:/x {share.resolve()} cifs rw 0 0\n")
    monkeypatch.setattr("ledger.storage.engine._MOUNTS", mounts)
    assert cofiville("base", "sauvegarder", share / "copie.db").code == 0
    assert cofiville("base", "restaurer", share / "copie.db", "--oui").code == 0
