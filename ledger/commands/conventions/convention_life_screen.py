"""`cofiville convention montrer`: one screen, from what was granted to the last cent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.conventions.convention_life import (
    BILANS,
    DOWNSTREAM,
    ENTRIES,
    LINES,
    PAYMENTS,
    SCHEDULE,
    SLICES,
    entries_of,
    life,
)
from ledger.commands.conventions.convention_views import FIGURES, Numero, state_row
from ledger.commands.conventions.convention_waivers import waiver_listing
from ledger.commands.declaring.access import reading
from ledger.commands.declaring.options import day
from ledger.commands.declaring.parameters import Option
from ledger.commands.exchange.origins import Origine, origin_listing, origin_rows
from ledger.commands.outcome import Outcome, Row, Sentence
from ledger.commands.reports.history_line import history_line
from ledger.conventions.fields import RANK, SIGNED_ON, STANDING
from ledger.core.field import Field, Kind
from ledger.core.period import french_day
from ledger.execution.vocabulary import RecoveryStep
from ledger.journal.fields import AMOUNT, PIECE
from ledger.reports.listing import Listing
from ledger.rules.vocabulary import Circuit

if TYPE_CHECKING:
    from ledger.conventions.forms import ReadAvenant, ReadConvention

_AMENDED = (
    RANK.but(title="n°", kind=Kind.ORDINAL),
    SIGNED_ON.but(name="le", title="signé le"),
    AMOUNT.but(name="avant", title="avant"),
    AMOUNT.but(name="apres", title="après"),
    Field("changements", "autres changements"),
    PIECE,
)


def convention_montrer(
    numero: Numero,
    ecritures: Annotated[bool, Option("--ecritures", help="Avec les écritures de chaque chiffre.")] = False,
    origine: Origine = False,
) -> Outcome:
    """Montre la vie d'une convention : accordé, avenants, échéancier, ordonné, versé, justifié, solde.

    Exemple : cofiville convention montrer C2016-001 --ecritures
    """
    from ledger.conventions.queries import epci_financeur, find_convention
    from ledger.execution.figures import state_of

    with reading() as session:
        convention = find_convention(session, numero)
        state = state_of(session, convention)
        row = state_row(state, epci_financeur(session)) | life(session, convention, state.convention, day(None))
        if ecritures:
            row["ecritures"] = entries_of(session, convention)
        if origine:
            from ledger.exchange.sheets.conventions import BILANS as BILAN_SHEET
            from ledger.exchange.sheets.conventions import CONVENTIONS as CONVENTION_SHEET
            from ledger.exchange.sheets.conventions import PAYMENTS as PAYMENT_SHEET

            key = (convention.number,)
            row["origine"] = origin_rows(session, (CONVENTION_SHEET, key), (PAYMENT_SHEET, key), (BILAN_SHEET, key))
        last = history_line(session, "convention", convention.number)
    return Outcome(row, (*_shown(row, state.convention), *last))


def _shown(row: Row, read: ReadConvention) -> Iterator[str | Sentence | Listing]:
    yield from _head(row)
    yield Listing("Situation", FIGURES, (row,))
    yield _lines(row["actions"])
    amended = [_amended(each) for each in read.avenants]
    for title, fields, rows in (
        ("Reversée par", DOWNSTREAM, row["aval"]),
        ("Avenants", _AMENDED, amended),
        ("Tranches des années suivantes", SLICES, row["tranches"]),
        ("Échéancier", SCHEDULE, row["echeances"]),
        ("Versements", PAYMENTS, row["versements"]),
        ("Bilans", BILANS, row["bilans"]),
    ):
        if rows:
            yield Listing(title, fields, tuple(rows))
    if row["derogations"]:
        yield waiver_listing(row["derogations"])
    yield from _followed(row)
    entries = row.get("ecritures", {})
    for figure in FIGURES:
        if figure.name in entries:
            yield Listing(f"Écritures : {figure.title}", ENTRIES, tuple(entries[figure.name]))
    if "origine" in row:
        yield origin_listing(row["origine"])


def _head(row: Row) -> Iterator[str | Sentence]:
    example = " (exemple)" if row["exemple"] else ""
    count = row["nombre_avenants"]
    amended = f", {count} avenant{'s' if count > 1 else ''}" if count else ""
    yield f"{row['convention']} : {row['objet']}{example}"
    circuit = Circuit(row["circuit"]).label
    yield f"{row['payeur']} → {row['beneficiaire']} ({circuit}), {row['nature']} {row['exercice']}"
    signed = f" le {french_day(row['signee_le'])}" if row["signee_le"] else ""
    yield f"État : {row['etat']}{signed}{amended}, pièce : {row['piece'] or '—'}"
    if cancelled := row["annulation"]:
        yield from _cancelled(cancelled)
    if row["debut"] and row["fin"]:
        yield f"Du {french_day(row['debut'])} au {french_day(row['fin'])}"
    if (account := row["compte"]) is not None:
        label = f"{account['compte']} {account['libelle']}".strip()
        yield f"Compte : {label or 'à demander'} ({account['motif']})"
    if row["autorisation"]:
        yield f"Autorisation de reverser (CGCT, L1611-4) : {row['autorisation']}"
    if row["amont"]:
        yield f"Reverse le droit acquis : {', '.join(row['amont'])}"


def _cancelled(cancelled: Row) -> Iterator[str | Sentence]:
    if cancelled["le"] is None:
        yield f"Brouillon mis de côté : {cancelled['montant'].french()}, rien n'était engagé"
        return
    who, entry = cancelled["agent"], cancelled["ecriture"]
    yield f"Annulée le {french_day(cancelled['le'])} par {who} (écriture {entry}), pièce : {cancelled['piece'] or '—'}"
    yield Sentence("Motif : ", f"{cancelled['motif']} ; {cancelled['montant'].french()} n'y sont plus accordés")


def _lines(lines: list[Row]) -> Listing:
    amended = any(line["montant"] != line["signe"] for line in lines)
    fields = tuple(each for each in LINES if amended or each.name != "signe")
    by_territory = {"taux": "par territoire"}
    shown = (line | (by_territory if line["taux"] is None and line["taux_par_territoire"] else {}) for line in lines)
    return Listing("Lignes", fields, tuple(shown))


def _amended(avenant: ReadAvenant) -> Row:
    before, after = avenant.before, avenant.after
    changed = [
        f"{field.title} : {_day(getattr(before, name))} → {_day(getattr(after, name))}"
        for name, field in STANDING.items()
        if field.kind is Kind.DAY and getattr(before, name) != getattr(after, name)
    ]
    if (purpose := avenant.changed("purpose")) is not None:
        changed.append(f"objet : {purpose}")
    for (action, line), earlier, base in avenant.new_bases():
        changed.append(f"assiette de {line} ({action}) : {earlier.french()} → {base.french()}")
    if avenant.rescheduled:
        changed.append("nouvel échéancier")
    return {
        "rang": avenant.rank,
        "le": avenant.signed_on,
        "avant": before.amount,
        "apres": after.amount,
        "changements": " ; ".join(changed),
        "piece": avenant.piece,
    }


def _day(day: date | None) -> str:
    return french_day(day) if day else "—"


def _followed(row: Row) -> Iterator[str]:
    for each in row["recuperations"]:
        what = f"{each['montant'].french()}, {RecoveryStep(each['etape']).label} ({each['piece']})"
        yield (f"Constat de {row['payeur']} du {french_day(each['le'])} : {what}")
    if row["etapes"]:
        yield ("Parapheur : " + ", ".join(f"{each['etape']} le {french_day(each['le'])}" for each in row["etapes"]))
    if row["references"]:
        numbers = (f"{each['type'].upper()} {each['reference']} ({each['exercice']})" for each in row["references"])
        yield ("Références du financeur : " + ", ".join(numbers))
    if row["pieces_manquantes"]:
        yield ("Documents manquants : " + ", ".join(row["pieces_manquantes"]))
