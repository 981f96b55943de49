"""`cofiville enveloppe`: credits notified, modified, and where they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import (
    Annee,
    AuJour,
    ConnuAu,
    Le,
    Ligne,
    Montant,
    MontantSigne,
    Piece,
    argument,
    day,
)
from ledger.commands.declaring.parameters import Option
from ledger.commands.exchange.origins import ORIGINS, Origine, origin_listing, origin_rows
from ledger.commands.outcome import Answer, Outcome, Row, one, several
from ledger.commands.reports.history_line import enveloppe_line
from ledger.core.field import Field, Kind
from ledger.core.money import ZERO
from ledger.journal.fields import ACTION, ALREADY_RECORDED, AMOUNT, CONVENTION, ENTRY, LABEL, LINE, POSITION, YEAR
from ledger.referential.fields import SOURCE, TO_CONFIRM
from ledger.reports.fields import CONSUMPTION
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from ledger.journal.posting import Posted

_TARGET = LINE.but(name="vers", title="ligne qui reçoit", help="La ligne qui reçoit.", placeholder="VERS", since="0.2")
_CEILINGS = (
    LINE,
    Field("plafond", "plafond", Kind.AMOUNT),
    Field("ouvert", "ouvert en tout", Kind.AMOUNT),
    Field("reste", "reste à ouvrir", Kind.AMOUNT),
    Field("par_exercice", "par exercice", Kind.AMOUNT, keyed=True, shown=False),
    Field("regle", "règle", Kind.CODE, shown=False),
    SOURCE,
    TO_CONFIRM.but(shown=False),
)
_HELD = (POSITION, CONVENTION, ACTION, AMOUNT)
_DETAIL = Field("detail", "détail", Kind.RECORD, fields=_HELD, many=True)
# A line that has not moved in the year has no state.
_STATE = tuple(each.but(since="0.2") for each in CONSUMPTION if each.name not in ("ligne", "libelle", "exercice"))

app = group("Enveloppes : ce que chaque financeur notifie, ligne par ligne et année par année.")


def _posted_fields(*more: Field) -> Answer:
    """What an act on an enveloppe answers."""
    return one(LINE, YEAR, ENTRY, ALREADY_RECORDED, *more)


@app.command(
    "notifier", act=True, answer=_posted_fields(Field("avance_reprise", "avance reprise", Kind.AMOUNT, since="0.2"))
)
def enveloppe_notifier(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, le: Le = None) -> Outcome:
    """Enregistre une notification de crédits : ils deviennent disponibles ; elle reprend ce qui fut ouvert par avance.

    Exemple : cofiville enveloppe notifier ETAT-PDV-DRE 2016 175000 --piece "Arrêté 12" --le 2016-02-15
    """
    from ledger.journal.enveloppes import cancel_advance, notify_credits
    from ledger.referential.change_facts import line_that_opens
    from ledger.rules.enveloppe_ceilings import check_ceiling

    with writing() as session:
        line = line_that_opens(session, ligne, annee)
        posted = notify_credits(session, line, annee, montant, piece=piece, on=day(le))
        taken = cancel_advance(session, line, annee, piece=piece, on=day(le)) if posted.new else ZERO
        check_ceiling(session, line, annee)
    words = f" (dont {taken.french()} déjà ouverts par avance)" if taken else ""
    return _posted(posted, line, annee, f"{montant.french()} notifiés sur {line} {annee}{words}", avance_reprise=taken)


@app.command("avancer", act=True, answer=_posted_fields())
def enveloppe_avancer(ligne: Ligne, annee: Annee, montant: Montant, piece: Piece, le: Le = None) -> Outcome:
    """Ouvre des crédits avant le vote du budget ; la notification du budget voté les reprend.

    Exemple : cofiville enveloppe avancer CAPH-DRE 2016 9000 --piece "Délibération du 14/12/2015" --le 2016-01-15
    """
    from ledger.journal.enveloppes import advance_credits
    from ledger.referential.change_facts import line_that_opens
    from ledger.rules.enveloppe_ceilings import check_ceiling

    with writing() as session:
        line = line_that_opens(session, ligne, annee)
        posted = advance_credits(session, line, annee, montant, piece=piece, on=day(le))
        check_ceiling(session, line, annee)
    return _posted(posted, line, annee, f"{montant.french()} ouverts par avance sur {line} {annee}")


@app.command("virer", act=True, answer=_posted_fields(_TARGET))
def enveloppe_virer(
    depuis: Annotated[str, argument(LINE.but(placeholder="DEPUIS", help="La ligne qui donne."))],
    vers: Annotated[str, argument(_TARGET)],
    annee: Annee,
    montant: Montant,
    piece: Piece,
    le: Le = None,
) -> Outcome:
    """Vire des crédits disponibles d'une ligne à une autre du même financeur.

    Exemple : cofiville enveloppe virer CAPH-PDV CAPH-DRE 2016 4000 --piece "Délibération 7" --le 2016-05-02
    """
    from ledger.core.errors import InvalidValue
    from ledger.journal.enveloppes import transfer_credits
    from ledger.referential.change_facts import line_that_opens
    from ledger.referential.queries import find_line
    from ledger.rules.enveloppe_ceilings import check_ceiling

    with writing() as session:
        source, target = find_line(session, depuis), find_line(session, vers)
        if source.financeur != target.financeur:
            raise InvalidValue(
                f"{source.code} est de {source.financeur} et {target.code} de {target.financeur} :"
                " un virement reste chez un même financeur.",
                "Choisissez deux lignes du même financeur : cofiville ligne lister.",
            )
        line_that_opens(session, target.code, annee)
        posted = transfer_credits(session, source.code, target.code, annee, montant, piece=piece, on=day(le))
        check_ceiling(session, target.code, annee)
        source_code, target_code = source.code, target.code
    said = f"{montant.french()} virés de {source_code} à {target_code} {annee}"
    return _posted(posted, source_code, annee, said, vers=target_code)


@app.command("modifier", act=True, answer=_posted_fields())
def enveloppe_modifier(
    ligne: Ligne,
    annee: Annee,
    montant: MontantSigne,
    piece: Piece,
    decision_modificative: Annotated[
        bool, Option("--decision-modificative", help="C'est une décision modificative de l'assemblée.")
    ] = False,
    le: Le = None,
) -> Outcome:
    """Augmente ou diminue des crédits déjà notifiés ; la baisse ne prend que du disponible.

    Exemple : cofiville enveloppe modifier ETAT-PDV-DRE 2016 -5000 --piece "Arrêté 31" --le 2016-06-01
    """
    from ledger.journal.enveloppes import modify_credits
    from ledger.referential.change_facts import line_that_opens
    from ledger.referential.queries import find_line
    from ledger.rules.enveloppe_ceilings import check_ceiling

    with writing() as session:
        raised = montant.cents > 0
        line = line_that_opens(session, ligne, annee) if raised else find_line(session, ligne).code
        posted = modify_credits(session, line, annee, montant, piece=piece, on=day(le), voted=decision_modificative)
        if raised:
            check_ceiling(session, line, annee)
    return _posted(posted, line, annee, f"{line} {annee} modifiée de {montant.french()}")


def _posted(posted: Posted, line: str, year: int, sentence: str, **more: Any) -> Outcome:
    end = f"écriture {posted.sequence}." if posted.new else f"déjà enregistré (écriture {posted.sequence})."
    row = {"ligne": line, "exercice": year, "ecriture": posted.sequence, "deja_enregistre": not posted.new}
    return Outcome(row | more, (f"{sentence} : {end}",))


@app.command("plafonds", answer=several(*_CEILINGS))
def enveloppe_plafonds(annee: Annee) -> Outcome:
    """Montre les lignes plafonnées sur plusieurs exercices : le plafond, ce qui est ouvert, ce qui reste à ouvrir.

    Un plafond est une règle datée et sourcée de la ligne ; n'importe laquelle peut en avoir un :
    regle ajouter CODE --genre plafond_enveloppe --portee ligne=LIGNE --chiffre montant=MONTANT …

    Exemple : cofiville enveloppe plafonds 2018
    """
    from ledger.core.money import total
    from ledger.rules.enveloppe_ceilings import ceilings

    with reading() as session:
        states = ceilings(session, annee)
    rows = tuple(
        {
            "ligne": each.line,
            "plafond": each.rule.figures.amount,
            "ouvert": total(each.opened.values()),
            "reste": each.left,
            "par_exercice": {str(year): amount for year, amount in each.opened.items()},
            "regle": each.rule.code,
            "source": str(each.rule.source),
            "a_confirmer": each.rule.to_confirm,
        }
        for each in states
    )
    return Outcome(Listing(f"Plafonds, {annee}", _CEILINGS, rows))


@app.command("lister", answer=several(*CONSUMPTION))
def enveloppe_lister(annee: Annee, le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Montre où en sont les crédits de chaque ligne d'un exercice.

    Exemple : cofiville enveloppe lister 2016 --le 2016-06-30
    """
    from ledger.exchange.export.example import example_note
    from ledger.journal.announcements import announcement_states, announcement_words
    from ledger.reports.consumption import consumption, consumption_report

    with reading_as_of(le, connu_au) as session:
        lines = consumption(session, annee, on=le)
        note = example_note(session, annee)
        announced = announcement_words(announcement_states(session, [annee], on=le))
    report = consumption_report(lines, "")
    return Outcome(replace(report, title=f"Enveloppes {annee}{note}", notes=(*report.notes, *announced)))


@app.command("montrer", answer=one(LINE, LABEL, YEAR, *_STATE, _DETAIL, ORIGINS))
def enveloppe_montrer(
    ligne: Ligne, annee: Annee, le: AuJour = None, connu_au: ConnuAu = None, origine: Origine = False
) -> Outcome:
    """Montre une ligne d'un exercice : ses positions, convention par convention, action par action.

    Exemple : cofiville enveloppe montrer ETAT-PDV-DRE 2016
    """
    from ledger.exchange.sheets.referential import ENVELOPPES
    from ledger.journal.announcements import announcement_states, announcement_words
    from ledger.journal.balances import balances
    from ledger.referential.queries import find_line
    from ledger.reports.consumption import consumption

    with reading_as_of(le, connu_au) as session:
        line = find_line(session, ligne)
        state = [each.row() for each in consumption(session, annee, on=le) if each.line == line.code]
        held = balances(session, on=le, line=line.code, year=annee)
        announced = announcement_words(announcement_states(session, [annee], line=line.code, on=le))
        origins = origin_rows(session, (ENVELOPPES, (line.code, str(annee)))) if origine else None
        last = enveloppe_line(session, line.code, annee, le, connu_au)
    details = [
        {"position": str(key.position), "convention": key.convention, "action": key.action, "montant": amount}
        for key, amount in held.items()
    ]
    row: Row = {"ligne": line.code, "libelle": line.label, "exercice": annee, **(state[0] if state else {})}
    row |= {"detail": details} | ({} if origins is None else {"origine": origins})
    shown = Listing(f"{line.code} {annee} — {line.label}", _HELD, tuple(details))
    return Outcome(row, (shown, *announced, *(() if origins is None else (origin_listing(origins),)), *last))
