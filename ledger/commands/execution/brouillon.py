"""`cofiville brouillon`: acts typed and not decided yet; nothing is in the book until they are validated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.choices import agent_name
from ledger.commands.declaring.contract_day import contract_today
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Oui, argument, confirm
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.core.words import typed_words
from ledger.execution.vocabulary import BrouillonState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

app = group("Brouillons : des actes saisis, modifiables, qui n'entrent au livre qu'une fois validés.")

_NUMBER = Field(
    "brouillon", "n°", Kind.INTEGER, help="Le numéro du brouillon.", placeholder="NUMERO", offers="brouillons"
)
_ACT = Field("commande", "acte", help="L'acte, tel qu'on le taperait : versement payer …", placeholder="COMMANDE")
_STATE = Field("etat", "état")
_KEPT = (_NUMBER, _ACT, Field("consequences", "conséquences", Kind.RECORD, help="Ce que l'acte répondrait."))
_BROUILLONS = (_NUMBER, _ACT, Field("agent", "agent"), Field("saisi_le", "saisi le", Kind.DAY), _STATE)
_PLAYED = (_NUMBER, Field("acte", "acte", Kind.RECORD, help="Ce que l'acte a répondu."))

_WHOLE_LINE = {"allow_interspersed_args": False, "ignore_unknown_options": True}

Numero = Annotated[int, argument(_NUMBER)]
Commande = Annotated[list[str], argument(_ACT)]


@app.command("saisir", act=True, answer=one(*_KEPT), line_settings=_WHOLE_LINE)
def brouillon_saisir(commande: Commande) -> Outcome:
    """Garde un acte en brouillon, après avoir vérifié ce qu'il ferait à la suite des autres brouillons.

    Exemple : cofiville brouillon saisir versement payer C2016-001 4000 --le 2016-05-20 --reference "B12 M345"
    """
    from ledger.commands.declaring.playing import dated

    words = dated(commande, contract_today())
    with writing() as session:
        number, consequences = prepare_brouillon(session, words)
    data = {"brouillon": number, "commande": typed_words(words), "consequences": consequences}
    said = f"Brouillon {number} : {typed_words(words)}. Rien n'est au livre : brouillon valider {number}."
    return Outcome(data, (said,))


def prepare_brouillon(session: Session, words: Sequence[str]) -> tuple[int, Any]:
    """The number under which the act is kept as a brouillon, and what it would show after the others.

    raises: what the act raises.
    """
    from ledger.execution.drafts import keep_brouillon
    from ledger.storage.instants import instant_of_record

    consequences = _tried(session, words)
    kept = keep_brouillon(session, words, agent=agent_name(), at=instant_of_record(session))
    return kept.number, consequences


def _tried(session: Session, words: Sequence[str], *, without: int = 0) -> Any:
    """What the act would show after the other brouillons; the book is left as it was."""
    from ledger.commands.declaring.playing import play
    from ledger.core.errors import LedgerError
    from ledger.execution.drafts import brouillons

    earlier = [list(each.words) for each in brouillons(session) if each.number != without]
    trial = session.begin_nested()
    try:
        for before in earlier:
            one = session.begin_nested()
            try:
                play(session, before)
            except LedgerError:
                one.rollback()
            else:
                one.commit()
        return play(session, list(words))
    finally:
        trial.rollback()


@app.command("lister", answer=several(*_BROUILLONS))
def brouillon_lister(
    tous: Annotated[bool, Option("--tous", help="Montre aussi ceux qui sont validés ou abandonnés.")] = False,
) -> Outcome:
    """Liste les brouillons qui attendent une décision.

    Exemple : cofiville brouillon lister
    """
    from ledger.execution.drafts import brouillons
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(
            {
                "brouillon": each.number,
                "commande": typed_words(each.words),
                "agent": each.agent,
                "saisi_le": each.recorded_at.astimezone().date(),
                "etat": BrouillonState(each.state).label,
            }
            for each in brouillons(session, pending=not tous)
        )
    return Outcome(Listing("Brouillons", _BROUILLONS, rows))


@app.command("modifier", act=True, answer=one(*_KEPT), line_settings=_WHOLE_LINE)
def brouillon_modifier(numero: Numero, commande: Commande) -> Outcome:
    """Remplace l'acte d'un brouillon.

    Exemple : cofiville brouillon modifier 3 versement payer C2016-001 4000 --le 2016-05-20 --reference "B12 M345"
    """
    from ledger.commands.declaring.playing import dated
    from ledger.execution.drafts import edit_brouillon, find_brouillon

    words = dated(commande, contract_today())
    with writing() as session:
        kept = find_brouillon(session, numero)
        consequences = _tried(session, words, without=numero)
        edit_brouillon(session, kept, words)
    data = {"brouillon": numero, "commande": typed_words(words), "consequences": consequences}
    return Outcome(data, (f"Brouillon {numero} : {typed_words(words)}.",))


@app.command("abandonner", act=True, answer=one(_NUMBER, _STATE))
def brouillon_abandonner(numero: Numero) -> Outcome:
    """Abandonne un brouillon : il n'entrera pas au livre.

    Exemple : cofiville brouillon abandonner 3
    """
    from ledger.execution.drafts import close_brouillon, find_brouillon
    from ledger.storage.instants import instant_of_record

    with writing() as session:
        close_brouillon(
            session, find_brouillon(session, numero), BrouillonState.ABANDONED, at=instant_of_record(session)
        )
    return Outcome({"brouillon": numero, "etat": "abandonné"}, (f"Brouillon {numero} abandonné.",))


@app.command("valider", act=True, answer=several(*_PLAYED))
def brouillon_valider(
    numeros: Annotated[
        list[int] | None, Argument(metavar="NUMERO", offers="brouillons", help="Les brouillons à valider ; tous sinon.")
    ] = None,
    oui: Oui = False,
) -> Outcome:
    """Enregistre au livre un brouillon, plusieurs ou tous, dans l'ordre de leur saisie : tous ou aucun.

    Exemple : cofiville brouillon valider 3 --oui
    """
    from ledger.commands.declaring.playing import play
    from ledger.execution.drafts import brouillons, close_brouillon, find_brouillon
    from ledger.storage.instants import instant_of_record

    with reading() as session:
        found = [find_brouillon(session, number) for number in sorted(set(numeros or []))] or brouillons(session)
        chosen = [each.number for each in found]
    confirm(f"{len(chosen)} brouillon(s) entreront au livre : ils ne se modifient plus ensuite.", oui)
    with writing() as session:
        rows = []
        for number in chosen:
            each = find_brouillon(session, number)
            words = list(each.words)
            rows.append({"brouillon": each.number, "acte": play(session, words)})
            close_brouillon(session, each, BrouillonState.PLAYED, at=instant_of_record(session))
    return Outcome(rows, (f"{len(rows)} brouillon(s) validé(s).",))
