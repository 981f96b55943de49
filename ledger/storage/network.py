"""Is a file on a network folder? There, SQLite's shared mode (WAL) loses acts: several machines share no memory."""

from __future__ import annotations

import re
import sys
from pathlib import Path

_KIND = re.compile(
    r"(fuse\.)?(afs|afpfs|ceph|cifs|coda|davfs2?|glusterfs|gvfsd-fuse|lustre|ncpfs|nfs4?|rclone|s3fs|smb[23]|smbfs|sshfs)"
)
_MOUNTS = Path("/proc/self/mounts")
_REMOTE_DRIVE = 4
_ESCAPED = re.compile(r"\\([0-7]{3})")


def network_kind(file: Path) -> str | None:
    """The kind of network folder this file is in ("nfs4", "partage réseau"…); None on a local disk, or if unknown."""
    folder = file.expanduser().absolute().parent
    if sys.platform == "win32":
        return _windows_kind(folder)
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    return kind_among(mounts, folder.resolve())


def kind_among(mounts: str, folder: Path) -> str | None:
    """As network_kind, for a folder without links, among mounts told as Linux does: the deepest, then last, counts."""
    above = {str(each): distance for distance, each in enumerate((folder, *folder.parents))}
    kind, nearest = "", len(above)
    for line in mounts.splitlines():
        _, where, found, *_ = line.split(" ")
        place = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), where) if "\\" in where else where
        if (distance := above.get(place, nearest + 1)) <= nearest:
            kind, nearest = found, distance
    return kind if _KIND.fullmatch(kind) else None


def _windows_kind(folder: Path) -> str | None:
    import ctypes

    drive = folder.resolve().drive
    if drive.startswith("\\\\"):
        return "partage réseau"
    remote = ctypes.WinDLL("kernel32").GetDriveTypeW(f"{drive}\\") == _REMOTE_DRIVE  # type: ignore[attr-defined,unused-ignore]
    return "lecteur réseau" if remote else None
