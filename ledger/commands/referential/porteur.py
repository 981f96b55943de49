"""`cofiville porteur`: the bodies that carry actions; what one of them asked, got and owes, year by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import AuJour, ConnuAu, Le, Oui, argument, confirm, day, filled_by, option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.exchange.origins import ORIGINS, Origine, origin_listing, origin_rows
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.commands.referential.porteur_ending import (
    ENDED,
    ENDED_ON,
    RECODED,
    SUCCESSOR,
    porteur_dissoudre,
    porteur_recoder,
)
from ledger.commands.referential.porteur_erasing import ERASED, porteur_effacer_contact
from ledger.commands.referential.porteur_merging import LIKELY, MERGED, porteur_doublons, porteur_fusionner
from ledger.commands.reports.history_line import history_line
from ledger.core.field import Field, Kind
from ledger.core.money import total
from ledger.core.period import french_day
from ledger.journal.fields import ACTION, AMOUNT, CONVENTION, EFFECTIVE_ON, YEAR
from ledger.programming.vocabulary import ActionState
from ledger.referential.fields import (
    CODE,
    COMMUNE,
    CONTACT,
    IBAN,
    NAME,
    NEW_NAME,
    PORTEUR,
    PORTEUR_FIELDS,
    PORTEUR_KIND,
    PORTEUR_TYPED,
    RNA,
    SIRET,
    STATUT,
)
from ledger.referential.vocabulary import PersonalKind, PorteurKind
from ledger.reports.figures.credits import TO_RECOVER
from ledger.reports.figures.payments import JUSTIFIED, ORDERED, PAID, STILL_DUE, TO_JUSTIFY
from ledger.reports.figures.plan import ASKED, CONVENTIONED, GRANTED
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.referential.model import Porteur


Code = Annotated[str, argument(PORTEUR)]
_ASKED, _GRANTED, _CONVENTIONED, _TO_RECOVER, _ORDERED, _PAID, _JUSTIFIED, _STILL_DUE = (
    each.field(summed=False) for each in (ASKED, GRANTED, CONVENTIONED, TO_RECOVER, ORDERED, PAID, JUSTIFIED, STILL_DUE)
)
_YEAR_FIGURES = (
    _ASKED,
    _GRANTED,
    _CONVENTIONED,
    _ORDERED,
    _PAID,
    _JUSTIFIED,
    _STILL_DUE,
    _TO_RECOVER,
)
_YEARS = (YEAR, *_YEAR_FIGURES)
_ACTIONS = (
    ACTION,
    YEAR.but(shown=False),
    Field("intitule", "intitulé"),
    Field("statut", "statut"),
    _ASKED,
    _GRANTED,
)
_CONVENTIONS = (
    CONVENTION,
    YEAR,
    Field("payeur", "payeur", Kind.CODE),
    _GRANTED,
    _ORDERED.but(since="0.2"),
    _PAID,
    _JUSTIFIED.but(since="0.2"),
    _STILL_DUE,
    _TO_RECOVER,
)
_BILANS = (
    CONVENTION,
    ACTION,
    EFFECTIVE_ON.but(title="dû le"),
    Field("etat", "état", scripted=False),
    TO_JUSTIFY.field(summed=False, key="verse"),
    Field("retard", "jours de retard", Kind.INTEGER, shown=False),
)
_ELSEWHERE = (
    YEAR.but(optional=True),
    Field("attribuant", "attribuant"),
    Field("objet", "objet"),
    AMOUNT.but(optional=True),
    Field("decision", "décision", optional=True, shown=False),
)
_LIFE = (
    *PORTEUR_FIELDS,
    ENDED_ON,
    SUCCESSOR,
    CONTACT,
    IBAN,
    *(
        Field(name, title, Kind.RECORD, fields=fields, many=True, since=since)
        for name, title, fields, since in (
            ("annees", "année par année", _YEARS, "0.2"),
            ("actions", "actions", _ACTIONS, "0.2"),
            ("conventions", "conventions", _CONVENTIONS, "0.1"),
            ("bilans_attendus", "bilans attendus", _BILANS, "0.2"),
            ("publiees_ailleurs", "subventions publiées par d'autres", _ELSEWHERE, "0.2"),
        )
    ),
    Field("documents", "documents", many=True, since="0.2"),
    ORIGINS,
)

app = group("Porteurs : communes, CCAS, caisses des écoles, associations, bailleurs.")


def porteur_row(porteur: Porteur) -> Row:
    """The porteur as scripts read it; statut and droit: what it is in law, "inconnu" while nobody has said."""
    from ledger.referential.statuts import law_of

    row = {field.name: getattr(porteur, name) for name, field in PORTEUR_TYPED.items()}
    return row | {"droit": law_of(porteur.statut).value}


def shown_contact(kept: Mapping[str, str]) -> dict[str, str | None]:
    """The contact and the IBAN, the latter masked."""
    from ledger.core.identifiers import masked

    return {
        "contact": kept.get(PersonalKind.CONTACT),
        "iban": masked(kept[PersonalKind.IBAN]) if PersonalKind.IBAN in kept else None,
    }


@app.command("montrer", answer=one(*_LIFE))
def porteur_montrer(code: Code, origine: Origine = False, le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Montre un porteur : ce qu'il a demandé, reçu et doit encore, année par année ; avec --origine, d'où il vient.

    Exemple : cofiville porteur montrer CCAS-D-ESCAUDAIN
    """
    from ledger.exchange.sheets.referential import PORTEURS
    from ledger.referential.porteurs import contact_of
    from ledger.referential.queries import find_porteur

    with reading_as_of(le, connu_au) as session:
        porteur = find_porteur(session, code)
        row = porteur_row(porteur) | {"dissous_le": porteur.ended_on, "successeur": porteur.successor}
        row |= shown_contact(contact_of(session, porteur.code))
        row |= _life(session, porteur, day(le)) | {"publiees_ailleurs": _elsewhere(session, porteur)}
        if origine:
            row["origine"] = origin_rows(session, (PORTEURS, (porteur.code,)))
        last = history_line(session, "porteur", porteur.code, le, connu_au)
    return Outcome(row, (*_shown(row), *last))


def _life(session: Session, porteur: Porteur, on: date) -> Row:
    from ledger.conventions.stages import convention_documents
    from ledger.reports.porteur_life import actions_of_porteur, bilans_owed, conventions_of_porteur, sums_by_year

    actions, states = actions_of_porteur(session, porteur.code), conventions_of_porteur(session, porteur.code)
    return {
        "annees": [
            {"exercice": year, **{each.name: getattr(sums, each.name) for each in _YEAR_FIGURES}}
            for year, sums in sums_by_year(actions, states).items()
        ],
        "actions": [
            {
                "action": each.number,
                "exercice": each.year,
                "intitule": each.title,
                "statut": ActionState(each.status).label,
                "demande": total(each.requested.values()),
                "accorde": granted,
            }
            for each, granted in actions
        ],
        "conventions": [
            {
                "convention": state.convention.number,
                "exercice": state.convention.year,
                "payeur": state.convention.payer,
                "accorde": state.granted,
                "ordonne": state.ordered,
                "verse": state.paid,
                "justifie": state.justified,
                "reste_du": state.still_due,
                "a_recouvrer": state.to_recover,
            }
            for state in states
        ],
        "bilans_attendus": [
            {
                "convention": each.convention,
                "action": each.action,
                "le": each.due_on,
                "verse": each.paid,
                "retard": max(0, (on - each.due_on).days),
            }
            for each in bilans_owed(session, porteur.code, on)
        ],
        "documents": sorted(convention_documents(session, porteur.code).get(porteur.code, ())),
    }


def _elsewhere(session: Session, porteur: Porteur) -> list[Row]:
    from ledger.exchange.partners.publishing import published_elsewhere

    return [
        {
            "exercice": each.year,
            "attribuant": each.payer,
            "objet": each.purpose,
            "montant": each.amount,
            "decision": each.decision,
        }
        for each in published_elsewhere(session, porteur)
    ]


def _shown(row: Row) -> Iterator[str | Listing]:
    yield f"{row['code']} : {row['nom']} ({PorteurKind(row['type']).label}), SIRET {row['siret'] or 'non connu'}"
    if row["dissous_le"]:
        follows = f", son successeur est {row['successeur']}" if row["successeur"] else ""
        yield f"Dissous depuis le {french_day(row['dissous_le'])}{follows}."
    if row["contact"] or row["iban"]:
        yield f"Contact : {row['contact'] or 'non connu'}, IBAN {row['iban'] or 'non connu'}"
    yield Listing("Année par année", _YEARS, tuple(row["annees"]))
    yield Listing("Actions", _ACTIONS, tuple(row["actions"]))
    yield Listing("Conventions", _CONVENTIONS, tuple(row["conventions"]))
    if owed := row["bilans_attendus"]:
        late = [place for place, each in enumerate(owed) if each["retard"]]
        yield Listing("Bilans attendus", _BILANS, tuple(map(_owed, owed)), alerts=late)
    if row["publiees_ailleurs"]:
        elsewhere = tuple(
            each | ({"montant": "illisible"} if each["montant"] is None else {}) for each in row["publiees_ailleurs"]
        )
        yield Listing("Subventions publiées par d'autres (fichiers SCDL importés)", _ELSEWHERE, elsewhere)
    if "origine" in row:
        yield origin_listing(row["origine"])


def _owed(bilan: Row) -> Row:
    if not bilan["retard"]:
        return bilan | {"etat": "à venir"}
    return bilan | {"convention": f"‼ {bilan['convention']}", "etat": f"en retard : {bilan['retard']} j"}


_RECORDED = one(*PORTEUR_FIELDS)


def _kind(text: str) -> str:
    from ledger.referential.porteurs import check_kind

    return check_kind(text) if text else ""


Juridique = Annotated[str | None, option(STATUT)]


@app.command("lister", answer=several(*PORTEUR_FIELDS))
def porteur_lister() -> Outcome:
    """Liste les porteurs.

    Exemple : cofiville porteur lister
    """
    from ledger.referential.porteurs import porteurs

    with reading() as session:
        rows = tuple(porteur_row(porteur) for porteur in porteurs(session))
    return Outcome(Listing("Porteurs", PORTEUR_FIELDS, rows))


@app.command("ajouter", act=True, answer=_RECORDED, asks=("kind|statut",))
def porteur_ajouter(
    nom: Annotated[str, argument(NAME.but(help="Le nom complet.", placeholder="NOM"))],
    kind: Annotated[str, option(PORTEUR_KIND, "--type", parser=_kind)] = "",
    statut: Juridique = None,
    code: Annotated[str, option(CODE.but(help="Le code ; tiré du nom sinon."))] = "",
    siret: Annotated[str, option(SIRET)] = "",
    rna: Annotated[str, option(RNA)] = "",
    commune: Annotated[str, option(COMMUNE)] = "",
    oui: Oui = False,
) -> Outcome:
    """Ajoute un porteur ; dit ceux qui lui ressemblent déjà, par le nom, le SIREN, le RNA ou la commune.

    Exemple : cofiville porteur ajouter "Les Ateliers du Faubourg" --type association --code ATELIERS
    """
    typed = filled_by(PORTEUR_TYPED, locals())
    from ledger.referential.likely_porteurs import likely_same_as
    from ledger.referential.porteurs import PorteurForm, record_porteur
    from ledger.referential.statuts import read_statut, usual_kind

    if not kind and not statut:
        raise WrongUsage("Le type du porteur manque.", "Donnez --type association, ou son statut : --statut oph.")
    kind = kind or usual_kind(read_statut(statut or ""))
    with writing() as session:
        added = record_porteur(session, PorteurForm(**(typed | {"kind": kind})))
        row, alike = porteur_row(added), [each.said for each in likely_same_as(session, added)]
        if alike:
            confirm(" ".join(alike), oui, by_script=False)
    said = [f"Porteur {row['code']} ajouté : {row['nom']}.", *alike]
    if row["statut"] is None:
        said.append(
            "Statut juridique à confirmer : jusque-là, les règles des organismes privés s'appliquent."
            f" Donnez-le : cofiville porteur modifier {row['code']} --statut oph (ou esh, sem, gip…)."
        )
    return Outcome(row, tuple(said))


@app.command("modifier", act=True, answer=_RECORDED)
def porteur_modifier(
    code: Code,
    nom: Annotated[str | None, option(NEW_NAME)] = None,
    kind: Annotated[str | None, option(PORTEUR_KIND.but(help="Le nouveau type."), "--type")] = None,
    siret: Annotated[str | None, option(SIRET.but(help="Le nouveau SIRET."))] = None,
    rna: Annotated[str | None, option(RNA.but(help="Le nouveau RNA."))] = None,
    commune: Annotated[str | None, option(COMMUNE.but(help="La commune."))] = None,
    statut: Juridique = None,
    le: Le = None,
) -> Outcome:
    """Corrige un porteur ; ce qui n'est pas donné ne change pas, et il est tenu pour confirmé.

    Exemple : cofiville porteur modifier CCAS-D-ESCAUDAIN --siret 26590205600018
    """
    typed = filled_by(PORTEUR_TYPED, locals() | {"type": kind})
    from ledger.referential.porteurs import change_porteur, read_porteur
    from ledger.referential.queries import find_porteur
    from ledger.storage.history import counting_from

    with writing() as session:
        now = find_porteur(session, code)
        form = replace(read_porteur(now), **{"to_confirm": False, "statut": None, **typed})
        with counting_from(session, le) if le is not None else nullcontext():
            row = porteur_row(change_porteur(session, now.code, form))
    return Outcome(row, (f"Porteur {row['code']} corrigé.",))


@app.command("contact", act=True, answer=one(PORTEUR, CONTACT, IBAN))
def porteur_contact(
    code: Code,
    nom: Annotated[str, option(CONTACT, "--nom")] = "",
    iban: Annotated[str, option(IBAN)] = "",
) -> Outcome:
    """Garde la personne à joindre et l'IBAN d'un porteur, hors du livre : ils peuvent être effacés.

    Exemple : cofiville porteur contact CCAS-D-ESCAUDAIN --nom "Mme Dubois" --iban "FR76 3000 6000 0112 3456 7890 189"
    """
    from ledger.referential.porteurs import record_contact
    from ledger.storage.instants import instant_of_record

    with writing() as session:
        kept = record_contact(session, code, name=nom, iban=iban, at=instant_of_record(session))
    row = {"porteur": code, **shown_contact(kept)}
    return Outcome(row, (f"{code} : {row['contact'] or 'sans contact'}, IBAN {row['iban'] or 'non connu'}.",))


app.command("effacer-contact", act=True, answer=one(*ERASED))(porteur_effacer_contact)
app.command("doublons", answer=several(*LIKELY))(porteur_doublons)
app.command("fusionner", act=True, answer=one(*MERGED))(porteur_fusionner)
app.command("recoder", act=True, answer=one(*RECODED))(porteur_recoder)
app.command("dissoudre", act=True, answer=one(*ENDED))(porteur_dissoudre)
