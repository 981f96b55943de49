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

from ledger.conventions.avenants.sign_avenant import record_avenant
from ledger.conventions.forms import AvenantForm
from ledger.core.money import Money
from ledger.execution.bilans.follow_bilan import remind_bilan, to_remind
from ledger.programming.opinions.letters import send_letters
from ledger.programming.opinions.record_avis import AvisForm, record_avis
from ledger.programming.queries import find_action
from ledger.reports.documents.editing import fill_documents
from ledger.reports.documents.fields import DocumentKind
from ledger.reports.documents.kinds import KINDS
from ledger.reports.documents.template import read_template
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession
from tests.bases import SqliteBases
from tests.execution.dre_figures import EPCI
from tests.execution.dre_year import DreYear

GOLDEN = Path(__file__).parent.parent / "golden" / "documents"
TODAY, LATE, LATER = date(2017, 12, 1), date(2018, 7, 20), date(2018, 8, 20)
EXAMPLES = {
    "avis": ("EX-B 2016", TODAY),
    "convention": ("C2016-001", TODAY),
    "notification": ("C2016-001", TODAY),
    "ordre": ("M-C2017-001-1", TODAY),
    "decompte": ("M-C2016-001-2", TODAY),
    "titre": ("T-2017-118", TODAY),
    "avenant": ("C2017-001/1", TODAY),
    "attestation": ("C2017-001", TODAY),
    "relance1": ("C2017-001", LATE),
    "relance2": ("C2017-001", LATER),
    "mise_en_demeure": ("C2017-001", LATER),
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


def said(session: Session, kind: DocumentKind, own: Path | None = None) -> str:
    """What the document of this kind says for its example."""
    key, on = EXAMPLES[kind.name]
    [content] = fill_documents(session, kind, [key], template=read_template(kind.name, own), on=on).values()
    return text(content)


@contextmanager
def acting_on(base: str) -> Iterator[Session]:
    """A writing session on this base, in the book of CV195."""
    engine = open_engine(base)
    acting = Context("CV195", "test", "test")
    with engine.connect().execution_options(writing=True) as connection, ContractSession(connection, acting) as session:
        yield session
    engine.dispose()


def live(base: str) -> None:
    """Play the worked DRE year to its end, with avis and an avenant; the bilan of 2017 is late and recalled."""
    with acting_on(base) as session:
        year = DreYear(session)
        record_avis(session, AvisForm("2016-B", "ETAT", "favorable", Money(20_000_00)), on=date(2016, 2, 5))
        said = AvisForm("2016-B", "CAF", "reserves", words="Préciser les horaires d'accueil.")
        record_avis(session, said, on=date(2016, 2, 8))
        send_letters(session, [find_action(session, "2016-B")], on=date(2016, 2, 9), due_on=date(2016, 2, 20))
        for _ in year.steps():
            pass
        cofinanced = ("2017-C", EPCI)
        change = AvenantForm(
            amounts={cofinanced: Money(-300_00)}, bases={cofinanced: Money(49_000_00)}, ends_on=date(2018, 3, 31)
        )
        record_avenant(session, year.next_convention, change, piece="Avenant 1 du 27/11/2017", on=date(2017, 11, 27))
        remind_bilan(session, to_remind(session, LATE), on=LATE)
        session.commit()


def write_golden() -> None:
    """Write what every document says."""
    with tempfile.TemporaryDirectory() as folder:
        base = SqliteBases(Path(folder), Path(folder) / "vies").new(Path(folder))
        live(base)
        with acting_on(base) as session:
            for kind in KINDS.values():
                (GOLDEN / f"{kind.name}.txt").write_text(said(session, kind), encoding="utf-8")


if __name__ == "__main__":
    write_golden()
