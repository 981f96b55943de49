"""`cofiville convention avenant`, `annuler`, `solder`, `tranche`: what happens to a convention after its signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.conventions.convention_typing import Debut, Echeance, Fin, typed_facts
from ledger.commands.conventions.convention_views import Numero
from ledger.commands.declaring.access import writing
from ledger.commands.declaring.options import Annee, Le, Malgre, Oui, Piece, argument, confirm, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row
from ledger.conventions.fields import AVENANT_TYPED, RANK, STATE
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import Money
from ledger.journal.fields import ACTION, ALREADY_RECORDED, AMOUNT, CONVENTION, ENTRY, LINE, YEAR

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.model import Avenant, Convention
    from ledger.conventions.schedule import LineKey
    from ledger.journal.posting import Posted

AMENDED = (
    CONVENTION,
    RANK.but(name="avenant", title="avenant"),
    AMOUNT.but(name="avant", title="avant"),
    AMOUNT.but(name="apres", title="après"),
    ENTRY.but(optional=True),
    ALREADY_RECORDED.but(since="0.2"),
)
CANCELLED = (CONVENTION, STATE, AMOUNT.but(since="0.2"), ENTRY.but(since="0.2"))
SETTLED = (Field("conventions", "conventions", Kind.CODE, many=True), STATE)
OPENED = (CONVENTION, CONVENTION.but(name="suite_de", title="suite de"), YEAR, ACTION, LINE, AMOUNT)

_CONCERNED = ACTION.but(help="L'action visée, si la convention en a plusieurs.")
_FOLLOWING = ACTION.but(help="L'action de l'année qui prend la suite.")


def convention_avenant(
    numero: Numero,
    montant: Annotated[list[str] | None, option(AVENANT_TYPED["amounts"])] = None,
    assiette: Annotated[list[str] | None, option(AVENANT_TYPED["bases"])] = None,
    action: Annotated[str | None, option(_CONCERNED)] = None,
    objet: Annotated[str, option(AVENANT_TYPED["purpose"])] = "",
    debut: Debut = None,
    fin: Fin = None,
    echeance: Echeance = None,
    malgre: Malgre = "",
    piece: Piece = "",
    le: Le = None,
) -> Outcome:
    """Enregistre un avenant signé : montants, dates, objet ou échéancier ; ce qui était signé reste écrit.

    Une hausse prend sur ce qui est programmé, sinon sur l'enveloppe ; une baisse ne descend pas sous ce qui est
    ordonné. Une ligne, ou une action (--action), que la convention ne porte pas y est ajoutée. L'échéancier suit.
    Montant et assiette passent par les mêmes règles que l'attribution ; --malgre en garde le motif.

    Exemple : cofiville convention avenant C2016-001 --montant CAPH-PDV=+1500 --piece "Avenant 1"
        --le 2016-09-12
    """
    typed = typed_facts(AVENANT_TYPED, locals())
    from ledger.conventions.avenants.sign_avenant import record_avenant
    from ledger.conventions.forms import AvenantForm
    from ledger.conventions.queries import find_convention
    from ledger.execution.queries import bilans_of_conventions

    with writing() as session:
        convention = find_convention(session, numero)
        on_lines = {name: _on_lines(convention, action, typed.get(name, {})) for name in ("amounts", "bases")}
        change = AvenantForm(**{**typed, **on_lines, "purpose": objet.strip()})
        settled, known = set(bilans_of_conventions(session, convention.number)), len(convention.avenants)
        found, posted = record_avenant(
            session, convention, change, piece=piece, on=day(le), settled=settled, waiver=malgre
        )
        row = _avenant_row(convention, found, posted, known)
    again = " (déjà enregistré)" if row["deja_enregistre"] else ""
    sums = f"{row['avant'].french()} avant, {row['apres'].french()} après{again}"
    return Outcome(row, (f"Avenant {row['avenant']} à {row['convention']} : {sums}.",))


def _avenant_row(convention: Convention, found: Avenant, posted: Posted | None, known: int) -> Row:
    """known: how many avenants the convention had before."""
    from ledger.conventions.read_conventions import read_avenant

    read = read_avenant(found)
    return {
        "convention": convention.number,
        "avenant": found.rank,
        "avant": read.before.amount,
        "apres": read.after.amount,
        "ecriture": posted.sequence if posted else None,
        "deja_enregistre": found.rank <= known,
    }


def _on_lines(convention: Convention, action: str | None, amounts: dict[str, Money]) -> dict[LineKey, Money]:
    found: dict[LineKey, Money] = {}
    for line, amount in amounts.items():
        of_line = [each.action for each in convention.lines if each.line == line]
        chosen = action.strip().upper() if action else of_line[0] if len(of_line) == 1 else None
        if chosen is None and len(of_line) > 1:
            raise InvalidValue(
                f"La ligne {line} porte {len(of_line)} actions dans {convention.number}.",
                f"Désignez-en une : --action {of_line[0]}.",
            )
        found[chosen or convention.lines[0].action, line] = amount
    return found


def convention_annuler(
    numero: Numero,
    motif: Annotated[str, Option(help="Pourquoi, si la convention est signée.")] = "",
    piece: Piece = "",
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
    """Met de côté un brouillon, ou annule une convention signée sur laquelle rien n'est encore ordonné.

    Les crédits d'une convention signée redeviennent disponibles.

    Exemple : cofiville convention annuler C2016-001 --motif "Action abandonnée" --piece "Délibération du 12/09/2016"
        --le 2016-09-12 --oui
    """
    from ledger.conventions.end_convention import cancel_convention
    from ledger.conventions.queries import find_convention
    from ledger.conventions.sign_convention import cancel_draft

    confirm(f"La convention {numero} sera annulée.", oui)
    with writing() as session:
        convention = find_convention(session, numero)
        row: Row = {"convention": convention.number, "etat": ConventionStatus.CANCELLED.label}
        if convention.state == ConventionStatus.DRAFT:
            cancel_draft(session, convention, on=day(le))
        else:
            posted, freed = cancel_convention(session, convention, piece=piece, motive=motif, on=day(le))
            row |= {"montant": freed, "ecriture": posted.sequence}
    freed_words = f", {row['montant'].french()} de nouveau disponibles" if "montant" in row else ""
    return Outcome(row, (f"Convention {row['convention']} annulée{freed_words}.",))


def convention_solder(
    numero: Annotated[str | None, argument(CONVENTION)] = None,
    toutes: Annotated[
        int | None, Option("--toutes", metavar="ANNEE", help="Toutes celles de l'année qui peuvent l'être.")
    ] = None,
    oui: Oui = False,
) -> Outcome:
    """Solde une convention sur laquelle plus rien n'est à payer ni à recouvrer : aucun acte n'y est plus possible.

    Exemple : cofiville convention solder --toutes 2016 --oui
    """
    from ledger.commands.declaring.usage import WrongUsage
    from ledger.conventions.end_convention import settle_convention
    from ledger.conventions.queries import find_convention

    if (numero is None) == (toutes is None):
        raise WrongUsage("Désignez une convention, ou toutes celles d'une année.", "Par exemple : --toutes 2016.")
    confirm("Plus aucun acte ne sera possible sur ce qui est soldé.", oui)
    with writing() as session:
        if numero is not None:
            convention = find_convention(session, numero)
            settle_convention(session, convention, missing=_without_bilan(session, convention))
            settled = [convention.number]
        else:
            assert toutes is not None
            settled = _settle_all(session, toutes)
    said = f"{len(settled)} convention(s) soldée(s) : {', '.join(settled) or 'aucune ne peut l’être'}."
    return Outcome({"conventions": settled, "etat": ConventionStatus.SETTLED.label}, (said,))


def _without_bilan(session: Session, convention: Convention) -> set[str]:
    from ledger.execution.queries import bilans_of_conventions

    return {line.action for line in convention.lines if line.amount} - set(
        bilans_of_conventions(session, convention.number)
    )


def _settle_all(session: Session, year: int) -> list[str]:
    from ledger.conventions.end_convention import EndRefused, settle_convention
    from ledger.conventions.queries import conventions

    done = []
    for each in conventions(session, year):
        if each.state != ConventionStatus.SIGNED:
            continue
        try:
            settle_convention(session, each, missing=_without_bilan(session, each))
        except EndRefused:
            continue
        done.append(each.number)
    return done


def convention_tranche(
    numero: Numero,
    annee: Annee,
    action: Annotated[str | None, option(_FOLLOWING)] = None,
    malgre: Malgre = "",
    piece: Piece = "",
    le: Le = None,
) -> Outcome:
    """Ouvre une année d'une convention pluriannuelle : sa tranche, prévue jusque-là, devient ferme.

    Ce qui n'est pas encore accordé l'est par la même pièce, si l'enveloppe et les règles le permettent.

    Exemple : cofiville convention tranche C2016-001 2017 --piece "Délibération du 06/02/2017" --le 2017-02-06
    """
    from ledger.conventions.open_slice import open_slice
    from ledger.conventions.queries import find_convention
    from ledger.reports.listing import Listing

    with writing() as session:
        convention = find_convention(session, numero)
        opened = open_slice(session, convention, annee, piece=piece, on=day(le), action=action, waiver=malgre)
        rows = tuple(
            {
                "convention": opened.number,
                "suite_de": convention.number,
                "exercice": annee,
                "action": line.action,
                "ligne": line.line,
                "montant": line.amount,
            }
            for line in opened.lines
        )
    return Outcome(Listing(f"Tranche {annee} ferme", OPENED, rows))
