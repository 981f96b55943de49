"""Controls of who asks: the same action twice, bilans owed, SIRET, private bodies that need a convention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from ledger.core.errors import Level
from ledger.core.identifiers import plain_words
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.programming.controls.facts import Carrier, Controlled, Finding, Surroundings, by_porteur
from ledger.programming.controls.titles import likeness, near
from ledger.referential.siret import read_siret
from ledger.referential.statuts import Law, Statut, kind_before_the_law, law_of, statut_of_kind
from ledger.referential.vocabulary import PorteurKind
from ledger.rules.book import Gap
from ledger.rules.kinds import ConventionDuty
from ledger.rules.scope import Subject

_OF_PUBLIC_BODIES = ("1", "2")
_ANY_SIREN = frozenset({Statut.OPH.value, Statut.GIP.value, Statut.SEM.value, Statut.SPL.value})


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
        elif _of_another(carrier):
            whose = "public" if carrier.may_be_private else "privé"
            problem = f"Le SIRET {carrier.siret} est celui d'un organisme {whose} ; {carrier.name} n'en est pas un."
            yield Finding(first, "siret_d_un_autre", Level.ALERT, problem, remedy)
        elif carrier.to_confirm:
            problem = f"L'identité de {carrier.name} est à confirmer."
            yield Finding(first, "porteur_a_confirmer", Level.ALERT, problem, f"cofiville porteur montrer {code}.")


def _of_another(carrier: Carrier) -> bool:
    """A SIREN that begins with 1 or 2 is a public body's; industrial public bodies (OPH, GIP …) may have any other."""
    public_siren = carrier.siret.startswith(_OF_PUBLIC_BODIES)
    unsaid = carrier.statut is None and carrier.kind in (PorteurKind.OTHER, PorteurKind.BAILLEUR)
    if carrier.statut in _ANY_SIREN or unsaid:
        return False
    return public_siren is carrier.may_be_private


def statut_unknown(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """A porteur whose type does not say whether it is of public or private law; told once."""
    for code, same in by_porteur(actions).items():
        carrier = same[0].carrier
        if law_of(carrier.statut or statut_of_kind(carrier.kind)) is Law.UNKNOWN:
            yield Finding(
                same[0].number,
                "statut_a_confirmer",
                Level.INFORMATION,
                f"Le statut juridique de {carrier.name} est à confirmer : organisme public ou privé ?",
                f"Dites-le : cofiville porteur modifier {code} --statut oph (ou esh, sem, gip, entreprise…).",
            )


def convention_needed(actions: Sequence[Controlled], around: Surroundings) -> Iterator[Finding]:
    """A private body that asks one financeur more in the year than what needs a convention."""
    for same in by_porteur(actions).values():
        if not same[0].carrier.may_be_private:
            continue
        asked: dict[str, Money] = {}
        for action in same:
            for each in action.asked:
                financeur = around.lines[each.line].financeur
                asked[financeur] = asked.get(financeur, ZERO) + each.amount
        kind = kind_before_the_law(same[0].carrier.kind, same[0].carrier.statut)
        rule = around.formalities.find(ConventionDuty, Subject(porteur_kind=kind))
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
