"""`cofiville action annuler-saisie`: an action entered by mistake, taken out of everything but its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.options import Le, NumeroAction, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome
from ledger.journal.fields import ACTION, EFFECTIVE_ON, MOTIVE
from ledger.programming.fields import TITLE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TAKEN_OUT = (ACTION, TITLE, MOTIVE, EFFECTIVE_ON)


def action_annuler_saisie(
    action: NumeroAction,
    motif: Annotated[str, option(MOTIVE.but(help="Pourquoi : « Saisie deux fois »."))],
    retablir: Annotated[bool, Option("--retablir", help="Remet l'action, dont l'annulation était l'erreur.")] = False,
    le: Le = None,
) -> Outcome:
    """Annule une action saisie par erreur : elle sort des listes, des totaux, des exports et des tableaux.

    Son histoire reste (historique), et son numéro ne sert plus. Une action qui a reçu quelque chose ne s'annule pas
    ainsi.

    Exemple : cofiville action annuler-saisie 2016-099 --motif "Saisie deux fois"
    """
    from ledger.programming.actions.mistakes import restore_action, withdraw_action

    on = day(le)
    with writing() as session:
        if retablir:
            found = restore_action(session, action, on=on)
        else:
            found = withdraw_action(session, action, reason=motif, on=on, holders=_holders(session, action))
        row = {"action": found.number, "intitule": found.title, "motif": motif.strip(), "le": on}
    said = (
        "est de nouveau dans les listes et les totaux" if retablir else "ne compte plus : c'était une erreur de saisie"
    )
    return Outcome(row, (f"L'action {row['action']} ({row['intitule']}) {said}.",))


def _holders(session: Session, action: str) -> list[tuple[str, str]]:
    """What rests on the action, and the command that undoes it."""
    from sqlalchemy import select

    from ledger.conventions.model import Convention, ConventionLine
    from ledger.conventions.vocabulary import ConventionStatus
    from ledger.programming.posts.model import Post

    number = action.strip().upper()
    standing = (
        select(Convention.number)
        .join(ConventionLine, ConventionLine.convention == Convention.number)
        .where(ConventionLine.action == number, Convention.state != ConventionStatus.CANCELLED)
        .order_by(Convention.number)
    )
    posts = select(Post.code, Post.year).where(Post.action == number).order_by(Post.year, Post.code)
    return [
        *((f"la convention {each}", f"cofiville convention annuler {each}") for each in session.scalars(standing)),
        *((f"le poste {each} {year}", f"cofiville poste lister {year}") for each, year in session.execute(posts)),
    ]
