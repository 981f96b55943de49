"""`cofiville allocation constater` and `constats`: what the managing authority of a line decided to programme."""

from __future__ import annotations

from ledger.allocation.fields import PLACE
from ledger.commands.allocation.allocation_views import app as app
from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Annee, Le, Ligne, MontantSigne, NumeroAction, Piece, day
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.journal.fields import ALREADY_RECORDED, AMOUNT, EFFECTIVE_ON, ENTRY, PIECE
from ledger.reports.listing import Listing

_RECORDED = one(*PLACE, AMOUNT, AMOUNT.but(name="programme", title="programmé", help=""), ENTRY, ALREADY_RECORDED)
_PROGRAMMED = (
    *PLACE,
    EFFECTIVE_ON.but(title="décidé le"),
    AMOUNT.but(summed=True),
    PIECE,
    ENTRY.but(shown=False, since="0.2"),
)


@app.command("constater", answer=_RECORDED)
def allocation_constater(
    action: NumeroAction, ligne: Ligne, montant: MontantSigne, piece: Piece, le: Le = None
) -> Outcome:
    """Enregistre ce que l'autorité de gestion d'une ligne (la Région, pour l'ITI) programme pour une action.

    C'est sa décision, datée : elle ne déplace rien au livre. Ce qui est ainsi programmé reste à l'action quand la
    réserve de la ligne est levée. Négatif pour une déprogrammation ; se défait par journal annuler.

    Exemple : cofiville allocation constater 2016-014 FEDER-ITI 5000
        --piece "Comité de programmation du 12/06/2017" --le 2017-06-12
    """
    from ledger.allocation.record_authority_decision import programmed_by_authority, record_authority_programming

    with writing() as session:
        row, posted = record_authority_programming(session, action, ligne, montant, piece=piece, on=day(le))
        data: Row = {
            "action": row.action,
            "ligne": row.line,
            "montant": row.amount,
            "programme": programmed_by_authority(session, row.action, row.line),
            "ecriture": posted.sequence,
            "deja_enregistre": not posted.new,
        }
    words = f"{data['montant'].french()} ; {data['programme'].french()} en tout"
    return Outcome(data, (f"{data['action']}, {data['ligne']} : programmé par l'autorité de gestion, {words}.",))


@app.command("constats", answer=several(*_PROGRAMMED))
def allocation_constats(annee: Annee) -> Outcome:
    """Montre ce que les autorités de gestion ont programmé pour les actions d'une année.

    Exemple : cofiville allocation constats 2018
    """
    from ledger.allocation.record_authority_decision import authority_programmings

    with reading() as session:
        rows = tuple(
            {
                "action": each.action,
                "ligne": each.line,
                "le": each.decided_on,
                "montant": each.amount,
                "piece": each.piece,
                "ecriture": each.entry_number,
            }
            for each in authority_programmings(session, annee)
        )
    return Outcome(Listing(f"Programmé par les autorités de gestion, {annee}", _PROGRAMMED, rows))
