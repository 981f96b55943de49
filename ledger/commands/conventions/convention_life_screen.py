"""The life of a convention, for people: one screen, from what was granted to the last cent."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.commands.conventions.convention_views import FIGURES
from ledger.commands.conventions.convention_waivers import show_waivers
from ledger.commands.shell.screen import say, say_after, table
from ledger.core.money import parse_money, total
from ledger.core.period import french_day
from ledger.reports.figures.payments import COST_REAL, JUSTIFIED, ORDERED, PAYMENT
from ledger.rules.vocabulary import Circuit


def render_life(row: dict[str, Any]) -> None:
    """The screen of one convention."""
    _say_head(row)
    table("Situation", list(FIGURES.values()), [[row[name] for name in FIGURES]])
    _show_lines(row)
    if row["avenants"]:
        _show_avenants(row["avenants"])
    if row["tranches"]:
        table(
            "Tranches des années suivantes",
            ("Exercice", "Ligne", "Montant", "État", "Convention"),
            [(str(t["exercice"]), t["ligne"], t["montant"], t["etat"], t["convention"]) for t in row["tranches"]],
        )
    if row["echeances"]:
        _show_schedule(row["echeances"])
    if row["versements"]:
        table(
            "Versements",
            ("Référence", "Jour", PAYMENT.title),
            [(v["reference"], v["le"], v["montant"]) for v in row["versements"]],
            ("Total", "", total(v["montant"] for v in row["versements"])),
        )
    if row["bilans"]:
        table(
            "Bilans",
            ("Action", "Arrêté le", COST_REAL.title, JUSTIFIED.title, "Pièce"),
            [
                tuple(bilan[name] for name in ("action", "le", "cout_reel", "definitif", "piece"))
                for bilan in row["bilans"]
            ],
        )
    if row["derogations"]:
        show_waivers("Règles écartées", row["derogations"])
    _say_followed(row)
    entries = row.get("ecritures", {})
    for figure in FIGURES:
        if figure in entries:
            _show_entries(figure, entries[figure])


def _say_head(row: dict[str, Any]) -> None:
    example = " (exemple)" if row["exemple"] else ""
    count = row["nombre_avenants"]
    amended = f", {count} avenant{'s' if count > 1 else ''}" if count else ""
    say(f"{row['convention']} : {row['objet']}{example}")
    say(f"{row['payeur']} → {row['beneficiaire']} ({Circuit(row['circuit']).label}), {row['nature']} {row['exercice']}")
    signed = f" le {french_day(row['signee_le'])}" if row["signee_le"] else ""
    say(f"État : {row['etat']}{signed}{amended}, pièce : {row['piece'] or '—'}")
    if cancelled := row["annulation"]:
        _say_cancelled(cancelled)
    if row["debut"] and row["fin"]:
        say(f"Du {french_day(row['debut'])} au {french_day(row['fin'])}")
    if (account := row["compte"]) is not None:
        label = f"{account['compte']} {account['libelle']}".strip()
        say(f"Compte : {label or 'à demander'} ({account['motif']})")
    if row["autorisation"]:
        say(f"Autorisation de reverser (CGCT, L1611-4) : {row['autorisation']}")
    if row["amont"]:
        say(f"Reverse le droit acquis : {', '.join(row['amont'])}")


def _say_cancelled(cancelled: dict[str, Any]) -> None:
    if cancelled["le"] is None:
        say(f"Brouillon mis de côté : {cancelled['montant'].french()}, rien n'était engagé")
        return
    who, entry = cancelled["agent"], cancelled["ecriture"]
    say(f"Annulée le {french_day(cancelled['le'])} par {who} (écriture {entry}), pièce : {cancelled['piece'] or '—'}")
    say_after("Motif : ", f"{cancelled['motif']} ; {cancelled['montant'].french()} n'y sont plus accordés")


def _show_lines(row: dict[str, Any]) -> None:
    lines = row["actions"]
    amended = any(line["montant"] != line["signe"] for line in lines)
    shown = [
        (
            line["action"],
            line["ligne"],
            *([line["signe"]] if amended else []),
            line["montant"],
            line["assiette"],
            line["taux"] if line["taux"] is not None else "par territoire" if line["taux_par_territoire"] else None,
        )
        for line in lines
    ]
    columns = ("Action", "Ligne", *(("Signé",) if amended else ()), "Montant", "Assiette", "Taux")
    table("Lignes", columns, shown)
    if row["aval"]:
        table(
            "Reversée par",
            ("Convention", "Bénéficiaire", "Montant"),
            [tuple(each.values()) for each in row["aval"]],
            ("Total", "", total(each["montant"] for each in row["aval"])),
        )


def _show_avenants(avenants: list[dict[str, Any]]) -> None:
    rows = []
    for each in avenants:
        before, after = each["avant"], each["apres"]
        changed = [
            f"{name} : {_day(before[key])} → {_day(after[key])}"
            for name, key in (("début", "debut"), ("fin", "fin"))
            if before[key] != after[key]
        ]
        if before["objet"] != after["objet"]:
            changed.append(f"objet : {after['objet']}")
        if before["montant"] == after["montant"] and before["echeances"] != after["echeances"]:
            changed.append("nouvel échéancier")
        rows.append(
            (
                str(each["rang"]),
                each["le"],
                parse_money(before["montant"]),
                parse_money(after["montant"]),
                " ; ".join(changed),
                each["piece"],
            )
        )
    table("Avenants", ("N°", "Signé le", "Avant", "Après", "Autres changements", "Pièce"), rows)


def _day(text: str | None) -> str:
    return french_day(date.fromisoformat(text)) if text else "—"


def _show_schedule(schedule: list[dict[str, Any]]) -> None:
    table(
        "Échéancier",
        ("Rang", "Action", "Ligne", "Montant", ORDERED.title, "État"),
        [tuple(each[name] for name in ("rang", "action", "ligne", "montant", "ordonne", "etat")) for each in schedule],
        ("Total", "", "", total(e["montant"] for e in schedule), total(e["ordonne"] for e in schedule), ""),
    )


def _say_followed(row: dict[str, Any]) -> None:
    from ledger.execution.financeur_recoveries import STEPS

    for each in row["recuperations"]:
        what = f"{each['montant'].french()}, {STEPS[each['etape']]} ({each['piece']})"
        say(f"Constat de {row['payeur']} du {french_day(each['le'])} : {what}")
    if row["etapes"]:
        say("Parapheur : " + ", ".join(f"{each['etape']} le {french_day(each['le'])}" for each in row["etapes"]))
    if row["references"]:
        numbers = (f"{each['type'].upper()} {each['reference']} ({each['exercice']})" for each in row["references"])
        say("Références du financeur : " + ", ".join(numbers))
    if row["pieces_manquantes"]:
        say("Documents manquants : " + ", ".join(row["pieces_manquantes"]))


def _show_entries(figure: str, entries: list[dict[str, Any]]) -> None:
    table(
        f"Écritures : {FIGURES[figure].lower()}",
        ("N°", "Jour", "Libellé", "Pièce", "Montant"),
        [(str(e["ecriture"]), e["le"], e["libelle"], e["piece"], e["montant"]) for e in entries],
        ("Total", "", "", "", total(e["montant"] for e in entries)),
    )
