"""Controls of who asks: the same action twice, bilans owed, SIRET, private bodies that need a convention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from ledger.core.errors import Level
from ledger.core.identifiers import plain_words
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.programming.controls.facts import PRIVATE, Controlled, Finding, Surroundings, by_porteur
from ledger.programming.controls.titles import likeness, near
from ledger.referential.siret import read_siret
from ledger.rules.book import Gap
from ledger.rules.kinds import ConventionDuty
from ledger.rules.scope import Subject

_OF_PUBLIC_BODIES = ("1", "2")


def deposited_twice(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """Near titles of one porteur, in this contract or the other."""
    least = likeness(around)
    if least is None:
        return
    words = {action.number: plain_words(action.title) for action in actions}
    for same in by_porteur(actions).values():
        for first, second in combinations(same, 2):
            if near(words[first.number], words[second.number], least):
                yield Finding(
                    second.number,
                    "deposee_deux_fois",
                    Level.ALERT,
                    f"« {second.title} » ressemble à l'action {first.number}, « {first.title} », du même porteur.",
                    f"Gardez-en une : cofiville action statut {second.number} refusée --motif TEXTE.",
                )
    for action in actions:
        for contract, number, title in around.elsewhere.get(action.carrier.code, ()):
            if near(words[action.number], plain_words(title), least):
                yield Finding(
                    action.number,
                    "deposee_aux_deux_contrats",
                    Level.ALERT,
                    f"« {action.title} » est aussi déposée sous le contrat {contract}, n° {number}.",
                    "Marquez la part commune des deux agglomérations (LIGNE=MONTANT:partage), ou retirez-en une.",
                )


def late_bilans(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """A porteur that owes the bilan of an earlier action, told once."""
    for code, same in by_porteur(actions).items():
        for late in around.late_bilans.get(code, ()):
            yield Finding(
                same[0].number,
                "bilan_en_retard",
                Level.ALERT,
                f"{same[0].carrier.name} doit le bilan de l'action {late.action} ({late.convention})"
                f" depuis le {french_day(late.due_on)}.",
                "Réclamez-le avant d'instruire ; une fois reçu : cofiville bilan saisir"
                f" {late.convention} --action {late.action}.",
            )


def siret(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """A porteur without a SIRET, or with one that is no SIRET or cannot be its own; told once."""
    for code, same in by_porteur(actions).items():
        carrier, first = same[0].carrier, same[0].number
        remedy = f"Corrigez-le : cofiville porteur modifier {code} --siret NUMERO."
        if not carrier.siret:
            problem = f"{carrier.name} n'a pas de SIRET : aucun financeur ne pourra le payer."
            yield Finding(first, "siret_manquant", Level.ALERT, problem, remedy)
        elif read_siret(carrier.siret)[1]:
            problem = f"« {carrier.siret} » n'est pas un SIRET ({carrier.name})."
            yield Finding(first, "siret_invalide", Level.ERROR, problem, remedy)
        elif carrier.siret.startswith(_OF_PUBLIC_BODIES) is (carrier.kind in PRIVATE) and carrier.kind != "autre":
            whose = "public" if carrier.kind in PRIVATE else "privé"
            problem = f"Le SIRET {carrier.siret} est celui d'un organisme {whose} ; {carrier.name} n'en est pas un."
            yield Finding(first, "siret_d_un_autre", Level.ALERT, problem, remedy)
        elif carrier.to_confirm:
            problem = f"L'identité de {carrier.name} est à confirmer."
            yield Finding(first, "porteur_a_confirmer", Level.ALERT, problem, f"cofiville porteur montrer {code}.")


def convention_needed(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """A private body that asks one financeur more in the year than what needs a convention."""
    for same in by_porteur(actions).values():
        if same[0].carrier.kind not in PRIVATE:
            continue
        asked: dict[str, Money] = {}
        for action in same:
            for each in action.asked:
                financeur = around.lines[each.line].financeur
                asked[financeur] = asked.get(financeur, ZERO) + each.amount
        rule = around.formalities.find(ConventionDuty, Subject(porteur_kind=same[0].carrier.kind))
        if rule is None or isinstance(rule, Gap) or rule.figures.threshold is None:
            continue
        for financeur, amount in sorted(asked.items()):
            if amount > rule.figures.threshold:
                yield Finding(
                    same[0].number,
                    "convention_obligatoire",
                    Level.INFORMATION,
                    f"{same[0].carrier.name} demande {amount.french()} à {financeur} : au-dessus de"
                    f" {rule.figures.threshold.french()} par an, une convention est obligatoire ({rule.source}).",
                    "Prévoyez-la, et réclamez le compte rendu financier de l'année précédente.",
                )
