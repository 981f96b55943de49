"""Commands typed in process on a base of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import cli


@dataclass(frozen=True)
class Answer:
    """What a command line gave back."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON document on standard output."""
        return json.loads(self.out)

    @property
    def refusal(self) -> dict[str, str]:
        """The JSON object on standard error."""
        found: dict[str, str] = json.loads(self.err)
        return found


Typist = Callable[..., Answer]


@pytest.fixture
def typed(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typist:
    """Type a command line; no option comes from the environment."""
    for name in ("COFIVILLE_BASE", "COFIVILLE_AGENT", "COFIVILLE_CONTRAT"):
        monkeypatch.delenv(name, raising=False)
    program = get_command(cli.app)

    def type_line(*words: str | Path | int) -> Answer:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            program.main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Answer(ended.value.code, out, err)

    return type_line


@pytest.fixture(scope="session")
def made_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base made once by the command itself, with its référentiel."""
    path = tmp_path_factory.mktemp("base") / "modele.db"
    with pytest.raises(SystemExit) as ended:
        get_command(cli.app).main(["--base", str(path), "base", "creer"])
    assert ended.value.code == 0
    return path


@pytest.fixture
def base(made_base: Path, tmp_path: Path) -> Path:
    """The file of a fresh base."""
    return Path(shutil.copy(made_base, tmp_path / "contrat.db"))


@pytest.fixture
def on_base(typed: Typist, base: Path) -> Typist:
    """Type a command line on a fresh base."""
    return lambda *words: typed("--base", base, *words)


@pytest.fixture
def in_2016(on_base: Typist) -> Typist:
    """Type a command line on a base whose exercice 2016 is open."""
    assert on_base("exercice", "ouvrir", 2016).code == 0
    return on_base
