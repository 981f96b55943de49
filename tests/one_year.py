"""One exercice of any contract, from its call to its closing, by the command lines that a user types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from ledger.core.money import ZERO, Money, parse_money, total
from ledger.core.rate import cut_down

Ask: TypeAlias = Callable[[list[str]], Any]
"""Runs a command on the base and gives its JSON answer; a refusal ends the trial."""


@dataclass(frozen=True)
class Asked:
    """An action of the year: what its plan asks of each line, whom it is for, what it costs in the end."""

    number: str
    fundings: dict[str, str]
    place: str
    people: int
    real_cost: str = ""

    @property
    def cost(self) -> Money:
        """Its cost: what its plan adds up to."""
        return total(parse_money(amount) for amount in self.fundings.values())


@dataclass(frozen=True)
class Lines:
    """The lines that the three actions ask: of the State, of the EPCI itself, of the common law, of the porteur."""

    state: str
    own: str
    common: str
    porteur: str = "PORTEUR-FONDS-PROPRES"


def lines_of(ask: Ask, contract: str) -> Lines:
    """The usual lines of a contract made of the national geography."""
    rows = ask(["--contrat", contract, "financeur", "lister"])
    epci = next(row["code"] for row in rows if row["type"] == "epci")
    return Lines("ETAT-PDV-ACTIONS", f"{epci}-PDV", "CAF-DROIT-COMMUN")


def places_of(ask: Ask, contract: str) -> list[str]:
    """The priority quartiers of a contract."""
    rows = ask(["--contrat", contract, "territoire", "lister"])
    return [row["code"] for row in rows if row["type"] == "qpv"]


@dataclass(frozen=True)
class YearLived:
    """A year of a contract: its lines, the places its actions serve, the objective they follow."""

    ask: Ask
    contract: str
    year: int
    lines: Lines
    places: Sequence[str]
    objective: str
    actions: list[Asked] = field(default_factory=list)

    def type(self, *words: object) -> Any:
        """Type a command for the contract."""
        return self.ask(["--contrat", self.contract, *map(str, words)])

    def on(self, month: int, day: int, later: int = 0) -> tuple[str, str]:
        """A day of the year, or of another so many years later."""
        return "--le", f"{self.year + later}-{month:02d}-{day:02d}"

    def live(self) -> None:
        """The year, from the call to the closing."""
        self._ask_for()
        self._grant()
        self._pay()
        self._settle()
        self.type("cloture", "executer", self.year, "--oui", *self.on(1, 31, later=1))

    def _ask_for(self) -> None:
        year, lines = self.year, self.lines
        self.type("exercice", "ouvrir", year)
        self.type("exercice", "ouvrir", year + 1)
        self.type("appel", "ouvrir", year, "--cloture", f"{year}-01-15", *self.on(11, 15, later=-1))
        porteur = f"ASSO-{self.contract}"
        self.type("porteur", "ajouter", f"Les Ateliers {self.contract}", "--type", "association", "--code", porteur)
        first, second, last = (self.places[place % len(self.places)] for place in range(3))
        for each in (
            Asked(
                f"{year}-001",
                {lines.common: "3000", lines.state: "5000", lines.own: "2000", lines.porteur: "2000"},
                first,
                40,
            ),
            Asked(
                f"{year}-002", {lines.common: "1400,50", lines.state: "4000", lines.porteur: "3000"}, second, 25, "8000"
            ),
            Asked(
                f"{year}-003",
                {lines.common: "2000,01", lines.state: "8999,99", lines.own: "5000", lines.porteur: "4000"},
                last,
                310,
            ),
        ):
            self.actions.append(each)
            fundings = [f"--financement={line}={amount}" for line, amount in each.fundings.items()]
            self.type(
                *("action", "saisir", year, "--numero", each.number, "--intitule", f"Jardin partagé {each.people}"),
                *("--porteur", porteur, "--cout", each.cost.plain(), "--objectif", self.objective, "--appel", year),
                *("--public", f"{each.place}={each.people}", *fundings, *self.on(1, 10)),
            )
        for line, amount in ((lines.state, 20_000), (lines.own, 9_000), (lines.common, 7_000)):
            self.type("enveloppe", "notifier", line, year, amount, "--piece", f"Notification {line}", *self.on(2, 1))

    def _grant(self) -> None:
        for status, day in (("recevable", (1, 20)), ("instruite", (2, 12)), ("arbitrée", (2, 26))):
            self.type("action", "avancer", self.year, status, *self.on(*day))
        self.type("allocation", "proposer", self.year, "--scenario", "COPIL", *self.on(3, 1))
        self.type("allocation", "valider", "COPIL", "--piece", "Comité de pilotage", "--oui", *self.on(3, 4))
        self.type("convention", "preparer", self.year, *self.on(4, 25))
        self.type("convention", "signer", "--toutes", self.year, "--piece", "Délibération", *self.on(4, 29))

    def _pay(self) -> None:
        for row in self._direct():
            self._paid(row, cut_down(Fraction(7, 10), parse_money(row["accorde"])), (6, 17))
        self._paid_by_the_epci((5, 13), (5, 20))

    def _settle(self) -> None:
        rows = self.type("convention", "lister", self.year)
        for row in rows:
            [number] = row["actions"]
            action = next(each for each in self.actions if each.number == number)
            others = total(parse_money(each["verse"]) for each in rows if each["actions"] == [number] and each != row)
            self.type(
                *("bilan", "saisir", row["convention"], "--cout", action.real_cost or action.cost.plain()),
                *("--qpv", action.people, "--autres", others.plain(), "--piece", "Compte rendu", *self.on(12, 5)),
            )
        for row in self._direct():
            self._paid(row, parse_money(row["reste_du"]), (12, 9))
        self._paid_by_the_epci((12, 9), (12, 16))

    def _direct(self) -> Iterator[dict[str, Any]]:
        return (row for row in self.type("convention", "lister", self.year) if row["circuit"] == "direct")

    def _paid(self, row: dict[str, Any], amount: Money, day: tuple[int, int]) -> None:
        if amount > ZERO:
            reference = f"{row['convention']} {day[0]}"
            self.type(
                *("versement", "payer", row["convention"], amount.plain()), "--reference", reference, *self.on(*day)
            )

    def _paid_by_the_epci(self, ordered: tuple[int, int], paid: tuple[int, int]) -> None:
        self.type("versement", "ordonner", "--toutes", self.year, *self.on(*ordered))
        self.type("versement", "payer", "--toutes", self.year, "--reference", f"B-{paid[0]}", *self.on(*paid))
