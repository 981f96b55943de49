"""`cofiville recouvrement remettre`, `non-valeur`, `eteindre`: what of a titre is lost, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.options import Le, Oui, Piece, confirm, day, option
from ledger.commands.execution.recouvrement import NumeroTitre
from ledger.commands.execution.recouvrement import app as app
from ledger.commands.outcome import Outcome, one
from ledger.core.field import Field
from ledger.core.money import Money
from ledger.execution.fields import ACCOUNT, TITRE
from ledger.execution.vocabulary import DebtLossKind
from ledger.journal.fields import ALREADY_RECORDED, AMOUNT, ENTRY, MOTIVE

if TYPE_CHECKING:
    from datetime import date

_PART = AMOUNT.but(help="Ce qui est perdu du titre ; sans lui, tout ce qu'il attend encore.", optional=True)
_AGREEMENT = Field(
    "accord",
    "accord",
    help="La pièce où le financeur dont c'était l'argent renonce à le récupérer ; sans elle, l'EPCI le lui doit.",
    placeholder="PIECE",
)
_LOST = (TITRE, Field("perte", "perte"), AMOUNT, ACCOUNT, AMOUNT.but(name="reste", title="reste"), ENTRY)
_ANSWER = one(*_LOST, ALREADY_RECORDED)
Motif = Annotated[str, option(MOTIVE.but(help="Pourquoi elle est perdue."))]
Part = Annotated[Money | None, option(_PART)]
Accord = Annotated[str, option(_AGREEMENT)]


@app.command("remettre", act=True, answer=_ANSWER)
def recouvrement_remettre(
    titre: NumeroTitre,
    motif: Motif,
    piece: Piece,
    montant: Part = None,
    accord: Accord = "",
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
    """Fait remise gracieuse, par délibération, de ce qu'un titre attend : le porteur ne le doit plus, l'EPCI le porte.

    Se défait par journal annuler.

    Exemple : cofiville recouvrement remettre T-2017-118 --motif "Association en difficulté"
        --piece "Délibération du 12/09/2017" --le 2017-09-20 --oui
    """
    confirm(f"Ce que le titre {titre} attend sera remis : le porteur ne le devra plus.", oui)
    return _lose(titre, DebtLossKind.REMISSION, montant, motif, piece, le, accord)


@app.command("non-valeur", act=True, answer=_ANSWER)
def recouvrement_non_valeur(
    titre: NumeroTitre, motif: Motif, piece: Piece, montant: Part = None, oui: Oui = False, le: Le = None
) -> Outcome:
    """Admet en non-valeur ce que le comptable n'arrive pas à recouvrer : la dette demeure et peut encore rentrer.

    Ce qui rentre ensuite s'encaisse sur le même titre. Se défait par journal annuler.

    Exemple : cofiville recouvrement non-valeur T-2017-118 --motif "Poursuites sans effet"
        --piece "Délibération du 12/09/2017" --le 2017-09-20 --oui
    """
    confirm(f"Ce que le titre {titre} attend sera admis en non-valeur ; la dette demeure.", oui)
    return _lose(titre, DebtLossKind.WRITE_OFF, montant, motif, piece, le)


@app.command("eteindre", act=True, answer=_ANSWER)
def recouvrement_eteindre(
    titre: NumeroTitre,
    motif: Motif,
    piece: Piece,
    montant: Part = None,
    accord: Accord = "",
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
    """Constate qu'un jugement a éteint ce qu'un titre attend, admis en non-valeur ou non : plus rien ne peut rentrer.

    Se défait par journal annuler.

    Exemple : cofiville recouvrement eteindre T-2017-118 --motif "Clôture pour insuffisance d'actif"
        --piece "Jugement du 12/09/2017" --le 2017-09-20 --oui
    """
    confirm(f"Ce que le titre {titre} attend sera éteint par un jugement.", oui)
    return _lose(titre, DebtLossKind.EXTINCTION, montant, motif, piece, le, accord)


def _lose(
    titre: str, kind: DebtLossKind, amount: Money | None, motive: str, piece: str, on: date | None, agreement: str = ""
) -> Outcome:
    from ledger.execution.recoveries.debt_losses import lose_debt
    from ledger.execution.recoveries.issue_titre import find_titre, titre_state

    with writing() as session:
        found = find_titre(session, titre)
        loss, posted = lose_debt(
            session, found, kind, amount, motive=motive, piece=piece, on=day(on), agreement=agreement
        )
        amount, account = loss.amount, loss.account
        left = titre_state(session, found).left
        row = {
            "titre": found.reference,
            "perte": kind.value,
            "montant": amount,
            "compte": account,
            "reste": left,
            "ecriture": posted.sequence,
            "deja_enregistre": not posted.new,
        }
    charged = f"compte {account}" if account else "compte à demander au comptable"
    said = f"Titre {row['titre']}, {kind.label} : {amount.french()} ({charged})"
    return Outcome(row, (f"{said} ; reste à encaisser {left.french()}{posted.again()}.",))
