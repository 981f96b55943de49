"""`cofiville journal`: the book itself, its balance, the reversal of an entry."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.commands.access import reading, writing
from ledger.commands.options import AnneeOuTout, AuJour, Le, Oui, confirm, day
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group

app = group("Journal : le livre des écritures, qui ne fait que croître.")

Numero = Annotated[int, typer.Argument(metavar="NUMERO", help="Le numéro de l'écriture.")]


@app.command("lister")
def lister(annee: AnneeOuTout = None) -> None:
    """Liste les écritures dont l'effet tombe dans un exercice, ou toutes.

    Exemple : cofiville journal lister 2016
    """
    from ledger.journal.reading import read_book

    with reading() as session:
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
            for entry in read_book(session, annee)
        ]
    rows = [
        (str(entry["ecriture"]), entry["effet"], entry["libelle"], line["compte"], line["debit"], line["credit"])
        for entry in found
        for line in entry["lignes"]
    ]
    columns = ("N°", "Effet", "Libellé", "Compte", "Débit", "Crédit")
    show(found, lambda: table("Journal" + (f" {annee}" if annee else ""), columns, rows))


@app.command("balance")
def balance(le: AuJour = None) -> None:
    """Montre les totaux de chaque compte : débits et crédits s'égalent.

    Exemple : cofiville journal balance --le 2016-12-31
    """
    from ledger.core.money import total
    from ledger.journal.reading import trial_balance

    with reading() as session:
        accounts = trial_balance(session, on=le)
    found: list[dict[str, Any]] = [
        {"compte": key.text(), "debit": debit, "credit": credit, "solde": debit - credit}
        for key, debit, credit in accounts
    ]
    totals = ("Total", *(total(row[name] for row in found) for name in ("debit", "credit", "solde")))
    rows = [tuple(row.values()) for row in found]
    show(found, lambda: table("Balance", ("Compte", "Débit", "Crédit", "Solde"), rows, totals))


@app.command("annuler")
def annuler(
    numero: Numero,
    motif: Annotated[str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi l'écriture est annulée.")],
    le: Le = None,
    oui: Oui = False,
) -> None:
    """Annule une écriture par l'écriture inverse ; rien n'est effacé.

    Exemple : cofiville journal annuler 12 --motif "Arrêté saisi deux fois" --oui
    """
    from ledger.journal.reading import read_entry
    from ledger.journal.reversal import reverse

    with writing() as session:
        entry = read_entry(session, numero)
        moves = " ; ".join(
            f"{debited.debit.french()} de {debited.account.text()} vers {credited.account.text()}"
            for debited, credited in zip(entry.lines[::2], entry.lines[1::2], strict=True)
        )
        confirm(f"L'écriture {numero} « {entry.label} » sera annulée : {moves}.", oui)
        posted = reverse(session, numero, motive=motif, on=day(le))
    data = {"ecriture": posted.sequence, "annule": numero}
    show(data, lambda: say(f"L'écriture {numero} est annulée par l'écriture {posted.sequence}."))
