"""What was signed stays as it was signed: each document says for ever what its act made it say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from ledger.core.period import french_day
from ledger.reports.documents.kept import edition
from ledger.reports.documents.kinds import find_kind
from ledger.reports.documents.model import KeptDocument
from ledger.reports.documents.values import DayField
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession
from tests.conftest import Typist
from tests.conventions.support import SIGNED_ON, signed
from tests.exchange.partners.conftest import done, grant
from tests.exchange.partners.conftest import year as year

SIGNED = "2016-04-29"


def printed(typist: Typist, folder: Path, kind: str, key: str, day: str) -> tuple[str, dict[str, Any]]:
    """The text of the document asked for this day, and what is told of it."""
    words = ("document", "editer", kind, key, "--dossier", folder, "--le", day, "--remplacer")
    found = done(typist("--json", *words))
    origin: dict[str, Any] = found["origines"][0]
    return said(found["fichiers"][0]), origin


def said(path: str) -> str:
    """Every word of a Word file, its tables last."""
    document = Document(BytesIO(Path(path).read_bytes()))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(each.text for each in document.paragraphs), *cells]).replace("\u00a0", " ")


def amended(typist: Typist) -> None:
    words = ("convention", "avenant", "CCAPH", "--montant", "CAPH-PDV=-1000", "--piece", "Avenant 1")
    done(typist("--json", *words, "--le", "2016-10-03"))


@pytest.mark.parametrize("kind", ["convention", "notification"])
def test_a_grant_printed_again_says_what_was_signed(year: Typist, tmp_path: Path, kind: str) -> None:
    """F14: the day of the signature gives the signed amounts for ever; a day after an avenant says it is later."""
    first, noted = printed(year, tmp_path, kind, "CCAPH", SIGNED)
    [file] = tmp_path.glob("*.docx")
    content = file.read_bytes()
    assert ("8 000,00 €" in first, noted["acte_le"], noted["mention"]) == (True, SIGNED, "")
    amended(year)
    done(year("--json", "porteur", "modifier", "ATELIERS", "--nom", "Les Ateliers réunis"))
    again, same = printed(year, tmp_path, kind, "CCAPH", SIGNED)
    assert (again, same["sha256"], file.read_bytes()) == (first, noted["sha256"], content)
    assert {part.date_time for part in ZipFile(file).infolist()} == {(1980, 1, 1, 0, 0, 0)}, "no instant of its making"
    later, other = printed(year, tmp_path, kind, "CCAPH", "2016-11-02")
    assert "7 000,00 €" in later
    assert other["mention"].startswith("État à jour au 03/10/2016")
    assert other["mention"] in later
    assert other["mention"] in year("document", "editer", kind, "CCAPH", "--dossier", tmp_path / "b").out


def test_an_avenant_says_before_and_after_for_ever(year: Typist, tmp_path: Path) -> None:
    """F14: a second avenant changes nothing to what the first one says."""
    amended(year)
    first, _ = printed(year, tmp_path, "avenant", "CCAPH/1", "2016-10-03")
    assert "8 000,00 €" in first
    assert "7 000,00 €" in first
    words = ("convention", "avenant", "CCAPH", "--objet", "Autre objet", "--piece", "Avenant 2", "--le", "2016-11-02")
    done(year("--json", *words))
    assert printed(year, tmp_path, "avenant", "CCAPH/1", "2016-12-01")[0] == first
    assert "Autre objet" in printed(year, tmp_path, "avenant", "CCAPH/2", "2016-12-01")[0]
    assert "Autre objet" not in printed(year, tmp_path, "convention", "CCAPH", "2016-10-05")[0]


def test_an_order_and_its_decompte_say_what_was_ordered(year: Typist, tmp_path: Path) -> None:
    """F14: the porteur's new name is in neither of those of last year."""
    paid = done(year("--json", "convention", "montrer", "CCAPH"))["ordonne"]
    done(year("--json", "versement", "payer", "CCAPH", paid, "--reference", "B1", "--le", "2016-05-20"))
    done(year("--json", "bilan", "saisir", "CCAPH", "--cout", 16000, "--piece", "Bilan", "--le", "2016-11-14"))
    done(year("--json", "versement", "ordonner", "CCAPH", "--le", "2016-12-05"))

    def all_of(kind: str) -> list[tuple[str, bool]]:
        words = ("document", "editer", kind, "--toutes", 2016, "--dossier", tmp_path, "--remplacer")
        found = done(year("--json", *words, "--le", "2016-12-05"))
        assert {each["origine"] for each in found["origines"]} == {"acte"}
        return [(said(path), "Ateliers du Faubourg" in said(path)) for path in found["fichiers"]]

    before = [all_of(kind) for kind in ("ordre", "decompte")]
    assert [[named for _, named in each] for each in before] == [[True, True], [True]]
    assert "8 000,00 €" in before[1][0][0]
    done(year("--json", "porteur", "modifier", "ATELIERS", "--nom", "Les Ateliers réunis"))
    assert [all_of(kind) for kind in ("ordre", "decompte")] == before


def test_an_attestation_and_a_titre_letter_say_what_their_acts_found(year: Typist, tmp_path: Path) -> None:
    """F14: money that comes in afterwards changes neither."""
    paid = done(year("--json", "convention", "montrer", "CCAPH"))["ordonne"]
    done(year("--json", "versement", "payer", "CCAPH", paid, "--reference", "B1", "--le", "2016-05-20"))
    words = ("bilan", "saisir", "CCAPH", "--cout", 0, "--piece", "Courrier", "--le", "2017-01-16")
    done(year("--json", "exercice", "ouvrir", 2017))
    done(year("--json", *words))
    done(year("--json", "recouvrement", "emettre", "CCAPH", "--reference", "T-1", "--le", "2017-02-01"))
    asked = (("attestation", "CCAPH", "2017-01-16"), ("titre", "T-1", "2017-02-01"))
    before = [printed(year, tmp_path, *each) for each in asked]
    assert all(noted["origine"] == "acte" for _, noted in before)
    done(year("--json", "recouvrement", "encaisser", "T-1", 100, "--reference", "E-1", "--le", "2017-03-01"))
    done(year("--json", "porteur", "modifier", "ATELIERS", "--nom", "Les Ateliers réunis"))
    assert [printed(year, tmp_path, *each) for each in asked] == before


def test_a_draft_is_the_state_of_the_book_and_says_nothing(year: Typist, tmp_path: Path) -> None:
    """F14, F50: what is not signed was never kept, and that day shows the draft for ever."""
    action = grant(year, "Jardin", "ATELIERS", "CAPH-PDV", 3000)
    done(year("--json", "convention", "saisir", action, "--payeur", "CAPH", "--numero", "CJ", "--le", "2016-04-25"))
    draft, noted = printed(year, tmp_path, "convention", "CJ", "2016-04-26")
    assert (noted["origine"], noted["mention"]) == ("etat_du_livre", "")
    done(year("--json", "convention", "signer", "CJ", "--piece", "D CJ", "--le", "2016-05-03"))
    again, noted = printed(year, tmp_path, "convention", "CJ", "2016-04-26")
    assert (again, noted["origine"], noted["mention"]) == (draft, "etat_du_livre", "")


def test_what_was_kept_is_never_changed_and_holds_no_person(year: Typist, base: str, tmp_path: Path) -> None:
    """F14: the base refuses it; a contact, which may have to be forgotten, is not in it."""
    engine = open_engine(base)
    with Session(engine) as session:
        kept = session.query(KeptDocument).all()
        assert {each.kind for each in kept} == {"convention", "notification", "ordre"}
        assert all(each.entry_number and not {"contact", "iban"} & set(each.facts) for each in kept)
        with pytest.raises(DatabaseError):
            session.execute(delete(KeptDocument))
    engine.dispose()
    assert done(year("--json", "base", "controler"))["anomalies"] == []


@pytest.mark.parametrize("kind", ["convention", "notification", "ordre", "titre"])
def test_what_is_printed_again_another_day_says_it_is_a_copy(year: Typist, base: str, kind: str) -> None:
    """F14: the day of the act it is the document itself; whatever day is asked for later, a copy of that act."""
    order = done(year("--json", "convention", "montrer", "CCAPH"))["ordonne"]
    done(year("--json", "versement", "payer", "CCAPH", order, "--reference", "B1", "--le", "2016-05-20"))
    if kind == "titre":
        done(year("--json", "exercice", "ouvrir", 2017))
        done(year("--json", "bilan", "saisir", "CCAPH", "--cout", 0, "--piece", "Courrier", "--le", "2017-01-16"))
        done(year("--json", "recouvrement", "emettre", "CCAPH", "--reference", "T-1", "--le", "2017-02-01"))
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=1)
    engine = open_engine(base)
    with ContractSession(engine, Context("CV195", "essai", "essai")) as session:
        states = select(KeptDocument).where(KeptDocument.kind == kind)
        act = session.scalars(states.order_by(KeptDocument.entry_number)).first()
        assert act is not None
        asked = [(act.act_on, today), (act.act_on, tomorrow), (act.act_on + timedelta(days=90), tomorrow)]
        found = [edition(session, find_kind(kind), act.key, on=on, today=day) for on, day in asked]
    engine.dispose()
    assert [each.note for each in found] == ["", *[f"Copie, établie le {french_day(tomorrow)}."] * 2]
    assert found[0].fields == found[1].fields == found[2].fields
    assert found[0].fields["date"] == DayField(act.act_on)


def test_an_act_of_which_no_copy_was_kept_is_told_to_be_the_state_of_the_book(session: Session) -> None:
    """F14: as in a base of an earlier edition, where the act was done before copies were kept."""
    convention = signed(session)
    kind = find_kind("convention")
    printed_on = date(2026, 11, 30)
    found = edition(session, kind, convention.number, on=SIGNED_ON, today=printed_on)
    assert found.kept is None
    assert found.note == (
        "Établi le 30/11/2026 d'après l'état du livre à ce jour : aucun exemplaire n'avait été gardé à l'acte."
    )
