"""Controls of what is asked: who asks, where it goes, what it costs; each a function that gives findings, all run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from ledger.core.errors import Level
from ledger.core.identifiers import plain_words
from ledger.core.money import ZERO, Money, total
from ledger.core.period import french_day
from ledger.core.rate import french_rate
from ledger.programming.actions.forms import ReadAction
from ledger.programming.controls.facts import (
    SET_ASIDE,
    ControlFinding,
    Surroundings,
)
from ledger.programming.vocabulary import ActionState
from ledger.referential.porteurs import ReadPorteur
from ledger.referential.siret import read_siret
from ledger.referential.statuts import kind_before_the_law
from ledger.referential.vocabulary import Law, LineNature, PorteurKind, Statut
from ledger.rules.book import NoRuleInForce, Rule
from ledger.rules.convention_kinds import ConventionDuty
from ledger.rules.kinds import Ceiling, EpciKey, Innovation, MobilisationOrder, Territories
from ledger.rules.programming_kinds import CostJump, StructuralCharges, TitleLikeness
from ledger.rules.scope import RuleSubject
from ledger.rules.typed_figures import KIND_LABELS


def closed_to_its_territories(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """A line asked for territories it may not serve: all of them, or some (M3, §5.3.1)."""
    for action in actions:
        for line in around.asked(action):
            yield from _places(action, line, around)


def _places(action: ReadAction, line: str, around: Surroundings) -> Iterator[ControlFinding]:
    rule = around.book.find(Territories, around.subject(action, line))
    modify = _correct_plan(action)
    if rule is None or isinstance(rule, NoRuleInForce):
        why = rule.text() if rule else "aucune règle ne dit quels territoires elle sert"
        problem = f"On ne sait pas si {line} peut servir cette action : {why}."
        remedy = (
            f"Ajoutez la règle : cofiville regle ajouter CODE --genre territoires --portee ligne={line} --chiffre"
            " types=qpv,veille --libelle LIBELLE --du JOUR --source TEXTE."
        )
        yield ControlFinding(action.number, "territoires_inconnus", Level.ALERT, problem, remedy)
        return
    if not action.slices:
        if rule.figures.slices_required and not rule.figures.alert_only:
            problem = f"Le public n'est pas réparti par territoire : {line} ne pourra rien donner."
            remedy = f"Donnez les effectifs : cofiville action modifier {action.number} --qpv N --veille N."
            yield ControlFinding(action.number, "public_non_reparti", Level.ALERT, problem, remedy)
        return
    outside = {kind: cost for kind, cost in action.costs.items() if cost and kind not in rule.figures.kinds}
    if not outside:
        return
    names = " et ".join(KIND_LABELS[kind] for kind in sorted(outside))
    served = total(cost for kind, cost in action.costs.items() if kind in rule.figures.kinds)
    if served == ZERO and not rule.figures.alert_only:
        problem = f"{line} ne peut rien donner pour {names} ({rule.source})."
        yield ControlFinding(action.number, "ligne_fermee_au_territoire", Level.ERROR, problem, modify)
        return
    lost = total(outside.values()).french()
    problem = f"{line} ne sert pas {names} ({rule.source}) : {lost} de coût éligible n'y comptent pas."
    level = Level.INFORMATION if rule.figures.alert_only else Level.ALERT
    yield ControlFinding(action.number, "territoire_en_partie_ferme", level, problem, modify)


_CHANGEABLE = (ActionState.DEPOSITED, ActionState.ADMISSIBLE, ActionState.EXAMINED, ActionState.ARBITRATED)


def _correct_plan(action: ReadAction) -> str:
    """How what an action asks is corrected; once something is granted, where it is read what keeps the rest."""
    if action.status in _CHANGEABLE:
        return (
            f"Corrigez le plan ou le public : cofiville action modifier {action.number} --financement LIGNE=MONTANT ;"
            f" cofiville action public {action.number} --public LIEU=N."
        )
    return (
        "Ce qui est accordé ne change que par un acte (annulation d'écriture, avenant) ; voyez-le : cofiville action"
        f" montrer {action.number}."
    )


_TWO = 2


def split_needed(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """An action for several agglomerations whose common part is not marked (M11, §5.4.3.3)."""
    key = _epci_key(around)
    epcis = frozenset() if key is None else frozenset(key.figures.populations)
    several = "les deux" if len(epcis) == _TWO else "plusieurs"
    for action in actions:
        served = {epci for place in action.territories for epci in around.epcis[place]}
        two_epcis = action.scale in around.wide_scales or len(served & epcis) > 1
        of_epci = [line for line in around.asked(action) if around.lines[line].financeur in epcis]
        shared = {each.line for each in action.fundings if each.shared}
        if key and two_epcis and of_epci and not shared.intersection(of_epci):
            how = "le public est compté" if action.counted_public(epcis) else "la clé de population s'appliquera"
            yield ControlFinding(
                action.number,
                "partage_non_marque",
                Level.ALERT,
                f"L'action sert {several} agglomérations et leur part commune n'est pas marquée ({key.source}).",
                f"Marquez-la : --financement {of_epci[0]}=MONTANT:partage ; {how}.",
            )


def _epci_key(around: Surroundings) -> Rule[EpciKey] | None:
    rule = around.book.find(EpciKey, RuleSubject())
    return rule if isinstance(rule, Rule) else None


_YEAR = re.compile(r"20\d\d")


def likeness(around: Surroundings) -> int | None:
    """From which likeness, in hundredths, titles are near; None without a rule."""
    rule = around.book.find(TitleLikeness, RuleSubject())
    if rule is None or isinstance(rule, NoRuleInForce):
        return None
    return -(-100 * rule.figures.likeness.numerator // rule.figures.likeness.denominator)


def near(first: str, second: str, least: int) -> bool:
    """Whether two titles in plain words are near, in whatever order their words stand.

    least: in hundredths. Years apart, numbers that differ ("groupe 1", "groupe 2") tell two actions apart.
    """
    from rapidfuzz import fuzz

    if _numbers(first) != _numbers(second):
        return False
    return fuzz.token_sort_ratio(first, second, score_cutoff=least) >= least


def renewed_by_title(action: ReadAction, around: Surroundings) -> ReadAction | None:
    """The action of the same porteur last year whose title is near; None without one."""
    least = likeness(around)
    if least is None:
        return None
    words = plain_words(action.title)
    candidates = around.last_year.get(action.porteur, ())
    return next((each for each in candidates if near(words, plain_words(each.title), least)), None)


def _numbers(title: str) -> list[str]:
    words = [word for word in title.split() if any(character.isdigit() for character in word)]
    return sorted(word for word in words if not _YEAR.fullmatch(word))


_OF_PUBLIC_BODIES = ("1", "2")
_ANY_SIREN = frozenset({Statut.OPH.value, Statut.GIP.value, Statut.SEM.value, Statut.SPL.value})


def deposited_twice(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """Near titles of one porteur, in this contract or the other."""
    least = likeness(around)
    if least is None:
        return
    words = {action.number: plain_words(action.title) for action in actions}
    for _, same in around.by_carrier(actions):
        for first, second in combinations(same, 2):
            if near(words[first.number], words[second.number], least):
                yield ControlFinding(
                    second.number,
                    "deposee_deux_fois",
                    Level.ALERT,
                    f"« {second.title} » ressemble à l'action {first.number}, « {first.title} », du même porteur.",
                    f"Gardez-en une : cofiville action statut {second.number} refusée --motif TEXTE.",
                )
    for action in actions:
        for contract, number, title in around.elsewhere.get(action.porteur, ()):
            if near(words[action.number], plain_words(title), least):
                yield ControlFinding(
                    action.number,
                    "deposee_aux_deux_contrats",
                    Level.ALERT,
                    f"« {action.title} » est aussi déposée sous le contrat {contract}, n° {number}.",
                    "Marquez la part commune des deux agglomérations (LIGNE=MONTANT:partage), ou retirez-en une.",
                )


def late_bilans(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """A porteur that owes the bilan of an earlier action, told once."""
    for carrier, same in around.by_carrier(actions):
        for late in around.late_bilans.get(carrier.code, ()):
            yield ControlFinding(
                same[0].number,
                "bilan_en_retard",
                Level.ALERT,
                f"{carrier.name} doit le bilan de l'action {late.action} ({late.convention})"
                f" depuis le {french_day(late.due_on)}.",
                "Réclamez-le avant d'instruire ; une fois reçu : cofiville bilan saisir"
                f" {late.convention} --action {late.action} --cout MONTANT --piece PIECE.",
            )


def siret(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """A porteur without a SIRET, or with one that is no SIRET or cannot be its own; told once."""
    for carrier, (action, *_) in around.by_carrier(actions):
        code, first = carrier.code, action.number
        remedy = f"Corrigez-le : cofiville porteur modifier {code} --siret NUMERO."
        if not carrier.siret:
            problem = f"{carrier.name} n'a pas de SIRET : aucun financeur ne pourra le payer."
            yield ControlFinding(first, "siret_manquant", Level.ALERT, problem, remedy)
        elif read_siret(carrier.siret)[1]:
            problem = f"« {carrier.siret} » n'est pas un SIRET ({carrier.name})."
            yield ControlFinding(first, "siret_invalide", Level.ERROR, problem, remedy)
        elif _of_another(carrier):
            whose = "public" if carrier.law is not Law.PUBLIC else "privé"
            problem = f"Le SIRET {carrier.siret} est celui d'un organisme {whose} ; {carrier.name} n'en est pas un."
            yield ControlFinding(first, "siret_d_un_autre", Level.ALERT, problem, remedy)
        elif carrier.to_confirm:
            problem = f"L'identité de {carrier.name} est à confirmer."
            yield ControlFinding(
                first, "porteur_a_confirmer", Level.ALERT, problem, f"cofiville porteur montrer {code}."
            )


def _of_another(carrier: ReadPorteur) -> bool:
    """A SIREN that begins with 1 or 2 is a public body's; industrial public bodies (OPH, GIP …) may have any other."""
    public_siren = carrier.siret.startswith(_OF_PUBLIC_BODIES)
    unsaid = carrier.statut is None and carrier.kind in (PorteurKind.OTHER, PorteurKind.BAILLEUR)
    if carrier.statut in _ANY_SIREN or unsaid:
        return False
    return public_siren is (carrier.law is not Law.PUBLIC)


def statut_unknown(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """A porteur whose type does not say whether it is of public or private law; told once."""
    for carrier, same in around.by_carrier(actions):
        if carrier.law is Law.UNKNOWN:
            yield ControlFinding(
                same[0].number,
                "statut_a_confirmer",
                Level.INFORMATION,
                f"Le statut juridique de {carrier.name} est à confirmer : organisme public ou privé ?",
                f"Dites-le : cofiville porteur modifier {carrier.code} --statut oph (ou esh, sem, gip, entreprise…).",
            )


def convention_needed(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """A private body that asks one financeur more in the year than what needs a convention."""
    for carrier, same in around.by_carrier(actions):
        if carrier.law is Law.PUBLIC:
            continue
        asked: dict[str, Money] = {}
        for action in same:
            for line, amount in around.asked(action).items():
                financeur = around.lines[line].financeur
                asked[financeur] = asked.get(financeur, ZERO) + amount
        kind = kind_before_the_law(carrier.kind, carrier.statut)
        rule = around.formalities.find(ConventionDuty, RuleSubject(porteur_kind=kind))
        if rule is None or isinstance(rule, NoRuleInForce) or rule.figures.threshold is None:
            continue
        for financeur, amount in sorted(asked.items()):
            if amount > rule.figures.threshold:
                yield ControlFinding(
                    same[0].number,
                    "convention_obligatoire",
                    Level.INFORMATION,
                    f"{carrier.name} demande {amount.french()} à {financeur} : au-dessus de"
                    f" {rule.figures.threshold.french()} par an, une convention est obligatoire ({rule.source}).",
                    "Prévoyez-la, et réclamez le compte rendu financier de l'année précédente.",
                )


def droit_commun_first(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """Specific credits asked without droit commun nor a reason for it (M8, §5.4.1)."""
    rule = around.book.find(MobilisationOrder, RuleSubject())
    source = f" ({rule.source})" if isinstance(rule, Rule) else ""
    for action in actions:
        specific = total(around.asked(action, LineNature.SPECIFIC).values())
        single = specific and not around.asked(action, LineNature.DROIT_COMMUN)
        if single and not action.no_droit_commun_reason.strip():
            yield ControlFinding(
                action.number,
                "droit_commun_absent",
                Level.ERROR,
                f"{specific.french()} de crédits spécifiques demandés sans droit commun, et sans motif{source}.",
                "Demandez du droit commun au plan de financement, ou dites pourquoi il n'y en a pas.",
            )


def innovation(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """Innovation claimed by some criteria, but fewer than a line it asks needs (M14, §5.1); told once."""
    for action in actions:
        rules = (around.book.find(Innovation, around.subject(action, line)) for line in around.asked(action))
        short = (
            rule
            for rule in rules
            if isinstance(rule, Rule) and 0 < action.innovation_criteria < rule.figures.criteria_required
        )
        if (rule := next(short, None)) is not None:
            yield ControlFinding(
                action.number,
                "innovation_incomplete",
                Level.ALERT,
                f"{action.innovation_criteria} critère(s) d'innovation justifié(s) sur"
                f" {rule.figures.criteria_required} exigés ({rule.source}) : le taux des actions innovantes"
                " ne s'appliquera pas.",
                "Justifiez les critères qui manquent, ou renoncez au taux d'innovation.",
            )


def criteria_unnamed(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """More asked than the ordinary rate gives, on criteria that are counted and not named (M29, §5.1); told once."""
    for action in actions:
        counted = action.innovation_criteria if around.criteria and not action.criteria else 0
        if counted and above_the_ordinary(action, around):
            yield ControlFinding(
                action.number,
                "criteres_non_nommes",
                Level.INFORMATION,
                f"Plus que le taux ordinaire est demandé, et {counted} critère(s) d'innovation"
                " sont comptés sans être nommés.",
                f"Nommez-les : cofiville action modifier {action.number} --critere CODE, une fois par critère"
                f" ({', '.join(sorted(around.criteria))}).",
            )


def above_the_ordinary(action: ReadAction, around: Surroundings) -> bool:
    """Whether a line that innovation bears on is asked more than its ordinary rate of the eligible cost."""
    for line, amount in around.asked(action).items():
        about = around.subject(action, line)
        ordinary, lifted = around.book.find(Ceiling, about), around.book.find(Innovation, about)
        if isinstance(ordinary, Rule) and isinstance(lifted, Rule):
            rate = ordinary.figures.rate
            if amount.cents * rate.denominator > action.eligible.cents * rate.numerator:
                return True
    return False


def cost_jump(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """A renewed action that costs much more than the year before; renewed by link, else by its title."""
    for action in actions:
        rule = around.book.find(CostJump, around.subject(action))
        before = around.renewed.get(action.number) or renewed_by_title(action, around)
        if rule is None or isinstance(rule, NoRuleInForce) or before is None:
            continue
        rise = action.cost_total - before.cost_total
        if rise.cents * rule.figures.rise.denominator > before.cost_total.cents * rule.figures.rise.numerator:
            yield ControlFinding(
                action.number,
                "cout_en_hausse",
                Level.ALERT,
                f"Le coût passe de {before.cost_total.french()} ({before.number}) à {action.cost_total.french()} :"
                f" plus de {french_rate(rule.figures.rise)} de hausse.",
                "Demandez au porteur ce qui l'explique, et notez sa réponse dans l'avis.",
            )


def structural_only(actions: Sequence[ReadAction], around: Surroundings) -> Iterator[ControlFinding]:
    """Specific credits asked by a private body whose charges are all of its ordinary running (M8)."""
    for action in actions:
        rule = around.book.find(StructuralCharges, around.subject(action))
        known = {account: amount for account, amount in around.charges.get(action.number, {}).items() if amount}
        if rule is None or isinstance(rule, NoRuleInForce) or not known:
            continue
        asked = around.carriers[action.porteur].law is not Law.PUBLIC and around.asked(action, LineNature.SPECIFIC)
        if asked and all(rule.figures.holds(account) for account in known):
            yield ControlFinding(
                action.number,
                "charges_de_structure",
                Level.ALERT,
                f"Toutes les charges ({', '.join(sorted(known))}) sont de fonctionnement ordinaire : les crédits"
                f" spécifiques ne paient pas les besoins de structure ({rule.source}).",
                "Faites préciser les dépenses propres à l'action, ou orientez la demande vers le droit commun.",
            )


Check = Callable[[Sequence[ReadAction], Surroundings], Iterator[ControlFinding]]
CHECKS: tuple[Check, ...] = (
    deposited_twice,
    late_bilans,
    siret,
    statut_unknown,
    convention_needed,
    closed_to_its_territories,
    droit_commun_first,
    innovation,
    criteria_unnamed,
    split_needed,
    cost_jump,
    structural_only,
)


def control(actions: Sequence[ReadAction], around: Surroundings) -> list[ControlFinding]:
    """Every finding on these actions, those set aside left out, by action then weight."""
    looked_at = [action for action in actions if action.status not in SET_ASIDE]
    found = [finding for check in CHECKS for finding in check(looked_at, around)]
    order = {action.number: rank for rank, action in enumerate(actions)}
    weights = list(Level)
    return sorted(found, key=lambda each: (order[each.action], weights.index(each.level), each.code, each.problem))
