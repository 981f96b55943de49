"""Random lives of a small contract, typed act by act; every screen that takes a day, read at a moment."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.conftest import Answer

Type = Callable[..., Answer]
Words = tuple[Any, ...]

FILE = "{file}"
SCREENS: dict[tuple[str, ...], Sequence[Words]] = {
    ("financeur", "lister"): [()],
    ("ligne", "lister"): [()],
    ("ligne", "montrer"): [("CAPH-PDV",)],
    ("territoire", "lister"): [()],
    ("dispositif", "lister"): [()],
    ("echelle", "lister"): [()],
    ("type-territoire", "lister"): [()],
    ("type-poste", "lister"): [()],
    ("compte", "lister"): [()],
    ("porteur", "montrer"): [("ATELIERS",), ("CCAS",)],
    ("enveloppe", "lister"): [(2016,)],
    ("enveloppe", "montrer"): [("CAPH-PDV", 2016)],
    ("regle", "lister"): [()],
    ("regle", "a-verifier"): [()],
    ("regle", "essayer"): [("2016-001",)],
    ("regle", "controler"): [(2016, "--tout")],
    ("regle", "suivre"): [(2016, "--tout")],
    ("appel", "controler"): [(2016,)],
    ("action", "controler"): [("2016-001",)],
    ("action", "completer"): [("--toutes", 2016)],
    ("avis", "suivi"): [(2016,)],
    ("allocation", "expliquer"): [("2016-001",), ("2016-002", "--ligne", "CAPH-PDV")],
    ("allocation", "diagnostiquer"): [(2016,)],
    ("convention", "lister"): [(2016,), ()],
    ("convention", "circuit"): [(2016,)],
    ("convention", "echeances"): [()],
    ("bilan", "action"): [("2016-001",), ("2016-002",)],
    ("bilan", "echeancier"): [(2016, "--tous")],
    ("reversement", "etat"): [(2016,)],
    ("recouvrement", "delais"): [()],
    ("cloture", "verifier"): [(2016,)],
    ("cloture", "simuler"): [(2016,)],
    ("excel", "exporter"): [
        ("programmation", 2016, f"{FILE}.xlsx", "--sans-numero"),
        ("conventions", 2016, f"{FILE}.xlsx"),
        ("consommation", 2016, f"{FILE}.xlsx"),
        ("avis", 2016, f"{FILE}.xlsx"),
        ("referentiel", 2016, f"{FILE}.xlsx"),
    ],
    ("echange", "publier"): [("scdl", 2016, f"{FILE}.csv", "--attribuant", "20004261800015", "--tout")],
    ("document", "editer"): [("convention", "--toutes", 2016, "--dossier", f"{FILE}-dossier")],
    ("rapport", "dossier"): [(2016, f"{FILE}.html")],
    ("rapport", "semaine"): [()],
    ("rapport", "echeancier"): [("--mois", 12)],
    ("rapport", "consommation"): [(2016,)],
    ("rapport", "plan"): [(2016,), (2016, "--action", "2016-001")],
    ("rapport", "demandes"): [(2016,)],
    ("rapport", "ecarts"): [(2016,)],
    ("rapport", "leviers"): [(2016,)],
    ("rapport", "territoires"): [(2016,)],
    ("rapport", "dre"): [(2016,)],
    ("journal", "balance"): [()],
}
"""Every screen that takes a day, and what is typed after its name."""

_MADE = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*<")
LINES = ("CAPH-PDV", "DEPARTEMENT-DROIT-COMMUN", "ETAT-PDV-ACTIONS")
FIRST, LAST = date(2016, 2, 1), date(2016, 12, 20)


def settle(type_line: Type) -> None:
    """A contract with its credits, two porteurs, three actions, one convention signed."""
    for words in (
        ("exercice", "ouvrir", 2016),
        *(("enveloppe", "notifier", line, 2016, 50000, "--piece", "N1", "--le", FIRST) for line in LINES),
        ("porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "ATELIERS"),
        ("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS"),
        *(_asked(rank, porteur) for rank, porteur in enumerate(("ATELIERS", "CCAS", "ATELIERS"), 1)),
        ("allocation", "accorder", "2016-001", "CAPH-PDV", 3000, "--piece", "D1", "--le", "2016-03-04"),
        ("convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-03-10"),
        ("convention", "signer", "C2016-001", "--piece", "D1", "--le", "2016-03-14"),
    ):
        done = type_line(*words)
        assert done.code == 0, (words, done.err)


def _asked(rank: int, porteur: str) -> Words:
    plan = ("--financement", "CAPH-PDV=5000", "--financement", "DEPARTEMENT-DROIT-COMMUN=2000")
    own = ("--financement", "PORTEUR-FONDS-PROPRES=5000", "--qpv", 40)
    words = ("action", "saisir", 2016, "--intitule", f"A{rank}", "--porteur", porteur, "--objectif", "5.1.2")
    return (*words, "--cout", 12000, *plan, *own)


class Life:
    """Acts drawn one after the other; some are refused, and change nothing."""

    def __init__(self, type_line: Type, seed: int) -> None:
        self.type_line, self.draw, self.count = type_line, Random(seed), 0  # noqa: S311 - not a secret
        self.done: list[Words] = []

    def act(self, first: date, last: date) -> None:
        """One act, whose day is between these."""
        on = first + timedelta(days=self.draw.randrange((last - first).days + 1))
        self.count += 1
        words = self.draw.choice(list(self._acts()))
        answer = self.type_line(*words, "--le", on)
        assert answer.code in (0, 1), (words, on, answer)
        if answer.code == 0:
            self.done.append((*words, "--le", on))

    def undated_act(self) -> None:
        """One act that takes no day."""
        self.count += 1
        words = self.draw.choice(list(self._undated()))
        answer = self.type_line(*words)
        assert answer.code in (0, 1), (words, answer)
        self.done.append(words)

    def _acts(self) -> Iterator[Words]:
        draw, count = self.draw, self.count
        action = f"2016-00{draw.randint(1, 3)}"
        convention = f"C2016-00{draw.choice((1, 1, 1, 2, 3))}"
        amount, line = draw.randint(1, 3000), draw.choice(LINES)
        yield "enveloppe", "notifier", line, 2016, amount, "--piece", f"N{count}"
        yield "enveloppe", "modifier", line, 2016, draw.choice((amount, -amount)), "--piece", f"M{count}"
        yield "action", "modifier", action, "--intitule", f"Titre {count}"
        yield "action", "statut", action, draw.choice(("recevable", "instruite", "abandonnée")), "--motif", f"S{count}"
        yield "avis", "saisir", action, "ETAT", "--avis", "favorable", "--montant", amount
        yield "comite", "decider", action, "--montant", f"CAPH-PDV={amount}"
        yield "allocation", "proposer", 2016, "--scenario", f"S{count}"
        yield "allocation", "accorder", action, draw.choice(LINES[:2]), amount, "--piece", f"D{count}"
        yield "allocation", "fixer", action, "CAPH-PDV", amount, "--motif", f"F{count}"
        yield "convention", "saisir", action, "--payeur", draw.choice(("CAPH", "DEPARTEMENT"))
        yield "convention", "signer", convention, "--piece", f"S{count}"
        yield "convention", "etape", convention, draw.choice(("envoyee", "retournee", "notifiee"))
        yield "convention", "document", "ATELIERS", "statuts", "--reference", f"GED {count}"
        change = f"CAPH-PDV={draw.choice('+-')}{draw.randint(1, 900)}"
        yield "convention", "avenant", convention, "--montant", change, "--piece", f"A{count}"
        yield "convention", "avenant", convention, "--objet", f"Objet {count}", "--piece", f"A{count}"
        yield "convention", "annuler", convention, "--piece", f"R{count}", "--motif", "Abandon", "--oui"
        yield "convention", "degager", convention, "--motif", "Fin", "--oui"
        yield "versement", "ordonner", convention
        yield "versement", "ordonner", convention
        yield "versement", "payer", convention, draw.randint(1, 2100), "--reference", f"B{count}"
        yield "versement", "payer", convention, draw.randint(1, 2100), "--reference", f"B{count}"
        yield "versement", "rejeter", f"M-{convention}-1", "--motif", "RIB"
        yield "bilan", "saisir", convention, "--cout", draw.randint(0, 14000), "--qpv", 40, "--piece", f"CRF {count}"
        yield "bilan", "proroger", convention, "--jusqu-au", "2017-09-30", "--motif", "Comptes"
        yield "recouvrement", "emettre", convention, "--reference", f"T{count}"
        yield (
            "recouvrement",
            "encaisser",
            f"T{draw.randint(1, count)}",
            draw.randint(1, 900),
            "--reference",
            f"E{count}",
        )
        yield "journal", "annuler", draw.randint(1, 30), "--motif", "Erreur", "--oui"

    def _undated(self) -> Iterator[Words]:
        draw, count = self.draw, self.count
        yield "porteur", "modifier", "ATELIERS", "--nom", f"Ateliers {count}"
        yield "porteur", "ajouter", f"Porteur {count}", "--type", "commune", "--code", f"P{count}"
        yield "action", "reference", f"2016-00{draw.randint(1, 3)}", f"dauphin={count}"
        yield "convention", "referencer", "C2016-001", 2016, "--dossier", f"{count}"
        yield _asked(count, "CCAS")


Screen = tuple[tuple[str, ...], Words, tuple[str, ...]]


def some_screens(draw: Random, count: int) -> list[Screen]:
    """So many screens drawn among all: the command, what is typed after it, rendered or as JSON."""
    forms: tuple[tuple[str, ...], ...] = ((), ("--json",))
    every = [(path, words, form) for path, ways in SCREENS.items() for words in ways for form in forms]
    return draw.sample(every, count) if count < len(every) else every


def shown_at(type_line: Type, folder: Path, chosen: Sequence[Screen], *moment: Any) -> dict[str, Any]:
    """What these screens show at this moment, and what they write."""
    shown: dict[str, Any] = {}
    for path, words, form in chosen:
        file = folder / "ecran"
        typed = [str(word).replace(FILE, str(file)) for word in words]
        answer = type_line(*form, *path, *typed, *moment)
        name = " ".join(map(str, (*form, *path, *words)))
        shown[name] = (answer.code, _without_moment(answer.out), answer.err, *_written(file))
    return shown


def _without_moment(text: str) -> str:
    """What is shown without the words that say when it was known."""
    return re.sub(r" +\n", "\n", re.sub(r", connu au [\d/]+", "", text))


def _written(file: Path) -> Iterator[Any]:
    for path in sorted([*file.parent.glob(f"{file.name}*"), *file.parent.glob(f"{file.name}-dossier/*")]):
        if path.is_dir():
            continue
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as archive:
                yield path.name, {name: _MADE.sub(b"", archive.read(name)) for name in archive.namelist()}
        else:
            yield path.name, path.read_bytes()
        path.unlink()


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The screens that do not show the same, with what they showed and show."""
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def readable(found: dict[str, Any]) -> str:
    """The first difference, short enough to be read."""
    name, (before, after) = next(iter(found.items()))
    return json.dumps([sorted(found), name, str(before)[:3000], str(after)[:3000]], ensure_ascii=False, indent=1)
