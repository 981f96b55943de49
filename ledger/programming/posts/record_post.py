"""Posts cofinanced, recorded by year, with the months nobody holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ledger.core.errors import InvalidValue, NotFound, require_words
from ledger.core.identifiers import check_code, plain_words
from ledger.core.money import Money, total
from ledger.core.period import check_year
from ledger.programming.plans.balance import UnbalancedPlan
from ledger.programming.posts.costs import MonthOfPost, check_months, months_occupied, months_of_post
from ledger.programming.posts.model import Post, PostAbsence, PostCommune, PostFunding
from ledger.programming.queries import ProgrammeRefused, find_action
from ledger.referential.model import Commune, PostKind
from ledger.referential.queries import find_line, find_porteur
from ledger.referential.words import find_word, words_of
from ledger.rules.book import Rule, rulebook
from ledger.rules.programming_kinds import CommuneGroups, PopulationThreshold
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Clock, Verdict
from ledger.storage.session import context
from ledger.storage.standing import standing_act


@dataclass(frozen=True, slots=True)
class PostForm:
    """What is typed of a post in a year.

    cost_yearly and fundings: for twelve months at this percentage of a full-time equivalent. communes: names or INSEE.
    """

    year: int
    code: str
    kind: str
    label: str
    porteur: str
    cost_yearly: Money
    fundings: tuple[tuple[str, Money], ...]
    percent: int = 100
    first_month: int = 1
    last_month: int = 12
    communes: tuple[str, ...] = ()
    population: int | None = None
    population_source: str = ""
    action: str = ""
    example: bool = False


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether the communes of a post have enough inhabitants, in words, with the source of the rule."""

    verdict: Verdict
    text: str
    source: str = ""


def record_post(session: Session, form: PostForm) -> Post:
    """The post, new or with these facts instead; its absences stay.

    raises: InvalidValue, NotFound, UnbalancedPlan, ProgrammeRefused below the population of the texts.
    """
    _check(session, form)
    contract = context(session).contract
    code = check_code(form.code, "le poste")
    post = session.get(Post, (contract, check_year(form.year), code))
    if post is None:
        post = Post(
            contract=contract,
            year=form.year,
            code=code,
            kind=form.kind,
            label="",
            porteur=find_porteur(session, form.porteur).code,
            action=None,
            percent=form.percent,
            first_month=form.first_month,
            last_month=form.last_month,
            cost_yearly=form.cost_yearly,
            population=None,
            population_source="",
            example=form.example,
        )
        session.add(post)
    _fill(session, post, form)
    session.flush()
    return post


def _check(session: Session, form: PostForm) -> None:
    find_word(session, PostKind, form.kind, form.year)
    require_words(form.label, "L'intitulé du poste manque.", "Donnez un intitulé court.")
    if not 1 <= form.percent <= 100:
        raise InvalidValue(
            f"Une quotité de {form.percent} % n'existe pas.", "Saisissez de 1 à 100 (temps plein : 100)."
        )
    check_months(form.first_month, form.last_month, f"Le poste {form.code}")
    paid = total(amount for _, amount in form.fundings)
    if form.cost_yearly.cents < 0 or any(amount.cents < 0 for _, amount in form.fundings):
        raise InvalidValue("Un montant est négatif.", "Saisissez des montants positifs.")
    if paid != form.cost_yearly:
        raise UnbalancedPlan(
            f"Le poste {form.code} coûte {form.cost_yearly.french()} sur douze mois et ses financements font "
            f"{paid.french()}, écart {abs(paid - form.cost_yearly).french()}.",
            "Corrigez les montants, part de l'employeur comprise.",
        )
    found = eligibility(session, form.kind, form.year, form.population)
    if found.verdict is Verdict.BROKEN:
        raise ProgrammeRefused(
            f"Le poste {form.code} n'est pas éligible : {found.text} ({found.source}).",
            "Regroupez des communes, ou corrigez la population.",
        )


def _fill(session: Session, post: Post, form: PostForm) -> None:
    post.kind, post.label = find_word(session, PostKind, form.kind).code, form.label.strip()
    post.porteur = find_porteur(session, form.porteur).code
    post.action = find_action(session, form.action).number if form.action else None
    post.percent, post.first_month, post.last_month = form.percent, form.first_month, form.last_month
    post.cost_yearly, post.example = form.cost_yearly, form.example
    post.population, post.population_source = form.population, form.population_source.strip()
    if post.communes or post.fundings:
        post.communes.clear()
        post.fundings.clear()
        session.flush()
    communes = sorted({find_commune(session, each).insee for each in form.communes})
    post.communes.extend(
        PostCommune(contract=post.contract, year=post.year, post=post.code, commune=insee) for insee in communes
    )
    lines = [(find_line(session, line).code, amount) for line, amount in form.fundings]
    if len({line for line, _ in lines}) < len(lines):
        raise InvalidValue("Une ligne finance deux fois le poste.", "Additionnez les deux montants.")
    post.fundings.extend(
        PostFunding(contract=post.contract, year=post.year, post=post.code, line=line, amount=amount)
        for line, amount in lines
    )


def find_commune(session: Session, text: str) -> Commune:
    """The commune of this INSEE code or name. raises: NotFound."""
    wanted = plain_words(text)
    for commune in session.scalars(select(Commune)):
        if text.strip() == commune.insee or plain_words(commune.name) == wanted:
            return commune
    raise NotFound(
        f"La commune « {text.strip()} » n'existe pas.", "Écrivez son nom ou son code INSEE, par exemple 59172."
    )


def eligibility(session: Session, kind: str, year: int, population: int | None) -> Eligibility:
    """Whether a post of this kind may serve so many inhabitants; unknown when the number is not known (§5.3.2.2)."""
    subject = RuleSubject(dispositif=find_word(session, PostKind, kind).dispositif)
    rule = rulebook(session, Clock.MILLESIME, exercice=year).find(PopulationThreshold, subject)
    if rule is None:
        return Eligibility(Verdict.NOT_APPLICABLE, "aucun seuil de population")
    if not isinstance(rule, Rule):
        return Eligibility(Verdict.UNKNOWN, rule.text())
    source, wanted = str(rule.source), rule.figures.text()
    if population is None:
        return Eligibility(Verdict.UNKNOWN, f"population éligible non renseignée ({wanted})", source)
    said = f"{population:,} habitants, il en faut {wanted}".replace(",", "\u00a0", 1)
    above = population > rule.figures.beyond
    return Eligibility(Verdict.RESPECTED if above else Verdict.BROKEN, said, source)


def record_absence(session: Session, post: Post, first: int, last: int, reason: str = "") -> PostAbsence:
    """Months during which nobody holds the post: its cost and each line's part fall accordingly.

    raises: InvalidValue outside the months of the post, or over another absence.
    """
    check_months(first, last, "La vacance")
    if first < post.first_month or last > post.last_month:
        raise InvalidValue(
            f"Le poste {post.code} existe des mois {post.first_month} à {post.last_month}.",
            "Donnez une vacance dans ces mois.",
        )
    for each in post.absences:
        if each.first_month <= last and first <= each.last_month:
            raise InvalidValue(
                f"Une vacance des mois {each.first_month} à {each.last_month} est déjà notée{standing_act(each)}.",
                "Donnez des mois qui ne la recoupent pas.",
            )
    absence = PostAbsence(
        contract=post.contract,
        year=post.year,
        post=post.code,
        first_month=first,
        last_month=last,
        reason=reason.strip(),
    )
    post.absences.append(absence)
    session.flush()
    return absence


def months_of(post: Post) -> list[MonthOfPost]:
    """The twelve months of the post, absences counted."""
    held = months_occupied(post.first_month, post.last_month, [(a.first_month, a.last_month) for a in post.absences])
    return months_of_post([(each.line, each.amount) for each in post.fundings], held)


def find_post(session: Session, year: int, code: str) -> Post:
    """The post of this year and code. raises: NotFound."""
    found = session.get(Post, (context(session).contract, year, code.strip().upper()))
    if found is None:
        raise NotFound(
            f"Le poste « {code.strip()} » n'existe pas en {year}.", f"La liste : cofiville poste lister {year}."
        )
    return found


def posts_of(session: Session, year: int, action: str | None = None) -> Sequence[Post]:
    """The posts of a year, by code, with their lists; those of an action alone when it is named."""
    query = (
        select(Post)
        .where(Post.year == year)
        .options(selectinload(Post.communes), selectinload(Post.absences), selectinload(Post.fundings))
        .order_by(Post.code)
    )
    return session.scalars(query if action is None else query.where(Post.action == action)).all()


@dataclass(frozen=True, slots=True)
class PostGroup:
    """A group of communes that share an engineering post: names, the posts that serve one of them, full time in %."""

    communes: list[str]
    posts: list[str]
    percent: int


def groups_of(session: Session, year: int) -> list[PostGroup]:
    """The groups of communes of the texts, with the posts of the year that serve them (§5.3.2.2).

    A text is about the posts whose dispositif it names.
    """
    book = rulebook(session, Clock.MILLESIME, exercice=year)
    kinds: dict[str, set[str]] = {}
    rules: dict[str, Rule[CommuneGroups]] = {}
    for kind in words_of(session, PostKind):
        rule = book.find(CommuneGroups, RuleSubject(dispositif=kind.dispositif))
        if isinstance(rule, Rule):
            rules[rule.code] = rule
            kinds.setdefault(rule.code, set()).add(kind.code)
    posts = posts_of(session, year) if rules else ()
    return [
        _group(session, names, [post for post in posts if post.kind in kinds[code]])
        for code, rule in rules.items()
        for names in rule.figures.communes()
    ]


def _group(session: Session, names: Sequence[str], posts: Sequence[Post]) -> PostGroup:
    communes = [find_commune(session, name) for name in names]
    wanted = {commune.insee for commune in communes}
    serving = [post for post in posts if wanted & {each.commune for each in post.communes}]
    return PostGroup([each.name for each in communes], [post.code for post in serving], sum(p.percent for p in serving))
