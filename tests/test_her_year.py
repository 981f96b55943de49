"""A whole year of twenty-eight actions, six financeurs, fifty-one conventions: every figure against sums of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from ledger.core.money import Money, parse_money, total
from ledger.core.rate import cut_down
from tests.conftest import Typist
from tests.exchange.test_committees import Paper
from tests.exchange.test_tableau import imported, wide

Plans: TypeAlias = Mapping[str, Mapping[str, Money]]
Ask: TypeAlias = Callable[..., Any]
STATE, DRE, EPCI, CAF = "ETAT-PDV-ACTIONS", "ETAT-PDV-DRE", "CAPH-PDV", "CAF-DROIT-COMMUN"
DEPARTMENT, REGION, CPAM = "DEPARTEMENT-DROIT-COMMUN", "REGION-DROIT-COMMUN", "CPAM-DROIT-COMMUN"
OWN = "PORTEUR-FONDS-PROPRES"
BUDGET = (DRE, EPCI)
NOTIFIED = {STATE: 60_000, DRE: 50_000, EPCI: 70_000, CAF: 30_000, DEPARTMENT: 9_000, REGION: 12_000, CPAM: 8_000}
HEADINGS = {
    STATE: "Politique de la ville - actions",
    DRE: "réussite éducative",
    EPCI: "Crédits spécifiques politique de la ville de la CAPH",
    CAF: "Droit commun de la Caf",
    DEPARTMENT: "Droit commun du Département",
    REGION: "Droit commun de la Région",
    CPAM: "Droit commun de la CPAM",
    OWN: "Fonds propres du porteur",
}
PORTEURS = {"ATELIERS": "Les Ateliers du Faubourg", "REGIE": "Régie des quartiers", "CCAS-D": "CCAS de Denain (essai)"}
CENTS = {STATE: 300_050, DRE: 900_010, EPCI: 250_025, CAF: 120_001, DEPARTMENT: 180_000, REGION: 220_040, CPAM: 150_007}
LINES = {
    7: (STATE, EPCI, CAF),
    11: (DRE, EPCI, CAF),
    14: (EPCI, DEPARTMENT),
    18: (EPCI, REGION),
    22: (CPAM,),
    28: (STATE,),
}
REFUSED = ("2016-027", "2016-028")


def plans() -> Plans:
    """By action, what is asked of each line; a quarter of it is brought by the porteur, in whole euros."""
    found = {}
    for rank in range(1, 29):
        lines = next(lines for last, lines in LINES.items() if rank <= last)
        asked = {line: Money(CENTS[line] + rank * 1_011) for line in lines}
        found[f"2016-{rank:03d}"] = {**asked, OWN: Money(total(asked.values()).cents // 400 * 100)}
    return found


def typed_as_text(amount: Money) -> str:
    """As a person types it in a cell: "8 077,61 €"."""
    return f"{amount.cents // 100:,}".replace(",", " ") + f",{amount.cents % 100:02d} €"


def summed(rows: list[dict[str, Any]], name: str) -> Money:
    return total(parse_money(each[name]) for each in rows)


class HerYear:
    """The year as she lives it; `granted` is what her own sums say is granted, by action and line."""

    def __init__(self, cofiville: Typist, folder: Path) -> None:
        self.typist, self.folder, self.plans = cofiville, folder, plans()
        self.granted: dict[tuple[str, str], Money] = {}
        self.paid: dict[tuple[str, str], Money] = {}
        self.notified = {line: Money(euros * 100) for line, euros in NOTIFIED.items()}

    def ask(self, *words: Any) -> Any:
        answer = self.typist("--json", *words)
        assert answer.code == 0, (words, answer.err or answer.out)
        return answer.data

    def taken(self, path: Path, on: str) -> Any:
        answer = imported(self.typist, path, on)
        assert (answer.code, answer.data["ecrit"]) == (0, True), answer.data["problemes"]
        return answer

    def open(self) -> None:
        self.ask("exercice", "ouvrir", 2016)
        self.ask("appel", "ouvrir", 2016, "--le", "2015-11-16", "--cloture", "2016-01-15")
        for code, name in PORTEURS.items():
            kind = "ccas" if "CCAS" in name else "association"
            self.ask("porteur", "ajouter", name, "--type", kind, "--code", code)
        for line, euros in NOTIFIED.items():
            self.ask(
                "enveloppe", "notifier", line, 2016, euros, "--piece", f"Notification {line}", "--le", "2016-01-04"
            )

    def enter(self) -> None:
        """Every action on the wide sheet, amounts typed as text one time in two."""
        paper = wide(self.typist, self.folder / "saisie.xlsx")
        names = list(PORTEURS.values())
        for rank, (number, plan) in enumerate(self.plans.items()):
            paper.add(number, f"Action de quartier {rank + 1}", names[rank % 3], 0)
            paper.cell(number, "Coût total").value = typed_as_text(total(plan.values()))
            paper.cell(number, "Territoires").value = "Denain Centre"
            paper.cell(number, "Objectif").value = "5.1.2"
            paper.cell(number, "Effectif QPV").value = 40
            if DRE in plan:
                paper.cell(number, "Dispositif").value = "réussite éducative (DRE)"
            for line, amount in plan.items():
                title = "Fonds propres" if line == OWN else "Demandé"
                value = typed_as_text(amount) if rank % 2 else amount.cents / 100
                paper.cell(number, title, HEADINGS[line]).value = value
        self.taken(paper.save(), "2016-01-10")
        assert imported(self.typist, paper.path, "2016-01-10").data["ecrit"] is False

    def clean(self) -> None:
        """One action typed by mistake under a porteur typed twice: the first leaves every total, the second is one."""
        self.ask("porteur", "ajouter", "Les Ateliers du Faubourgs", "--type", "association", "--code", "ATEL2", "--oui")
        words = ("--intitule", "Par erreur", "--porteur", "ATEL2", "--cout", 1000, "--qpv", 10, "--objectif", "5.1.2")
        self.ask("action", "saisir", 2016, *words, "--financement", f"{OWN}=1000", "--le", "2016-01-12")
        self.ask("action", "annuler-saisie", "2016-029", "--motif", "Saisie deux fois", "--le", "2016-01-13")
        self.ask("porteur", "fusionner", "ATELIERS", "ATEL2", "--motif", "Saisi deux fois", "--le", "2016-01-13")
        rows = self.ask("action", "lister", 2016)
        assert {row["action"] for row in rows} == set(self.plans)
        assert summed(rows, "cout") == total(total(plan.values()) for plan in self.plans.values())

    def send(self) -> None:
        """The Sous-Préfecture answers on the table sent to it; what it changed is adopted by one confirmation."""
        theirs = wide(self.typist, self.folder / "envoi.xlsx")
        for number in ("2016-003", "2016-004"):
            theirs.cell(number, "Intitulé").value = f"Atelier renommé {number}"
        answer = self.folder / "adopter.xlsx"
        assert self.ask("excel", "importer", theirs.save(), "--retour", answer)["a_adopter"] == 2
        self.taken(answer, "2016-02-10")
        titles = {row["action"]: row["intitule"] for row in self.ask("action", "lister", 2016)}
        assert titles["2016-004"] == "Atelier renommé 2016-004"

    def decide(self) -> None:
        """One chain: the scenario pours into the committee's workbook, its decisions are what is programmed."""
        for status, day in (("recevable", "01-20"), ("instruite", "02-12")):
            self.ask("action", "avancer", 2016, status, "--le", f"2016-{day}")
        self.ask("allocation", "proposer", 2016, "--scenario", "COPIL", "--le", "2016-03-01")
        proposed = {(row["action"], row["ligne"]): row["accorde"] for row in self.ask("allocation", "montrer", "COPIL")}
        book = self.folder / "copil.xlsx"
        self.ask("comite", "classeur", "copil", 2016, book, "--scenario", "COPIL", "--le", "2016-03-02")
        paper = Paper(book, "COPIL")
        for (number, line), amount in proposed.items():
            paper.cell(number, line, "Suite").value = "refusée" if number in REFUSED else "accordée"
            if number in REFUSED:
                paper.cell(number, line, "Motif").value = "Hors objectifs"
            else:
                self.granted[number, line] = parse_money(amount)
        paper.cell("2016-001", EPCI, "Décidé").value = "2 000,00 €"
        self.granted["2016-001", EPCI] = Money(200_000)
        self.taken(paper.save(), "2016-03-04")
        entries = self.ask("comite", "programmer", 2016, "--piece", "COPIL", "--le", "2016-03-04", "--oui")["ecritures"]
        assert len(entries) == len(self.granted)
        todo = [each["commande"] for each in self.ask("rapport", "semaine", "--le", "2016-03-05")]
        assert not any("allocation valider" in each for each in todo)

    def sign(self) -> None:
        """Fifty-one conventions; the EPCI's own bears the State's réussite éducative beside its own credits."""
        words = ("--numero", "DRE-ETAT", "--piece", "Arrêté", "--le", "2016-04-25")
        self.ask("convention", "recevoir", DRE, 2016, 40000, *words)
        drafts = self.ask("convention", "preparer", 2016, "--le", "2016-04-25")
        assert (len(drafts), summed(drafts, "montant")) == (51, total(self.granted.values()))
        self.ask("convention", "signer", "--toutes", 2016, "--piece", "Délibération", "--le", "2016-04-29")

    def pay(self) -> None:
        self.ask("versement", "ordonner", "--toutes", 2016, "--le", "2016-05-13")
        self.ask("versement", "payer", "--toutes", 2016, "--reference", "B12", "--le", "2016-05-20")
        self.ask(
            "versement", "payer", self.of("2016-001", "ETAT"), "2107,42", "--reference", "Ch 3", "--le", "2016-06-02"
        )
        for act, reference in (("constater", "P503"), ("titrer", "T-51")):
            self.ask("recette", act, "DRE-ETAT", 40000, "--reference", reference, "--le", "2016-06-30")

    def change(self) -> None:
        """An avenant; a typing error undone; a lowering announced, covered by avenants, then done."""
        raised = ("--montant", f"{EPCI}=+300,50", "--piece", "Avenant 1", "--le", "2016-09-12")
        self.ask("convention", "avenant", self.of("2016-001", "CAPH"), *raised)
        self.granted["2016-001", EPCI] += Money(30_050)
        self.ask("enveloppe", "modifier", CPAM, 2016, "-500", "--piece", "Erreur", "--le", "2016-09-12")
        self.ask("journal", "annuler", "--motif", "Mauvaise ligne", "--le", "2016-09-12", "--oui")
        cut = ("--piece", "Courrier de la Caf")
        self.ask("enveloppe", "annoncer", CAF, 2016, 18000, *cut, "--le", "2016-10-03")
        for part in self.ask("enveloppe", "couvrir", CAF, 2016)["attributions"]:
            self.granted[part["action"], CAF] -= parse_money(part["propose"])
        [draft, _] = self.ask("enveloppe", "preparer", CAF, 2016, "--piece", "Baisse de la Caf", "--le", "2016-10-10")
        assert '--piece "Baisse de la Caf"' in draft["commande"]
        self.ask("brouillon", "valider", "--oui")
        self.ask("enveloppe", "modifier", CAF, 2016, "-18000", *cut, "--le", "2016-10-12")
        self.notified[CAF] = Money(1_200_000)

    def close(self) -> None:
        """One bilan whole, one short (titre, collected, what the State lost given back), the others missing."""
        year_end = ("--qpv", 40, "--autres", 0, "--piece", "Compte rendu", "--le", "2016-12-05")
        self.ask("bilan", "arreter", "2016-012", "--cout", total(self.plans["2016-012"].values()).plain(), *year_end)
        self.ask("bilan", "arreter", "2016-008", "--cout", 7000, *year_end)
        before = {line: self.granted["2016-008", line] for line in (DRE, EPCI, CAF)}
        cost = total(self.plans["2016-008"].values()).cents
        final = {line: cut_down(Fraction(7_000_00, cost), before[line]) for line in (EPCI, CAF)}
        final[DRE] = Money(4_550_00)
        self.granted |= {("2016-008", line): amount for line, amount in final.items()}
        overpaid = cut_down(Fraction(1, 2), before[EPCI]) - final[EPCI]
        convention = self.of("2016-008", "CAPH")
        self.ask("recouvrement", "emettre", convention, "--reference", "T-90", "--le", "2016-12-06")
        words = ("--reference", "P503 7", "--le", "2016-12-20")
        self.ask("recouvrement", "encaisser", "T-90", overpaid.plain(), *words)
        lost = before[DRE] - final[DRE]
        assert self.ask("reversement", "etat", 2016)["a_rendre"] == lost.plain()
        back = ("--piece", "Titre de perception 88", "--le", "2016-12-20", "--oui")
        self.ask("reversement", "rendre", DRE, 2016, lost.plain(), *back)

    def carry_over(self) -> None:
        """What is signed and not paid is next year's, line by line, and nothing else is."""
        owed = self.of_lines("engage", 2016)
        points = self.ask("cloture", "verifier", 2016, "--le", "2017-01-31")["points"]
        assert not [each for each in points if each["niveau"] == "bloquant"]
        self.ask("cloture", "executer", 2016, "--le", "2017-01-31", "--oui")
        assert self.of_lines("reporte", 2016) == self.of_lines("notifie", 2017) == self.of_lines("engage", 2017) == owed
        assert self.ask("base", "controler")["anomalies"] == []

    def of_lines(self, figure: str, year: int) -> dict[str, Money]:
        return {row["ligne"]: parse_money(row[figure]) for row in self.ask("enveloppe", "lister", year)}

    def check(self) -> None:
        """Every screen says what her own sums say."""
        by_line = {line: total(amount for (_, of), amount in self.granted.items() if of == line) for line in NOTIFIED}
        rows = self.ask("enveloppe", "lister", 2016)
        assert rows == self.ask("rapport", "consommation", 2016)
        assert self.of_lines("notifie", 2016) == self.notified
        for row in rows:
            held = total(parse_money(row[name]) for name in ("programme", "engage", "ordonne", "verse", "a_recouvrer"))
            assert held == by_line[row["ligne"]], row
        for row in self.ask("action", "lister", 2016):
            of_action = total(amount for (number, _), amount in self.granted.items() if number == row["action"])
            assert parse_money(row["accorde"]) == of_action, row
        coming = self.ask("rapport", "echeancier", "--le", "2016-11-30")
        assert summed(coming, "montant") == summed(rows, "engage")
        paper = wide(self.typist, self.folder / "suivi.xlsx")
        for line, paid in self.of_lines("verse", 2016).items():
            cells = [paper.cell(number, "Versé", HEADINGS[line]).value or 0 for number in self.plans]
            assert round(sum(cells) * 100) == paid.cents, line
        page = self.folder / "dossier.html"
        self.ask("rapport", "dossier", 2016, page)
        assert plain_spaces(total(by_line.values()).french()) in plain_spaces(page.read_text(encoding="utf-8"))

    def of(self, action: str, payer: str) -> str:
        """The convention of an action that this payer pays."""
        for row in self.ask("convention", "lister", 2016):
            if action in row["actions"] and row["payeur"] == payer:
                return str(row["convention"])
        raise AssertionError((action, payer))


def plain_spaces(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("&nbsp;", " ")


@pytest.mark.one_engine
def test_every_figure_of_a_whole_year_is_what_her_own_sums_say(cofiville: Typist, tmp_path: Path) -> None:
    year = HerYear(cofiville, tmp_path)
    for month in (year.open, year.enter, year.clean, year.send, year.decide, year.sign, year.pay, year.change):
        month()
    year.check()
    year.close()
    year.carry_over()
