"""A zip for a locked office PC: every Windows wheel, Cofiville's own, Cofiville.bat; checked before it is kept.

python .ci/windows.py FOLDER. Needs a registry to download from; the zip itself needs neither network nor administrator.
"""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from email.parser import HeaderParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_NAME = "Cofiville-Windows"
_PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+?)(?: ; (?P<marker>[^\\]+?))? \\$")
_HASH = re.compile(r"^    --hash=sha256:([0-9a-f]{64})")
_BUILD_ONLY = frozenset({"hatchling"})
_WHEN = (2016, 1, 1, 0, 0, 0)


class Pin(NamedTuple):
    """A line of the lock: what must be installed where the marker holds, and the files that may be it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def pins(lock: str) -> list[Pin]:
    """The pins of a lock file, but those that only building needs and what these alone need."""
    found: list[Pin] = []
    for line in lock.splitlines():
        if match := _PIN.match(line):
            found.append(Pin(match["name"], match["version"], (match["marker"] or "").strip(), ()))
        elif match := _HASH.match(line):
            found[-1] = found[-1]._replace(hashes=(*found[-1].hashes, match[1]))
    return [pin for pin in found if pin.name not in _BUILD_ONLY]


def windows(python: str) -> dict[str, str]:
    """What markers are asked of on a Windows PC with this Python."""
    return {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }


def wanted(found: Iterable[Pin], python: str) -> list[Pin]:
    """The pins that this Python needs on Windows."""
    where = windows(python)
    return [pin for pin in found if not pin.marker or Marker(pin.marker).evaluate(where)]


def pip(*words: str | Path) -> None:
    """Run pip. raises: CalledProcessError."""
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *map(str, words)], check=True)


def for_windows(python: str) -> tuple[str, ...]:
    """The options that make pip look for what a Windows PC would take."""
    return ("--only-binary", ":all:", "--platform", "win_amd64", "--implementation", "cp", "--python-version", python)


def gather(found: list[Pin], wheels: Path) -> None:
    """Put in this folder a wheel of every pin for every Python; one made here where only the source is published."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        sources = [pin for pin in found if not _has_wheel(pin, folder)]
        for pin in sources:
            pip("wheel", "--no-deps", "--wheel-dir", wheels, "--requirement", _requirements([pin], folder))
            [made] = wheels.glob(f"{pin.name.replace('-', '_')}-*.whl")
            assert made.name.endswith("-none-any.whl"), f"{made.name} would not install on Windows"
        for python in PYTHONS:
            listed = _requirements([pin for pin in wanted(found, python) if pin not in sources], folder)
            pip("download", "--no-deps", "--require-hashes", *for_windows(python), "--dest", wheels, "-r", listed)


def _has_wheel(pin: Pin, folder: Path) -> bool:
    """Whether this pin is published as a wheel: surely with several files, else pip is asked."""
    if len(pin.hashes) > 1:
        return True
    line = (
        "--no-deps",
        "--require-hashes",
        *for_windows(PYTHONS[0]),
        "--dest",
        folder,
        "-r",
        _requirements([pin], folder),
    )
    words = [sys.executable, "-m", "pip", "--quiet", "download", *map(str, line)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _requirements(found: Iterable[Pin], folder: Path) -> Path:
    path = folder / "requirements.txt"
    lines = [f"{pin.name}=={pin.version} " + " ".join(f"--hash=sha256:{each}" for each in pin.hashes) for pin in found]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def lock_of(found: Iterable[Pin], wheels: Path) -> str:
    """The pins again, each with the fingerprints of the very files of this folder."""
    files: dict[str, list[Path]] = {}
    for path in sorted(wheels.glob("*.whl")):
        files.setdefault(canonicalize_name(parse_wheel_filename(path.name)[0]), []).append(path)
    lines = []
    for pin in found:
        if pin.name not in files:
            continue
        prints = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files[pin.name]]
        marker = f" ; {pin.marker}" if pin.marker else ""
        lines.append(f"{pin.name}=={pin.version}{marker} " + " ".join(f"--hash=sha256:{each}" for each in prints))
    return "\n".join([*lines, ""])


def check(folder: Path) -> None:
    """Nothing when the unpacked zip installs for every Python without network, and lacks no dependency.

    raises: CalledProcessError, AssertionError.
    """
    wheels, found = folder / "wheels", list(_locked(folder / "verrou.txt"))
    own = next(path for path in wheels.glob("cofiville-*.whl"))
    for python in PYTHONS:
        needed = wanted(found, python)
        with TemporaryDirectory() as place:
            listed = _requirements(needed, Path(place))
            offline = ("--no-index", "--find-links", wheels, "--no-deps", "--require-hashes")
            pip("download", *offline, *for_windows(python), "--dest", place, "-r", listed)
            taken = [*Path(place).glob("*.whl"), own]
            missing = sorted(set(_unmet(taken, windows(python))))
            assert not missing, f"Python {python}: {', '.join(missing)}"


def _locked(path: Path) -> Iterator[Pin]:
    for line in path.read_text(encoding="utf-8").splitlines():
        head, *hashes = line.split(" --hash=sha256:")
        name, _, marker = head.partition(" ; ")
        code, _, version = name.partition("==")
        yield Pin(code, version, marker, tuple(hashes))


def _unmet(taken: Iterable[Path], where: Mapping[str, str]) -> Iterator[str]:
    """The requirements of these wheels, on this machine, that none of them meets."""
    versions = {canonicalize_name(name): version for name, version, *_ in (parse_wheel_filename(p.name) for p in taken)}
    for path in taken:
        with zipfile.ZipFile(path) as wheel:
            [told] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
            about = HeaderParser().parsestr(wheel.read(told).decode("utf-8"))
        for text in about.get_all("Requires-Dist") or []:
            need = Requirement(text)
            if need.marker is not None and not need.marker.evaluate(dict(where)):
                continue
            version = versions.get(canonicalize_name(need.name))
            if version is None or not need.specifier.contains(version, prereleases=True):
                yield f"{path.name} needs {text}"


def zipped(folder: Path) -> bytes:
    """The folder as a zip: the same content always gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(f"{_NAME}/{path.relative_to(folder).as_posix()}", _WHEN)
                entry.compress_type = zipfile.ZIP_STORED if path.suffix == ".whl" else zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return stream.getvalue()


def write_words(folder: Path, version: str) -> None:
    """Cofiville.bat and what to read first, with the line ends of Windows."""
    texts = Path(__file__).with_name("windows")
    for name in ("Cofiville.bat", "LISEZMOI.txt"):
        text = (texts / name).read_text(encoding="utf-8").replace("@VERSION@", version)
        mark = "\ufeff" if name.endswith(".txt") else ""
        (folder / name).write_bytes((mark + text).replace("\n", "\r\n").encode())


def main() -> None:
    """Make the zip in the folder named."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as place:
        folder = Path(place, _NAME)
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        found = pins((ROOT / "requirements.lock").read_text(encoding="utf-8"))
        gather(found, wheels)
        (folder / "verrou.txt").write_text(lock_of(found, wheels), encoding="utf-8")
        made = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(ROOT)]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        [own] = wheels.glob("cofiville-*.whl")
        write_words(folder, str(parse_wheel_filename(own.name)[1]))
        check(folder)
        content = zipped(folder)
        path = target / f"{_NAME}-{parse_wheel_filename(own.name)[1]}.zip"
        path.write_bytes(content)
        count = len(list(wheels.glob("*.whl")))
    print(f"{path}: {count} wheels, {len(content) // 1024**2} MiB, checked for Python {', '.join(PYTHONS)}")


if __name__ == "__main__":
    main()
