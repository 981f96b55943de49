"""The way of the paper: stages on their days, where each convention waits, which documents are missing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.stages import StageRefused, conventions_on_their_way, record_document, record_stage, stages_of
from ledger.core.errors import InvalidValue
from ledger.execution.undo_act import undo_act
from ledger.referential.porteurs import record_contact
from ledger.referential.queries import find_porteur
from ledger.rules.enter_rule import replace_rule
from ledger.rules.vocabulary import PieceKind
from tests.conventions.support import SIGNED_ON, add_action, draft, grant, signed

IBAN = "FR76 3000 6000 0112 3456 7890 189"


def test_stages_are_kept_with_their_days_and_one_may_come_back(session: Session) -> None:
    convention = signed(session)
    for stage, day in (("envoyee", 4), ("retournee", 8), ("envoyee", 11), ("envoyee", 11)):
        record_stage(session, convention, stage, on=date(2016, 4, day))
    assert [(each.stage, each.reached_on.day) for each in stages_of(session, convention)] == [
        ("notifiee", 29),
        ("envoyee", 4),
        ("retournee", 8),
        ("envoyee", 11),
    ]


def test_a_stage_does_not_come_before_one_that_leads_to_it(session: Session) -> None:
    convention = signed(session)
    record_stage(session, convention, "deliberation", on=date(2016, 4, 11))
    with pytest.raises(StageRefused, match="elle n'est « délibération » que le 11/04/2016"):
        record_stage(session, convention, "envoyee", on=date(2016, 4, 10))
    with pytest.raises(InvalidValue, match="n'est pas une étape"):
        record_stage(session, convention, "perdue", on=SIGNED_ON)


def test_what_is_stuck_is_shown_with_where_and_for_how_long_and_what_is_missing(session: Session) -> None:
    signed(session)
    add_action(session, "2016-002")
    grant(session, "2016-002", "100")
    record_stage(session, draft(session, "2016-002"), "envoyee", on=date(2016, 4, 18))
    today = date(2016, 5, 2)
    found = conventions_on_their_way(session, 2016, today)
    assert [(each.convention.number, each.stage, each.days(today)) for each in found] == [
        ("C2016-002", "envoyee", 14),
        ("C2016-001", "notifiee", 3),
    ]
    assert found[0].waits_for == "chez le bénéficiaire, à retourner signée"
    assert found[1].missing == (PieceKind.SIRET, PieceKind.RIB, PieceKind.STATUTS)
    assert found[1].next_act == "cofiville porteur modifier ATELIERS --siret NUMERO"


def test_a_paper_notified_with_all_its_documents_waits_no_more(session: Session) -> None:
    signed(session)
    porteur = find_porteur(session, "ATELIERS")
    porteur.siret = "26590205600018"
    record_contact(session, porteur.code, iban=IBAN, at=datetime(2016, 4, 1, tzinfo=UTC))
    assert conventions_on_their_way(session, 2016, SIGNED_ON)[0].missing == (PieceKind.STATUTS,)
    record_document(session, porteur, "statuts", on=SIGNED_ON, reference="GED 12")
    assert conventions_on_their_way(session, 2016, SIGNED_ON) == []
    with pytest.raises(InvalidValue, match="n'est pas un document attendu"):
        record_document(session, porteur, "passeport", on=SIGNED_ON, reference="")


def test_a_paper_past_the_days_its_stage_allows_is_stuck(session: Session) -> None:
    convention = signed(session)
    [paper] = conventions_on_their_way(session, 2016, SIGNED_ON)
    assert (paper.stage, paper.allowed, paper.limit) == ("notifiee", None, None)
    assert convention.entry_number is not None
    undo_act(session, convention.entry_number, motive="Erreur", on=SIGNED_ON)
    record_stage(session, convention, "envoyee", on=date(2016, 5, 2))
    for day, late in ((date(2016, 5, 2), 0), (date(2016, 6, 1), 0), (date(2016, 6, 2), 1), (date(2016, 6, 30), 29)):
        [paper] = conventions_on_their_way(session, 2016, day)
        assert (paper.allowed, paper.limit, paper.days_late(day)) == (30, date(2016, 6, 1), late)
    assert paper.next_act == f"cofiville convention etape {convention.number} retournee"
    replace_rule(session, "DELAI-ETAPES", {"jours": {"envoyee": 60}}, on=SIGNED_ON)
    [paper] = conventions_on_their_way(session, 2016, date(2016, 6, 30))
    assert (paper.allowed, paper.days_late(date(2016, 6, 30))) == (60, 0)
    record_stage(session, convention, "parapheur", on=date(2016, 6, 30))
    [paper] = conventions_on_their_way(session, 2016, date(2017, 6, 30))
    assert (paper.allowed, paper.days_late(date(2017, 6, 30)), paper.days(date(2017, 6, 30))) == (None, 0, 365)
    assert paper.next_act.startswith(f"cofiville convention signer {convention.number}")
