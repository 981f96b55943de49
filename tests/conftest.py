"""A fresh base for each test, on the engine asked for by --base-tests; commands typed in process on it."""

from __future__ import annotations

import atexit
import gc
import itertools
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.main import get_command

import cli
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession
from tests.bases import ROOT, PostgresqlBases, SqliteBases, compile_once, server_tools, start_postgresql

_SERVER = pytest.StashKey[Any]()

# A loaded machine makes no law of arithmetic false: examples are not timed. CI looks at the same ones each time.
settings.register_profile(
    "cofiville",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("cofiville")

# What the program keeps for its user: not in the folder of who runs the tests, nor by the programs they start.
_STATE = tempfile.TemporaryDirectory(prefix="cofiville-etat-")
atexit.register(_STATE.cleanup)
os.environ["XDG_STATE_HOME"] = _STATE.name
_NUMBERS = itertools.count(1)


def pytest_runtest_setup() -> None:
    """Let each test have a user of its own: bases of several tests are copies of one, which the program would tell."""
    os.environ["XDG_STATE_HOME"] = str(Path(_STATE.name) / str(next(_NUMBERS)))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one flag run the whole suite on PostgreSQL."""
    parser.addoption("--base-tests", choices=("sqlite", "postgresql"), default="sqlite", help="engine of the bases")
    parser.addoption("--skips", type=Path, help="a file of the reasons a test may be left out for; another one fails")


class Skips:
    """Looks at why tests are left out: for a reason that is not allowed, the run fails and says so."""

    def __init__(self, allowed: Path) -> None:
        lines = allowed.read_text(encoding="utf-8").splitlines()
        self._allowed = [re.compile(line) for line in lines if line and not line.startswith("#")]
        self.others: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at a test."""
        self._look(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Look at a module left out whole."""
        self._look(report)

    def _look(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            if not any(allowed.search(reason) for allowed in self._allowed):
                self.others[report.nodeid] = reason

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run when one was left out for another reason."""
        if self.others and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name them."""
        for nodeid, reason in self.others.items():
            terminalreporter.write_line(f"left out, and may not be: {nodeid}: {reason}")


def pytest_configure(config: pytest.Config) -> None:
    """Compile each statement once a process; start the server once a run, in the process that leads the workers."""
    compile_once()
    leads = not hasattr(config, "workerinput") and not config.option.collectonly
    if leads and config.getoption("--skips"):
        config.pluginmanager.register(Skips(config.getoption("--skips")))
    if config.getoption("--base-tests") == "postgresql" and leads:
        config.stash[_SERVER] = start_postgresql(with_model=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the server is."""
    if _SERVER in node.config.stash:
        node.workerinput["server"] = node.config.stash[_SERVER].get_uri()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and take its folder away."""
    if _SERVER in config.stash:
        config.stash[_SERVER].cleanup()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what says something on the engine asked for: on SQLite, all but what is about a server."""
    server = config.getoption("--base-tests") == "postgresql"
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        needed = _needs_the_engine(item) if server else item.get_closest_marker("postgresql") is None
        (kept if needed else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def _needs_the_engine(item: pytest.Item) -> bool:
    """Whether a test may end otherwise on another engine: it asks for a base, and has no mark that says no."""
    other = any(item.get_closest_marker(name) for name in ("sqlite", "one_engine"))
    return isinstance(item, pytest.Function) and "bases" in item.fixturenames and not other


def pytest_collection_finish() -> None:
    """Leave what collecting made, which stays to the end, out of what is looked at for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def bases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SqliteBases | PostgresqlBases:
    """Where fresh bases come from."""
    worker: dict[str, str] = getattr(request.config, "workerinput", {})
    if request.config.getoption("--base-tests") == "sqlite":
        own = tmp_path_factory.getbasetemp()
        return SqliteBases(tmp_path_factory.mktemp("modele"), (own.parent if worker else own) / "vies")
    server = worker["server"] if worker else request.config.stash[_SERVER].get_uri()
    return PostgresqlBases(server, worker.get("workerid", "main"))


@pytest.fixture
def base(bases: SqliteBases | PostgresqlBases, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh base: the référentiel, the rules of both contracts, no exercice."""
    address = bases.new(tmp_path)
    yield address
    bases.drop(address)


@pytest.fixture
def brought(bases: SqliteBases | PostgresqlBases, base: str) -> Lived:
    """Bring the base where a life leads: lived by the first test of the run that asks for it, copied for the others.

    It is known by its name: what it does depends on nothing but the base as the fixtures before it left it.
    """
    return lambda live: bases.bring(base, f"{live.__module__} {live.__qualname__}", live)


@pytest.fixture
def engine(base: str) -> Iterator[Engine]:
    """An engine on a fresh base."""
    engine = open_engine(base)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A writing session on a fresh base, in the book of the contract CV195."""
    acting = Context("CV195", "test", "test")
    with engine.connect().execution_options(writing=True) as connection, ContractSession(connection, acting) as session:
        yield session


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
Lived = Callable[[Callable[[], None]], None]


@pytest.fixture
def typed(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Typist:
    """Type a command line; no option comes from the environment nor from a file. A crash stays a crash."""
    for name in ("BASE", "AGENT", "CONTRAT", "EXERCICE", "MODELES"):
        monkeypatch.delenv(f"COFIVILLE_{name}", raising=False)
    monkeypatch.setenv("COFIVILLE_CONFIGURATION", str(tmp_path / "cofiville.toml"))
    program = get_command(cli.app)

    def type_line(*words: str | Path | int) -> Answer:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            program.main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Answer(ended.value.code, out, err)

    return type_line


@pytest.fixture
def cofiville(typed: Typist, base: str) -> Typist:
    """Type a command line on a fresh base."""
    return lambda *words: typed("--base", base, *words)


@pytest.fixture
def in_2016(cofiville: Typist, brought: Lived) -> Typist:
    """Type a command line on a base whose exercice 2016 is open."""

    @brought
    def live() -> None:
        assert cofiville("exercice", "ouvrir", 2016).code == 0

    return cofiville


@pytest.fixture
def tools_of_the_server(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    """pg_dump and pg_restore of the server the tests start, first on the path."""
    if engine.dialect.name == "postgresql":
        monkeypatch.setenv("PATH", f"{server_tools()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def shared_samples() -> Path:
    """The folder of sample files kept beside the checkout, or named by COFIVILLE_SHARED."""
    folder = Path(os.environ.get("COFIVILLE_SHARED") or ROOT.parent / "shared") / "samples"
    if not folder.is_dir():
        pytest.skip(f"no sample files in {folder}")
    return folder
