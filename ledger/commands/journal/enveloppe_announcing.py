"""`cofiville enveloppe annoncer`, `geler`, `degeler`: what a financeur says of its credits, and how it is covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Annee, Le, Ligne, Montant, Piece, day
from ledger.commands.journal.enveloppe import app as app
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.core.money import total
from ledger.core.words import typed_words
from ledger.journal.fields import ACTION, ALREADY_RECORDED, AMOUNT, CONVENTION, EFFECTIVE_ON, ENTRY, LINE, PIECE, YEAR
from ledger.reports.fields import COMMAND
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.conventions.cover_lowering import CoverPart
    from ledger.core.money import Money
    from ledger.journal.announcements import AnnouncementState
    from ledger.journal.posting import Posted

_COVERED = AMOUNT.but(name="couvert", title="couvert", help="Ce que le disponible couvre.")
_MISSING = AMOUNT.but(name="a_trouver", title="à trouver", help="Ce qui est à trouver dans ce qui est accordé.")
_POSTED = one(LINE, YEAR, AMOUNT, _COVERED, _MISSING, ENTRY, ALREADY_RECORDED)
_ANNOUNCED = (
    LINE,
    Field("nature", "nature"),
    EFFECTIVE_ON.but(title="annoncé le"),
    AMOUNT,
    _COVERED,
    _MISSING,
    PIECE,
    ENTRY,
)
_PARTS = (
    Field("etat", "état"),
    CONVENTION.but(optional=True),
    ACTION,
    EFFECTIVE_ON.but(title="du", optional=True),
    AMOUNT.but(title="accordé"),
    AMOUNT.but(name="libre", title="peut baisser", help="Ce qui n'est ni ordonné ni payé."),
    AMOUNT.but(name="propose", title="proposé", help="Ce qui est proposé de retirer."),
    COMMAND,
)
_COVER = one(LINE, YEAR, _MISSING, Field("attributions", "attributions", Kind.RECORD, fields=_PARTS, many=True))
_DRAFT = Field("brouillon", "n°", Kind.INTEGER, help="Le numéro du brouillon.")
_DRAFTS = (_DRAFT, Field("commande", "acte", Kind.CODE))


@app.command("annoncer", act=True, answer=_POSTED)
def enveloppe_annoncer(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, le: Le = None) -> Outcome:
    """Enregistre une baisse que le financeur annonce et qui n'est pas encore faite ; le disponible lui est gardé.

    Ce que le disponible ne couvre pas se trouve dans ce qui est accordé : enveloppe couvrir en propose le chemin.
    Une fois couverte, la baisse s'enregistre sous la même pièce : enveloppe modifier.

    Exemple : cofiville enveloppe annoncer ETAT-PDV-ACTIONS 2016 2000 --piece "Courrier du préfet du 03/10/2016"
        --le 2016-10-03
    """
    from ledger.journal.announcements import announce_lowering

    with writing() as session:
        line = _line(session, ligne)
        posted = announce_lowering(session, line, annee, montant, piece=piece, on=day(le))
        return _posted(session, posted, line, annee, montant, f"Baisse de {montant.french()} annoncée")


@app.command("geler", act=True, answer=_POSTED)
def enveloppe_geler(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, le: Le = None) -> Outcome:
    """Enregistre un gel : ces crédits restent notifiés et ne peuvent plus rien financer jusqu'à sa levée.

    Exemple : cofiville enveloppe geler ETAT-PDV-ACTIONS 2016 1000 --piece "Circulaire du 03/10/2016" --le 2016-10-03
    """
    from ledger.journal.announcements import freeze_credits

    with writing() as session:
        line = _line(session, ligne)
        posted = freeze_credits(session, line, annee, montant, piece=piece, on=day(le))
        return _posted(session, posted, line, annee, montant, f"{montant.french()} gelés")


@app.command("degeler", act=True, answer=_POSTED)
def enveloppe_degeler(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, le: Le = None) -> Outcome:
    """Lève un gel, en tout ou en partie. Si le financeur le confirme en baisse : enveloppe annoncer ensuite.

    Exemple : cofiville enveloppe degeler ETAT-PDV-ACTIONS 2016 500 --piece "Courrier du 02/11/2016" --le 2016-11-02
    """
    from ledger.journal.announcements import thaw_credits

    with writing() as session:
        line = _line(session, ligne)
        posted = thaw_credits(session, line, annee, montant, piece=piece, on=day(le))
        return _posted(session, posted, line, annee, montant, f"{montant.french()} dégelés")


def _line(session: Session, code: str) -> str:
    from ledger.referential.queries import find_line

    return find_line(session, code).code


def _posted(session: Session, posted: Posted, line: str, year: int, amount: Money, said: str) -> Outcome:
    """What announcing answers: the amounts covered and missing are those of the line, all that is announced counted."""
    from ledger.journal.announcements import announcement_states

    states = announcement_states(session, [year], line=line)
    covered, missing = total(each.covered for each in states), total(each.missing for each in states)
    row = {
        "ligne": line,
        "exercice": year,
        "montant": amount,
        "couvert": covered,
        "a_trouver": missing,
        "ecriture": posted.sequence,
        "deja_enregistre": not posted.new,
    }
    end = f"écriture {posted.sequence}" if posted.new else f"déjà enregistré (écriture {posted.sequence})"
    more = f" ; {missing.french()} à trouver : cofiville enveloppe couvrir {line} {year}" if missing else ""
    return Outcome(row, (f"{said} sur {line} {year} : {end} ; {covered.french()} gardés sur le disponible{more}.",))


@app.command("annonces", answer=several(*_ANNOUNCED))
def enveloppe_annonces(annee: Annee) -> Outcome:
    """Montre les baisses annoncées et les gels qui courent, ce qui les couvre et ce qui est à trouver.

    Exemple : cofiville enveloppe annonces 2016
    """
    from ledger.journal.announcements import announcement_states

    with reading() as session:
        rows = tuple(_announced_row(each) for each in announcement_states(session, [annee]))
    return Outcome(Listing(f"Baisses annoncées et gels, {annee}", _ANNOUNCED, rows))


def _announced_row(state: AnnouncementState) -> dict[str, Any]:
    from ledger.journal.vocabulary import AnnouncementKind

    return {
        "ligne": state.row.line,
        "nature": AnnouncementKind(state.row.kind).label,
        "le": state.row.announced_on,
        "montant": state.amount,
        "couvert": state.covered,
        "a_trouver": state.missing,
        "piece": state.row.piece,
        "ecriture": state.row.entry_number,
    }


@app.command("couvrir", answer=_COVER)
def enveloppe_couvrir(ligne: Ligne, annee: Annee) -> Outcome:
    """Propose où trouver ce qu'une baisse annoncée ou un gel découvre, attribution par attribution ; n'écrit rien.

    D'abord ce qui est accordé sans convention, puis les conventions non signées, puis les signées, qui ne baissent que
    par un avenant accepté par le porteur et jamais de ce qui est ordonné ; les plus récentes d'abord, sans prorata.

    Exemple : cofiville enveloppe couvrir ETAT-PDV-ACTIONS 2016
    """
    with reading() as session:
        line = _line(session, ligne)
        missing, parts = _proposed(session, line, annee)
    rows = tuple(_part_row(each, line) for each in parts)
    left = missing - total(each.taken for each in parts)
    listing = Listing(f"{line} {annee} : {missing.french()} à trouver", _PARTS, rows)
    said = f"{left.french()} restent à trouver, que rien de ce qui est accordé ne peut donner." if left else ""
    row = {"ligne": line, "exercice": annee, "a_trouver": missing, "attributions": list(rows)}
    return Outcome(row, (listing, said) if said else (listing,))


def _proposed(session: Session, line: str, year: int) -> tuple[Money, list[CoverPart]]:
    from ledger.conventions.cover_lowering import cover_parts
    from ledger.conventions.queries import conventions
    from ledger.execution.queries import settled_actions
    from ledger.journal.announcements import announcement_states

    missing = total(each.missing for each in announcement_states(session, [year], line=line))
    settled = set(settled_actions(session, [each.number for each in conventions(session, year)]))
    return missing, cover_parts(session, line, year, missing, settled=settled)


def _part_row(part: CoverPart, line: str) -> dict[str, Any]:
    return {
        "etat": part.kind.label,
        "convention": part.convention or None,
        "action": part.action,
        "le": part.since,
        "montant": part.granted,
        "libre": part.free,
        "propose": part.taken,
        "commande": " ".join(("cofiville", *_words(part, line, "PIECE"))) if part.taken else "",
    }


def _words(part: CoverPart, line: str, piece: str) -> list[str]:
    """The act that takes what is proposed of this grant."""
    from ledger.conventions.vocabulary import CoverKind

    if part.kind is CoverKind.DRAFT:
        return ["convention", "annuler", part.convention]
    if part.kind is CoverKind.GRANT:
        return ["allocation", "retirer", part.action, line, part.taken.plain(), "--piece", piece]
    amount = f"{line}={(-part.taken).plain()}"
    return ["convention", "avenant", part.convention, "--action", part.action, "--montant", amount, "--piece", piece]


@app.command("preparer", act=True, answer=several(*_DRAFTS))
def enveloppe_preparer(ligne: Ligne, annee: Annee, piece: Piece, le: Le = None) -> Outcome:
    """Prépare en brouillons ce que propose enveloppe couvrir : retraits et avenants, à valider une fois acceptés.

    Un brouillon se modifie, s'abandonne ou se valide : brouillon lister. Une convention non signée n'en a pas besoin :
    annulez-la, retirez, puis préparez-la de nouveau.

    Exemple : cofiville enveloppe preparer ETAT-PDV-ACTIONS 2016 --piece "Baisse du 03/10/2016" --le 2016-10-10
    """
    on = day(le)
    with writing() as session:
        rows, refused = _prepared(session, _line(session, ligne), annee, piece, on)
    said = f"{len(rows)} brouillon(s) : rien n'est au livre ; validez ceux qui sont acceptés : brouillon valider."
    return Outcome(rows, (Listing("Brouillons préparés", _DRAFTS, tuple(rows)), *refused, said))


def _prepared(session: Session, line: str, year: int, piece: str, on: date) -> tuple[list[dict[str, Any]], list[str]]:
    """The brouillons kept, and why what else is proposed cannot be one; nothing is kept twice."""
    from ledger.commands.execution.brouillon import prepare_brouillon
    from ledger.conventions.vocabulary import CoverKind
    from ledger.core.errors import LedgerError
    from ledger.execution.drafts import brouillons

    waiting = [list(each.words) for each in brouillons(session)]
    rows, refused = [], []
    for part in _proposed(session, line, year)[1]:
        words = [*_words(part, line, piece), "--le", on.isoformat()]
        if not part.taken or part.kind is CoverKind.DRAFT or words in waiting:
            continue
        try:
            number, _ = prepare_brouillon(session, words)
        except LedgerError as refusal:
            refused.append(f"{typed_words(words)} : {refusal.problem} → {refusal.remedy}")
        else:
            rows.append({"brouillon": number, "commande": typed_words(words)})
    return rows, refused
