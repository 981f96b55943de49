"""`cofiville journal`: the book itself, its balance, the reversal of an entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.choices import agent_name
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AnneeOuTout, AuJour, ConnuAu, Le, Oui, argument, confirm, day, option
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.usage import WrongUsage, needed
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.core.period import french_day
from ledger.journal.fields import ACCOUNT_KEY, AGENT, CREDIT, DEBIT, EFFECTIVE_ON, ENTRY, LABEL, MOTIVE, PIECE
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_REVERSES = Field("annule", "annule l'écriture", Kind.INTEGER)
_REVERSAL = Field("annulation", "annulée par", Kind.INTEGER)
_LINE = (ACCOUNT_KEY, DEBIT, CREDIT)
_BOOK_LINE = (
    ENTRY.but(title="n°"),
    Field("effet", "effet", Kind.DAY),
    LABEL,
    *_LINE,
)
_ENTRY = (
    ENTRY,
    *_BOOK_LINE[1:3],
    Field("saisie", "saisie", Kind.INSTANT),
    AGENT,
    Field("commande", "commande"),
    Field("role_base", "rôle dans la base"),
    PIECE,
    MOTIVE,
    _REVERSES.but(optional=True),
    Field("reference", "référence"),
    Field("lignes", "lignes", Kind.RECORD, fields=_LINE, many=True),
)
_ACT = Field("acte", "acte", Kind.ORDINAL, help="Le numéro de l'acte scellé, dans sa suite.", optional=True)
_SHARED = Field("commun", "commun", Kind.YES_NO, help="Si l'acte touche ce que tous les contrats partagent.")
_WHOLE = (ENTRY.but(optional=True), _ACT, _SHARED, *(each.but(optional=True) for each in _ENTRY[1:]))
_WHOLE_LINE = (
    Field("saisie", "saisie", Kind.INSTANT),
    ENTRY.but(title="n°", optional=True),
    _ACT,
    AGENT,
    Field("commande", "commande"),
    LABEL,
)
_BALANCE = (
    ACCOUNT_KEY,
    *(each.but(summed=True) for each in (DEBIT, CREDIT)),
    Field("solde", "solde", Kind.AMOUNT, summed=True),
)
_CORRECTIONS = (
    ENTRY,
    LABEL,
    _REVERSAL,
    Field("remplacee_par", "remplacée par", Kind.INTEGER, optional=True),
    EFFECTIVE_ON,
    AGENT,
    MOTIVE,
)
_ONE = ENTRY.but(name="numero", help="Cette écriture seule.", placeholder="NUMERO", offers="ecritures")
_NUMBER = ENTRY.but(help="Le numéro de l'écriture.", placeholder="NUMERO", offers="ecritures")

app = group("Journal : le livre des écritures, qui ne fait que croître.")


@app.command("lister", answer=several(*_ENTRY) | several(*_WHOLE))
def journal_lister(
    annee: AnneeOuTout = None,
    tout: Annotated[bool, Option("--tout", help="Avec les actes scellés, dans l'ordre où ils furent saisis.")] = False,
    numero: Annotated[int | None, option(_ONE, min=1)] = None,
) -> Outcome:
    """Liste les écritures dont l'effet tombe dans un exercice, ou toutes.

    Exemple : cofiville journal lister 2016
    """
    from ledger.journal.queries import read_book, read_entry

    if numero is not None and (annee is not None or tout):
        raise WrongUsage("--numero désigne une écriture seule.", "Retirez l'exercice et --tout, ou --numero.")
    title = "Journal" + (f" {annee}" if annee else "")
    with reading() as session:
        entries = read_book(session, annee) if numero is None else [read_entry(session, numero)]
        found: list[dict[str, Any]] = [
            {
                "ecriture": entry.sequence,
                "effet": entry.effect_on,
                "saisie": entry.recorded_at,
                "agent": entry.agent,
                "commande": entry.command,
                "role_base": entry.database_role,
                "libelle": entry.label,
                "piece": entry.piece,
                "motif": entry.motive,
                "annule": entry.reverses,
                "reference": entry.reference,
                "lignes": [
                    {"compte": key.text(), "debit": debit, "credit": credit} for key, debit, credit in entry.lines
                ],
            }
            for entry in entries
        ]
        if tout:
            return _with_acts(session, found, title, annee)
    words = (key.words() for entry in entries for key, _, _ in entry.lines)
    lines = ((entry, line) for entry in found for line in entry["lignes"])
    rows = tuple(entry | line | {"compte": account} for (entry, line), account in zip(lines, words, strict=True))
    book = Listing(title, _BOOK_LINE, rows)
    return Outcome(found, (book,) if numero is None else (*_told(found[0]), *((book,) if rows else ())))


def _told(entry: dict[str, Any]) -> Iterator[str]:
    """An entry alone, in sentences."""
    yield f"Écriture {entry['ecriture']} du {french_day(entry['effet'])} : {entry['libelle']}"
    yield f"Saisie par {entry['agent']} : {entry['commande']}"
    yield from (f"{title} : {entry[name]}" for name, title in (("piece", "Pièce"), ("motif", "Motif")) if entry[name])


def _with_acts(session: Session, entries: list[dict[str, Any]], title: str, year: int | None) -> Outcome:
    """The entries and the acts sealed, by instant; of a year, the acts recorded in it."""
    from ledger.reports.history.all_acts import read_acts

    none = {each.name: None for each in _WHOLE}
    rows = [none | entry | {"commun": False} for entry in entries]
    rows += [
        none
        | {
            "acte": act.number,
            "commun": act.shared,
            "saisie": act.recorded_at,
            "agent": act.agent,
            "commande": act.command,
            "role_base": act.database_role,
            "libelle": act.touched,
        }
        for act in read_acts(session)
        if year in (None, act.recorded_at.astimezone().year)
    ]
    rows.sort(key=lambda row: row["saisie"])
    shown = tuple(row | {"saisie": f"{row['saisie'].astimezone():%d/%m/%Y %H:%M:%S}"} for row in rows)
    return Outcome(rows, (Listing(f"{title}, écritures et actes", _WHOLE_LINE, shown),))


@app.command("balance", answer=several(*_BALANCE))
def journal_balance(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Montre les totaux de chaque compte : débits et crédits s'égalent.

    Exemple : cofiville journal balance --le 2016-12-31
    """
    from ledger.journal.queries import trial_balance

    with reading_as_of(le, connu_au) as session:
        accounts = trial_balance(session, on=le)
    rows = tuple(
        {"compte": key.text(), "debit": debit, "credit": credit, "solde": debit - credit}
        for key, debit, credit in accounts
    )
    return Outcome(Listing("Balance", _BALANCE, rows))


@app.command("annuler", act=True, answer=one(ENTRY, _REVERSES), asks=("motif",))
def journal_annuler(
    numero: Annotated[int | None, argument(_NUMBER, show_default="votre dernier acte")] = None,
    motif: Annotated[str | None, option(MOTIVE.but(help="Pourquoi l'écriture est annulée."))] = None,
    le: Le = None,
    oui: Oui = False,
) -> Outcome:
    """Annule une écriture par l'écriture inverse ; rien n'est effacé. Sans numéro, propose votre dernier acte.

    L'effet de l'annulation est montré avant d'être confirmé.

    Exemple : cofiville journal annuler 12 --motif "Arrêté saisi deux fois" --le 2016-03-10 --oui
    """
    from ledger.conventions.undo_move import moves_undone_with
    from ledger.execution.bilans.record_final_decision import bilans_undone_with
    from ledger.execution.undo_act import undo_act
    from ledger.journal.queries import read_entry
    from ledger.journal.reversal import last_act_of

    with reading() as session:
        entry = read_entry(session, last_act_of(session, agent_name()) if numero is None else numero)
        moves = " ; ".join(
            f"{debited.debit.french()} de {debited.account.text()} vers {credited.account.text()}"
            for debited, credited in zip(entry.lines[::2], entry.lines[1::2], strict=True)
        )
        if undone_with := bilans_undone_with(session, entry.sequence):
            moves += f" ; avec le reste du bilan de l'action (écriture {', '.join(map(str, undone_with))})"
        if together := moves_undone_with(session, entry.sequence):
            moves += f" ; avec ses autres conventions (écriture {', '.join(map(str, together))})"
    when = f"du {french_day(entry.effect_on)}" + ("" if numero is not None else ", votre dernier acte,")
    confirm(f"L'écriture {entry.sequence} {when} « {entry.label} » sera annulée : {moves}.", oui)
    with writing() as session:
        posted = undo_act(session, entry.sequence, motive=needed(motif, "--motif"), on=day(le))
    said = f"L'écriture {entry.sequence} est annulée par l'écriture {posted.sequence}."
    return Outcome({"ecriture": posted.sequence, "annule": entry.sequence}, (said,))


@app.command(
    "corriger",
    act=True,
    answer=one(
        Field("corrige", "corrige l'écriture", Kind.INTEGER),
        _REVERSAL,
        Field("acte", "acte", Kind.RECORD, help="Ce que répond l'acte juste."),
    ),
    line_settings={"allow_interspersed_args": False},
)
def journal_corriger(
    numero: Annotated[int, argument(_NUMBER)],
    commande: Annotated[
        list[str], Argument(metavar="COMMANDE", help="L'acte juste, tel qu'on le taperait ; il vient en dernier.")
    ],
    motif: Annotated[str, option(MOTIVE.but(help="Pourquoi l'écriture est corrigée."))],
    le: Le = None,
    oui: Oui = False,
) -> Outcome:
    """Remplace une écriture par l'acte juste : elle est annulée et l'acte enregistré, ensemble ou pas du tout.

    L'annulation compte du jour donné par --le, ou de celui de l'acte juste s'il vient plus tôt.

    Exemple : cofiville journal corriger --motif "Montant mal lu" --le 2016-03-10 --oui 12
        enveloppe notifier CAF-DROIT-COMMUN 2016 240000 --piece "Courrier du 01/03/2016" --le 2016-03-01
    """
    from ledger.commands.declaring.playing import check_act, day_of, play
    from ledger.execution.undo_act import undo_act
    from ledger.journal.queries import read_entry
    from ledger.journal.reversal import record_correction
    from ledger.storage.session import context

    check_act(commande)
    with reading() as session:
        entry = read_entry(session, numero)
    confirm(f"L'écriture {numero} « {entry.label} » sera remplacée par : {' '.join(commande)}.", oui)
    with writing() as session:
        undone = undo_act(
            session, numero, motive=motif, on=max(entry.effect_on, min(day(le), day_of(commande, day(le))))
        )
        context(session).motive = f"Correction de l'écriture {numero} : {motif.strip()}"
        act = play(session, commande)
        record_correction(session, undone.sequence)
    data = {"corrige": numero, "annulation": undone.sequence, "acte": act}
    return Outcome(data, (f"L'écriture {numero} est corrigée : {' '.join(commande)}.",))


@app.command("corrections", answer=several(*_CORRECTIONS))
def journal_corrections() -> Outcome:
    """Liste les corrections, une par ligne : l'écriture d'abord, ce qui la remplace, et pourquoi.

    Exemple : cofiville journal corrections
    """
    from ledger.journal.reversal import read_corrections

    with reading() as session:
        rows = tuple(
            {
                "ecriture": each.wrong,
                "libelle": each.label,
                "annulation": each.reversal,
                "remplacee_par": each.right,
                "le": each.on,
                "agent": each.agent,
                "motif": each.motive,
            }
            for each in read_corrections(session)
        )
    return Outcome(Listing("Corrections", _CORRECTIONS, rows))
