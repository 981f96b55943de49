"""Creating, correcting, prolonging and closing a contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.identifiers import check_code
from ledger.core.period import Period, french_day
from ledger.journal.model import Contract, ContractAct, Exercice
from ledger.journal.vocabulary import ContractActKind, ContractFrame
from ledger.referential.contracts import ContractRead, first_day_of_new_qpv, read_contract, read_contracts
from ledger.referential.framework import Framework, record_framework
from ledger.referential.model import Epci
from ledger.storage.history import counting_from
from ledger.storage.session import acting_for, context
from ledger.storage.standing import contract_made, signed_at, standing_act


class ContractRefused(LedgerError):
    """A contract that cannot be made, prolonged or closed so."""

    code = "contrat_refuse"


@dataclass(frozen=True, slots=True)
class ContractForm:
    """What is said of a new contract. siren: that of the EPCI that carries it, one of the framework's."""

    code: str
    siren: str
    first: date
    last: date
    name: str = ""
    frame: str = ContractFrame.BASE.value
    model: str = ""
    time_zone: str = "Europe/Paris"


def check_new_contract(session: Session, form: ContractForm) -> str:
    """The code of the new contract, once its code and its days are checked against those of the base.

    raises: InvalidValue, ContractRefused.
    """
    code = check_code(form.code, "le contrat")
    there = read_contracts(session)
    if any(each.contract.code == code for each in there):
        raise ContractRefused(
            f"Le code {code} est déjà celui d'un contrat de cette base{contract_made(session, code)}.",
            f"Donnez-en un autre, ou voyez-le : cofiville contrat montrer {code}.",
        )
    if form.last < form.first:
        raise InvalidValue("Le contrat finit avant de commencer.", "Vérifiez --du et --au.")
    _check_alone(session, there, form.siren, Period(form.first, form.last))
    return code


def _check_alone(session: Session, there: list[ContractRead], siren: str, days: Period) -> None:
    for each in there:
        held = Period(each.first or date.min, each.contract.closed_on or each.last)
        if each.epci.siren == siren and held.overlaps(days):
            until = f" au {french_day(held.last)}" if held.last is not None else ""
            after = f"--du {date.fromordinal(held.last.toordinal() + 1)}" if held.last is not None else "--du plus tard"
            raise ContractRefused(
                f"Le contrat {each.contract.code} {each.epci.of} couvre déjà du {french_day(held.first)}{until}"
                f"{contract_made(session, each.contract.code)}.",
                f"Commencez après ({after}), ou cofiville contrat clore {each.contract.code} --le JOUR.",
            )


def create_contract(session: Session, form: ContractForm, framework: Framework) -> ContractRead:
    """The new contract, which begins with this framework. raises: InvalidValue, ContractRefused."""
    code = check_new_contract(session, form)
    carrier = next(each for each in framework[Epci] if each["siren"] == form.siren)
    contract = Contract(
        code=code,
        name=form.name.strip() or f"Contrat de ville {form.first.year}-{form.last.year} {_of(carrier)}",
        epci=carrier["code"],
        epci_financeur=carrier["code"],
        starts_on=form.first,
        ends_on=form.last,
        frame=form.frame,
        model=form.model,
        time_zone=form.time_zone,
    )
    with acting_for(session, ""):
        session.add(contract)
        session.flush()
    record_framework(session, code, framework)
    return read_contract(session, code)


def _of(carrier: Mapping[str, str]) -> str:
    made = {name: carrier[name] for name in ("code", "siren", "name", "short_name")}
    return Epci(contract="", article=carrier.get("article", ""), **made).of


def change_contract(session: Session, code: str, said: Mapping[str, str], on: date) -> ContractRead:
    """The contract with what is said of it instead, from this day: name, frame, signatories, time zone, heading.

    raises: NotFound, InvalidValue.
    """
    contract = read_contract(session, code).contract
    if not said.get("name", contract.name).strip():
        raise InvalidValue("Le nom du contrat manque.", "Donnez son nom complet.")
    if "time_zone" in said:
        check_time_zone(said["time_zone"].strip())
    if (frame := said.get("frame", "")) not in ContractFrame.labels():
        raise InvalidValue(f"« {frame} » n'est pas un cadre national.", "Écrivez piliers, socle, ou rien.")
    with counting_from(session, on):
        for name, value in said.items():
            setattr(contract, name, value.strip())
    return read_contract(session, code)


def add_contract_act(
    session: Session, code: str, kind: str, *, piece: str, on: date, at: datetime, to_confirm: bool = False
) -> ContractRead:
    """The contract, with an avenant or an annexe of that day among its acts.

    raises: NotFound, InvalidValue for another kind or without a piece, ContractRefused for an act known already.
    """
    if kind not in (ContractActKind.AVENANT, ContractActKind.ANNEXE):
        raise InvalidValue(
            f"« {kind} » n'est pas un acte qui se note ainsi.",
            "Écrivez avenant ou annexe ; ce qui prolonge : cofiville contrat prolonger CODE --au JOUR --piece TEXTE.",
        )
    read = read_contract(session, code)
    _check_piece(piece, f"de l'{kind}", "Avenant 1 du 12/12/2025")
    same = (act for act in read.acts if (act.kind, act.decided_on, act.piece) == (kind, on, piece.strip()))
    if (known := next(same, None)) is not None:
        raise ContractRefused(
            f"{kind.capitalize()} « {piece.strip()} » du {french_day(on)} : c'est noté déjà"
            f" ({signed_at(known.agent, known.recorded_at)}).",
            f"Voyez les actes du contrat : cofiville contrat montrer {read.contract.code}.",
        )
    _record_act(session, read, kind, piece=piece, on=on, at=at, to_confirm=to_confirm)
    return read_contract(session, code)


def _check_piece(piece: str, of_what: str, example: str) -> None:
    if not piece.strip():
        raise InvalidValue(f"La pièce {of_what} manque.", f'Nommez-la : --piece "{example}".')


def _record_act(
    session: Session,
    read: ContractRead,
    kind: str,
    *,
    piece: str,
    on: date,
    at: datetime,
    until: date | None = None,
    to_confirm: bool = False,
) -> None:
    with acting_for(session, read.contract.code):
        rank = session.scalar(select(func.max(ContractAct.rank))) or 0
        _, agent, command = context(session).signature
        session.add(
            ContractAct(
                contract=read.contract.code,
                rank=rank + 1,
                kind=kind,
                decided_on=on,
                ends_on=until,
                piece=piece.strip(),
                to_confirm=to_confirm,
                recorded_at=at,
                agent=agent,
                command=command,
            )
        )
        session.flush()


def check_time_zone(zone: str) -> None:
    """Nothing when this machine knows the time zone ("Indian/Reunion"). raises: InvalidValue."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValue(
            f"« {zone} » n'est pas un fuseau horaire.", "Écrivez-le comme Europe/Paris, Indian/Reunion, Pacific/Tahiti."
        ) from None


def prolong_contract(
    session: Session, code: str, *, until: date, piece: str, on: date, at: datetime, to_confirm: bool = False
) -> ContractRead:
    """The contract, prolonged to this day by an act of that day.

    raises: NotFound, InvalidValue without a piece, ContractRefused for a day that is not later, over another contract
    of the EPCI, or past the QPV of 2015.
    """
    read = read_contract(session, code)
    _check_piece(piece, "de la prolongation", "Avenant du 12/12/2019")
    if read.last is None or until <= read.last:
        known = f" : il va jusqu'au {french_day(read.last)}" if read.last is not None else ""
        raise ContractRefused(
            f"Le {french_day(until)} ne prolonge pas le contrat {read.contract.code}{known}.",
            "Donnez un jour plus tard.",
        )
    _check_geography(session, read, until)
    others = [each for each in read_contracts(session) if each.contract.code != read.contract.code]
    _check_alone(session, others, read.epci.siren, Period(date.fromordinal(read.last.toordinal() + 1), until))
    _record_act(
        session, read, ContractActKind.EXTENSION.value, piece=piece, on=on, at=at, until=until, to_confirm=to_confirm
    )
    return read_contract(session, code)


def _check_geography(session: Session, read: ContractRead, until: date) -> None:
    limit = first_day_of_new_qpv(session, read)
    if limit is not None and until >= limit:
        raise ContractRefused(
            f"Le contrat {read.contract.code} est sur les quartiers prioritaires de 2015, qui ne valent plus depuis le"
            f" {french_day(limit)}.",
            f"Créez le contrat suivant : cofiville contrat creer CODE --epci {read.epci.siren} --du {limit} --au JOUR.",
        )


def close_contract(session: Session, code: str, on: date) -> ContractRead:
    """The contract, closed from this day: nothing new is opened in it.

    raises: NotFound, ContractRefused when it is closed already or one of its exercices is still open.
    """
    read = read_contract(session, code)
    if read.contract.closed_on is not None:
        raise ContractRefused(
            f"Le contrat {read.contract.code} est clos depuis le {french_day(read.contract.closed_on)}"
            f"{standing_act(read.contract, 'closed_on')}.",
            f"Voyez-le : cofiville contrat montrer {read.contract.code}.",
        )
    with acting_for(session, read.contract.code):
        query = select(Exercice.year).where(Exercice.closed_on.is_(None)).order_by(Exercice.year)
        still_open = session.scalars(query).all()
    if still_open:
        raise ContractRefused(
            f"Le contrat {read.contract.code} a un exercice ouvert : {still_open[0]}.",
            f"Clôturez-le d'abord : cofiville --contrat {read.contract.code} cloture executer {still_open[0]}.",
        )
    read.contract.closed_on = on
    session.flush()
    return read_contract(session, code)
