"""The State's posts: credits notified year by year, and each post granted to its porteur by the State directly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import NewGrant, grant_several
from ledger.conventions.draft_convention import draft_conventions
from ledger.conventions.forms import ConventionForm
from ledger.conventions.granted import GrantsToConvention
from ledger.conventions.sign_convention import Signature, sign_several
from ledger.core.errors import LedgerError, Problem
from ledger.core.identifiers import check_code, plain_words
from ledger.core.money import Money, total
from ledger.exchange.declaration import Values, value_required
from ledger.exchange.importing.diff import RowDiff, SheetDiff, compare_rows
from ledger.exchange.importing.handling import Handler, ImportAct, ImportBatch, RowsOrigin
from ledger.exchange.reading.messages import problem
from ledger.exchange.reading.rows import LeftOut, Row
from ledger.exchange.sheets.partners import POSTS
from ledger.exchange.vocabulary import State
from ledger.journal.balances import balances
from ledger.journal.enveloppes import modify_credits, notify_credits
from ledger.journal.positions import Position
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.model import Action
from ledger.programming.actions.record_action import record_action, record_actions
from ledger.programming.plans.balance import FundingForm
from ledger.programming.queries import actions_named
from ledger.referential.change_facts import line_that_opens
from ledger.referential.model import Dispositif, Epci, Porteur
from ledger.referential.porteurs import PorteurForm, porteur_of_siret, porteurs_named, record_porteur
from ledger.referential.queries import find_line
from ledger.referential.siret import read_siret
from ledger.referential.vocabulary import DispositifRole, PorteurKind
from ledger.referential.words import dispositif_of_role
from ledger.rules.enveloppe_ceilings import check_ceiling
from ledger.storage.session import context

_COMMUNE, _LOCAL_PUBLIC_BODY = "21", "26"
_SIREN_DIGITS = 9


def porteur_of(session: Session, post_kind: str, identifier: str, name: str) -> Porteur:
    """The porteur of a post, recorded with its published name if nobody has that SIRET (or, without one, that name)."""
    siret, trouble = read_siret(identifier)
    if not trouble:
        known = porteur_of_siret(session, siret)
        form = PorteurForm(name=_tidy(name), kind=_kind_of_siret(session, siret, name), siret=siret)
        return known or record_porteur(session, form)
    candidates = porteurs_named(session, name)
    if len(candidates) == 1:
        return candidates[0]
    kind = PorteurKind.ASSOCIATION if post_kind == DispositifRole.FONJEP else PorteurKind.OTHER
    return record_porteur(session, PorteurForm(name=_tidy(name), kind=kind, to_confirm=True))


def confirmations(rows: Sequence[Row]) -> Iterator[Problem]:
    """One alert for each porteur of these rows known by its name alone."""
    seen: set[str] = set()
    for row in rows:
        name, (_, trouble) = str(row.values["porteur_name"]), read_siret(str(row.values["porteur_id"]))
        if trouble and plain_words(name) not in seen:
            seen.add(plain_words(name))
            note = f"« {_tidy(name)} » n'a pas de SIRET dans le fichier : confirmez de quel porteur il s'agit."
            yield problem("a_confirmer", row.tab, row.cell("porteur_id"), name, note=note)


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _kind_of_siret(session: Session, siret: str, name: str) -> str:
    """The kind told by the SIREN: 21… is a commune, 26… a local public body (a CCAS if its name says so)."""
    siren = siret[:_SIREN_DIGITS]
    if session.scalar(select(Epci.code).where(Epci.siren == siren)) is not None:
        return PorteurKind.EPCI
    if siren.startswith(_COMMUNE):
        return PorteurKind.COMMUNE
    if siren.startswith(_LOCAL_PUBLIC_BODY):
        words = plain_words(name)
        social = "ccas" in words or "action sociale" in words
        return PorteurKind.CCAS if social else PorteurKind.ETABLISSEMENT_PUBLIC
    return PorteurKind.OTHER


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one kind of post is kept: its credit line, the mark in its numbers, its name."""

    line: str
    mark: str
    name: str


SCHEMES: Mapping[str, Scheme] = {
    DispositifRole.ADULTES_RELAIS: Scheme("ETAT-ADULTES-RELAIS", "AR", "adulte-relais"),
    DispositifRole.FONJEP: Scheme("ETAT-PDV-FONJEP", "FJ", "FONJEP"),
}
"""By the role of the dispositif that its actions are under."""


class PublishedOtherwise(LedgerError):
    """A post already imported, published now with another amount."""

    code = "poste_modifie"


class PostHandler(Handler):
    """Rows of the profile postes-etat; those of other contracts are left aside and counted."""

    sheets = (POSTS,)

    def diffs(self, session: Session, rows: Mapping[str, Sequence[Row]], origin: RowsOrigin) -> list[SheetDiff]:
        """The posts of this contract against those imported before, and the rows left aside."""
        contract = context(session).contract
        once: dict[str, Row] = {}
        aside = []
        for row in rows[POSTS.name]:
            if row.values["contract"] != contract:
                aside.append(_aside(row, f"contrat {row.values['contract']}"))
            elif (first := once.setdefault(row.key, row)) is not row:
                same = dict(first.values) == dict(row.values)
                aside.append(_aside(row, "poste répété à l'identique" if same else "poste déjà listé autrement"))
        return [replace(compare_rows(POSTS, list(once.values()), _held(session)), aside=tuple(aside))]

    def acts(
        self, session: Session, diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[ImportAct | ImportBatch]:
        """For each kind and year: the credits notified, then each new post."""
        groups: dict[tuple[str, int], list[RowDiff]] = {}
        for diff in diffs[0].rows:
            if diff.state is State.NEW:
                groups.setdefault(
                    (str(diff.row.values["kind"]), value_required(diff.row.values, "year", int)), []
                ).append(diff)
            elif diff.state is State.CHANGED:
                yield ImportAct((diff,), lambda diff=diff: _refuse(diff))  # type: ignore[misc]
        for (kind, year), found in sorted(groups.items()):
            line = find_line(session, SCHEMES[kind].line).code
            known = any(key.startswith(f"{kind} · {year} · ") for key in _held(session))
            again = known and bool(balances(session, line=line, year=year, positions=(Position.NOTIFIE,)))
            yield ImportAct(tuple(found), lambda k=kind, y=year, f=found, a=again: _open(session, k, y, f, again=a))  # type: ignore[misc]
            single = tuple(ImportAct((diff,), lambda diff=diff: _record_all(session, [diff])) for diff in found)  # type: ignore[misc]
            yield ImportBatch(single, lambda found=found: _record_all(session, found))  # type: ignore[misc]

    def remarks(
        self, session: Session, rows: Mapping[str, Sequence[Row]], diffs: Sequence[SheetDiff], origin: RowsOrigin
    ) -> Iterator[Problem]:
        """Posts listed twice, rows of other contracts, porteurs known by their name alone."""
        yield from _file_remarks(rows[POSTS.name], context(session).contract)
        yield from confirmations([diff.row for diff in diffs[0].rows if diff.state is State.NEW])


def _aside(row: Row, reason: str) -> LeftOut:
    amount = value_required(row.values, "amount", Money)
    return LeftOut(row.tab, f"ligne {row.number}", reason, Fraction(amount.cents, 100) + row.lost)


def _file_remarks(rows: Sequence[Row], contract: str) -> Iterator[Problem]:
    listed = Counter((row.values["kind"], row.values["year"], row.values["post"]) for row in rows)
    for row in rows:
        if listed[row.values["kind"], row.values["year"], row.values["post"]] > 1:
            note = (
                f"Le poste {row.values['post']} est listé plusieurs fois en {row.values['year']} : seule sa première "
                "ligne est gardée, les autres sont comptées à part. Vérifiez-le."
            )
            yield problem("doublon", row.tab, row.cell("post"), row.values["post"], note=note)
    others = Counter(str(row.values["contract"]) for row in rows if row.values["contract"] != contract)
    for other, count in sorted(others.items()):
        yield problem("autre_contrat", rows[0].tab, note=f"{count} ligne(s) du contrat {other} ne sont pas lues ici.")


def _held(session: Session) -> dict[str, Values]:
    contract = context(session).contract
    query = (
        select(Dispositif.role, Action.year, Action.origin, Action.cost_total)
        .join(Dispositif, Dispositif.code == Action.dispositif)
        .where(Dispositif.role.in_(SCHEMES), Action.origin != "")
    )
    return {
        f"{kind} · {year} · {contract} · {origin}": {"amount": amount}
        for kind, year, origin, amount in session.execute(query)
    }


def _piece(kind: str, year: int) -> str:
    return f"ANCT, postes {SCHEMES[kind].name} {year}"


def _open(session: Session, kind: str, year: int, diffs: Sequence[RowDiff], *, again: bool) -> None:
    line, on = line_that_opens(session, SCHEMES[kind].line, year), date(year, 1, 1)
    amount = total(value_required(diff.row.values, "amount", Money) for diff in diffs)
    if again:
        posts = ", ".join(str(diff.row.values["post"]) for diff in diffs)
        modify_credits(session, line, year, amount, piece=f"{_piece(kind, year)}, complément {posts}", on=on)
    else:
        notify_credits(session, line, year, amount, piece=_piece(kind, year), on=on)
    check_ceiling(session, line, year)


def _record_all(session: Session, diffs: Sequence[RowDiff]) -> Sequence[bool]:
    """The posts of one kind and year: each an action, granted and conventioned by the State on 1 January."""
    kind, year = str(diffs[0].row.values["kind"]), value_required(diffs[0].row.values, "year", int)
    scheme, on = SCHEMES[kind], date(year, 1, 1)
    grants = []
    forms = [_form(session, diff) for diff in diffs]
    for form, recorded in zip(forms, record_actions(session, forms), strict=True):
        if not recorded:
            record_action(session, form)
        piece = f"{_piece(kind, year)}, {form.origin}"
        grants.append(NewGrant(form.number, scheme.line, form.cost_total, piece))
    known = {action.number: action for action in actions_named(session, [each.action for each in grants])}
    grant_several(session, year, grants, on=on)
    beforehand = GrantsToConvention(session, year, [each.action for each in grants])
    waiting: list[Signature] = []
    for number, line, amount, piece in grants:
        contract = ConventionForm(grants={known[number].number: {line: amount}}, number=f"C{number}")
        drafts = draft_conventions(session, contract, on=on, beforehand=beforehand)
        waiting.extend(Signature(convention, piece, on) for convention in drafts)
    sign_several(session, waiting)
    return [True] * len(diffs)


def _form(session: Session, diff: RowDiff) -> ActionForm:
    values, year, amount = (
        diff.row.values,
        value_required(diff.row.values, "year", int),
        value_required(diff.row.values, "amount", Money),
    )
    kind, post = str(values["kind"]), str(values["post"])
    scheme = SCHEMES[kind]
    porteur = porteur_of(session, kind, str(values["porteur_id"]), str(values["porteur_name"]))
    return ActionForm(
        year=year,
        number=_number(values),
        porteur=porteur.code,
        title=f"Poste {scheme.name} {post}",
        cost_total=amount,
        cost_eligible=amount,
        dispositif=dispositif_of_role(session, DispositifRole(kind)).code,
        origin=post,
        fundings=(FundingForm(scheme.line, amount),),
    )


def _number(values: Values) -> str:
    """The number of the action that carries this post."""
    scheme, year = SCHEMES[str(values["kind"])], value_required(values, "year", int)
    return check_code(f"{year}-{scheme.mark}-{values['post']}", "l'action")


def _refuse(diff: RowDiff) -> NoReturn:
    change, values = diff.changes[0], diff.row.values
    scheme, year = SCHEMES[str(values["kind"])], value_required(values, "year", int)
    number, line = _number(values), scheme.line
    before = change.before.french() if isinstance(change.before, Money) else ""
    raise PublishedOtherwise(
        f"Le poste {values['post']} est déjà au livre pour {before}.",
        f"Enregistrez l'écart par un acte : cofiville enveloppe modifier {line} {year} MONTANT --piece PIECE, puis"
        f" cofiville allocation accorder {number} {line} MONTANT --piece PIECE.",
    )
