"""`cofiville convention scinder`, `action transferer`: what is not ordered goes on under another convention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

from ledger.commands.conventions.convention_typing import typed_facts
from ledger.commands.conventions.convention_views import Numero
from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Le, NumeroAction, Oui, Piece, argument, confirm, day, option
from ledger.commands.outcome import Outcome, Row
from ledger.commands.referential.porteur_merging import to_formalise
from ledger.conventions.fields import AVENANT_TYPED, BENEFICIARY
from ledger.core.errors import InvalidValue
from ledger.core.money import total
from ledger.journal.fields import ACTION, AMOUNT, CONVENTION, ENTRY, LINE
from ledger.referential.fields import PORTEUR
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.model import Convention
    from ledger.conventions.move_commitment import PartToMove
    from ledger.core.money import Money

MOVED = (
    CONVENTION.but(name="de", title="de la convention"),
    CONVENTION.but(title="à la convention"),
    BENEFICIARY.but(title="porteur"),
    ACTION,
    LINE,
    AMOUNT.but(name="ordonne", title="ordonné", help="Ce qui est ordonné, et reste.", summed=True),
    AMOUNT.but(name="reste", title="reste", help="Ce que garde la première.", summed=True),
    AMOUNT.but(name="passe", title="passe", help="Ce que reçoit la nouvelle.", summed=True),
    ENTRY,
)

_PART = AVENANT_TYPED["amounts"].but(
    help="Ce qui passe à la nouvelle : LIGNE=MONTANT ; répétable. Sans montant, tout ce qui n'est pas ordonné.",
    placeholder="LIGNE=MONTANT",
)
_CONCERNED = ACTION.but(help="L'action visée, si la convention en a plusieurs.")
_TAKER = PORTEUR.but(help="Le porteur qui reprend l'action.")


def convention_scinder(
    numero: Numero,
    montant: Annotated[list[str] | None, option(_PART)] = None,
    action: Annotated[str | None, option(_CONCERNED)] = None,
    piece: Piece = "",
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
    """Scinde une convention signée : ce qui y est ordonné reste, et une partie du reste passe à une nouvelle.

    La nouvelle convention est au même porteur, aux mêmes conditions ; l'échéancier se partage, au centime. Ce qui
    passe est montré avant d'être confirmé. S'annule d'un coup par journal annuler.

    Exemple : cofiville convention scinder C2016-001 --montant ARS-DROIT-COMMUN=1000 --piece "Avenant 1"
        --le 2016-05-19 --oui
    """
    from ledger.conventions.move_commitment import move_commitment
    from ledger.conventions.queries import find_convention
    from ledger.execution.queries import bilans_of_conventions
    from ledger.referential.queries import find_porteur

    amounts = typed_facts(AVENANT_TYPED, {"montant": montant}).get("amounts", {})
    with reading() as session:
        convention = find_convention(session, numero)
        parts = _parts(session, convention, amounts, action)
        shown = _preview(session, convention, parts, convention.beneficiary or "")
    confirm(f"{shown}.", oui)
    with writing() as session:
        convention = find_convention(session, numero)
        assert convention.beneficiary is not None
        parts = _parts(session, convention, amounts, action)
        new, posted = move_commitment(
            session,
            convention,
            parts,
            porteur=find_porteur(session, convention.beneficiary),
            piece=piece,
            on=day(le),
            settled=set(bilans_of_conventions(session, convention.number)),
        )
        rows, papers = tuple(_rows(convention, new, posted.sequence, parts)), [_papers(convention, new)]
    return _told(f"{rows[0]['de']} est scindée", rows, papers)


def _parts(session: Session, convention: Convention, amounts: dict[str, Money], action: str | None) -> list[PartToMove]:
    from ledger.conventions.move_commitment import parts_asked, parts_committed

    chosen = action.strip().upper() if action else None
    if not amounts:
        return parts_committed(session, convention, chosen)
    found = {}
    for line, amount in amounts.items():
        of_line = [each.action for each in convention.lines if each.line == line]
        if chosen is None and len(of_line) > 1:
            raise InvalidValue(
                f"La ligne {line} porte {len(of_line)} actions dans {convention.number}.",
                f"Désignez-en une : --action {of_line[0]}.",
            )
        found[chosen or next(iter(of_line), convention.lines[0].action), line] = amount
    return parts_asked(session, convention, found)


def action_transferer(
    action: NumeroAction,
    porteur: Annotated[str, argument(_TAKER)],
    piece: Piece = "",
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
    """Fait passer une action conventionnée à un autre porteur : ce qui est ordonné reste à qui l'a reçu.

    Ce qui reste engagé passe, convention par convention, à de nouvelles, signées du nouveau porteur, aux mêmes
    conditions. Ce qui passe est montré avant d'être confirmé. S'annule d'un coup par journal annuler.

    Exemple : cofiville action transferer 2016-015 EX-CCAS-DENAIN --piece "Avenant de transfert"
        --le 2016-05-19 --oui
    """
    from ledger.conventions.move_commitment import movable_conventions, transfer_action
    from ledger.execution.queries import bilans_of_conventions
    from ledger.programming.queries import find_action
    from ledger.referential.queries import find_porteur

    with reading() as session:
        moved = movable_conventions(session, find_action(session, action))
        taker = find_porteur(session, porteur)
        shown = " ; ".join(_preview(session, convention, parts, taker.code) for convention, parts in moved)
        asked = f"L'action {action.strip().upper()} passe à {taker.code} ({taker.name}). {shown}."
    confirm(asked, oui)
    with writing() as session:
        found, taker = find_action(session, action), find_porteur(session, porteur)
        settled = {each.number: set(bilans_of_conventions(session, each.number)) for each, _ in moved}
        done = transfer_action(session, found, taker, piece=piece, on=day(le), settled=settled)
        rows = tuple(row for old, new, posted, parts in done for row in _rows(old, new, posted.sequence, parts))
        papers = [_papers(old, new) for old, new, _, _ in done] + to_formalise(session, taker.code)[1]
        told = f"L'action {found.number} est maintenant portée par {taker.code}"
    return _told(told, rows, papers)


def _preview(session: Session, convention: Convention, parts: Sequence[PartToMove], taker: str) -> str:
    from ledger.execution.figures import state_of

    moved, stays = total(each.moved for each in parts), convention.amount - total(each.moved for each in parts)
    return (
        f"{convention.number} garde {stays.french()} pour {convention.beneficiary}, dont"
        f" {state_of(session, convention).ordered.french()} ordonnés ; {moved.french()} passent à une nouvelle"
        f" convention de {taker}"
    )


def _rows(old: Convention, new: Convention, entry: int, parts: Iterable[PartToMove]) -> Iterable[Row]:
    for part in parts:
        yield {
            "de": old.number,
            "convention": new.number,
            "beneficiaire": new.beneficiary,
            "action": part.action,
            "ligne": part.line,
            "ordonne": part.ordered,
            "reste": part.stays,
            "passe": part.moved,
            "ecriture": entry,
        }


def _papers(old: Convention, new: Convention) -> str:
    return (
        f"À faire signer : cofiville document editer convention {new.number} ;"
        f" cofiville document editer avenant {old.number}/{old.avenants[-1].rank}"
    )


def _told(said: str, rows: Sequence[Row], more: Sequence[str]) -> Outcome:
    moved, new = total(row["passe"] for row in rows).french(), dict.fromkeys(row["convention"] for row in rows)
    listing = Listing("Ce qui passe à une nouvelle convention", MOVED, tuple(rows))
    return Outcome(listing, (f"{said} : {moved} passent à {', '.join(new)}.", listing, *more))
