"""The documents of the worked DRE year, as text; `python -m tests.reports.documents` writes their golden copies."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.table import Table
from sqlalchemy.orm import Session

from ledger.reports.documents.editing import fill_documents
from ledger.reports.documents.kind import Kind
from ledger.reports.documents.kinds import KINDS
from ledger.storage.engine import open_engine
from tests.bases import SqliteBases
from tests.execution.dre_year import DreYear

GOLDEN = Path(__file__).parent.parent / "golden" / "documents"
TODAY = date(2017, 12, 1)
EXAMPLES = {
    "convention": "C2016-001",
    "notification": "C2016-001",
    "ordre": "M-C2017-001-1",
    "decompte": "M-C2016-001-2",
    "titre": "T-2017-118",
}


def text(content: bytes) -> str:
    """What a Word file says, paragraph by paragraph, a line for each row of a table."""

    def lines() -> Iterator[str]:
        for block in Document(BytesIO(content)).iter_inner_content():
            if isinstance(block, Table):
                yield from (" | ".join(cell.text for cell in row.cells) for row in block.rows)
            else:
                yield block.text

    return "\n".join(line for line in lines() if line.strip()) + "\n"


def said(session: Session, kind: Kind, own: Path | None = None) -> str:
    """What the document of this kind says for its example."""
    [content] = fill_documents(session, kind, [EXAMPLES[kind.name]], own=own, on=TODAY).values()
    return text(content)


@contextmanager
def acting_on(base: str) -> Iterator[Session]:
    """A writing session on this base, in the book of CV195."""
    engine = open_engine(base)
    acting = {"contract": "CV195", "agent": "test", "command": "test"}
    with engine.connect().execution_options(writing=True) as connection, Session(connection, info=acting) as session:
        yield session
    engine.dispose()


def live(base: str) -> None:
    """Play the worked DRE year on this base, to its end."""
    with acting_on(base) as session:
        for _ in DreYear(session).steps():
            pass
        session.commit()


def write_golden() -> None:
    """Write what every document says."""
    with tempfile.TemporaryDirectory() as folder:
        base = SqliteBases(Path(folder)).new(Path(folder))
        live(base)
        with acting_on(base) as session:
            for kind in KINDS.values():
                (GOLDEN / f"{kind.name}.txt").write_text(said(session, kind), encoding="utf-8")


if __name__ == "__main__":
    write_golden()
