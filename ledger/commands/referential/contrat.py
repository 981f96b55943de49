"""`cofiville contrat`: the contracts of the base, one of which is chosen by --contrat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.contract_day import today_in
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import FichierEcrit, Le, Oui, Piece, argument, confirm, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.commands.reports.history_line import history_line
from ledger.core.field import Field, Kind, words
from ledger.exchange.fields import FILE
from ledger.journal.vocabulary import ContractActKind, ContractFrame
from ledger.referential.fields import NAME, SOURCE, TO_CONFIRM
from ledger.referential.vocabulary import ContractState
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.referential.begin_contract import Beginning
    from ledger.referential.contracts import ContractRead

_CONTRACT = Field(
    "contrat", "contrat", Kind.CODE, help="Le code du contrat.", placeholder="CODE", offers="contrats", since="0.2"
)
_EPCI = Field("epci", "EPCI", Kind.CODE, help="Le SIREN de l'EPCI qui le porte.", placeholder="SIREN", since="0.2")
_FIRST = Field("du", "du", Kind.DAY, help="Son premier jour.", placeholder="JOUR", optional=True, since="0.2")
_LAST = Field("au", "au", Kind.DAY, help="Son dernier jour.", placeholder="JOUR", optional=True, since="0.2")
_STATE = Field("etat", "état", Kind.CHOICE, choices=tuple(ContractState), since="0.2")
_NAME = NAME.but(help="Son nom complet.", placeholder="NOM", since="0.2")
_FRAME = Field(
    "cadre",
    "cadre national",
    Kind.CHOICE,
    help="Le cadre national : piliers (2014), socle (2023), ou vide.",
    placeholder="CADRE",
    choices=tuple(ContractFrame),
    since="0.2",
)
_SIGNATORIES = Field("signataires", "signataires", help="Ceux qui l'ont signé.", placeholder="NOMS", since="0.2")
_ZONE = Field(
    "fuseau",
    "fuseau horaire",
    help="Celui de ses jours : Europe/Paris, Indian/Reunion…",
    placeholder="FUSEAU",
    since="0.2",
)
_HEADING = Field(
    "en_tete",
    "en-tête",
    help="L'en-tête de ses courriers, à la place du nom de l'EPCI.",
    placeholder="TEXTE",
    since="0.2",
)
_ACT_KIND = Field(
    "genre",
    "genre",
    Kind.CHOICE,
    help="avenant ou annexe ; une prolongation se note par contrat prolonger.",
    placeholder="GENRE",
    choices=(ContractActKind.AVENANT, ContractActKind.ANNEXE),
)
_ACTS = (
    Field("rang", "rang", Kind.ORDINAL),
    Field("genre", "genre", Kind.CHOICE, choices=tuple(ContractActKind)),
    Field("le", "décidé le", Kind.DAY),
    _LAST.but(title="jusqu'au"),
    Field("piece", "pièce"),
    TO_CONFIRM,
)
_ROWS = (
    _CONTRACT,
    _NAME,
    _EPCI,
    Field("epci_nom", "porté par", since="0.2"),
    _FIRST,
    _LAST,
    _STATE,
)
_CREATED = (_CONTRACT, _EPCI, _FIRST, _LAST, Field("territoires", "territoires", Kind.CODE, many=True, since="0.2"))
_WHOLE = (
    *_ROWS,
    _FRAME,
    _SIGNATORIES,
    _ZONE,
    _HEADING,
    Field("signe_le", "signé le", Kind.DAY, optional=True, since="0.2"),
    Field("clos_le", "clos le", Kind.DAY, optional=True, since="0.2"),
    Field("modele", "modèle", since="0.2"),
    SOURCE.but(since="0.2"),
    Field("actes", "actes", Kind.RECORD, fields=_ACTS, many=True, since="0.2"),
    Field("exercices", "exercices", Kind.ORDINAL, many=True, since="0.2"),
)
Code = Annotated[str, argument(_CONTRACT)]
Model = Annotated[str, Option("--modele", metavar="MODELE", help="Le modèle livré dont il part.")]
CopiedFrom = Annotated[
    str,
    Option("--depuis", metavar="CODE", offers="contrats", help="Le contrat de cette base dont il reprend le cadre."),
]
Communes = Annotated[
    list[str] | None,
    Option(
        "--commune",
        metavar="INSEE",
        help="Pour des quartiers d'aucun EPCI : le code INSEE d'une commune ; répétez l'option.",
    ),
]
Carrier = Annotated[
    str, Option("--porteur", metavar="NOM", help="Avec --commune : la commune ou la collectivité qui porte le contrat.")
]

app = group("Contrats : ceux que tient cette base, un EPCI et une période chacun ; --contrat choisit.")


@app.command("creer", act=True, answer=one(*_CREATED))
def contrat_creer(
    code: Code,
    epci: Annotated[str, option(_EPCI)],
    du: Annotated[date, option(_FIRST)],
    au: Annotated[date, option(_LAST)],
    modele: Model = "",
    depuis: CopiedFrom = "",
    nom: Annotated[str, option(_NAME)] = "",
    commune: Communes = None,
    porteur: Carrier = "",
) -> Outcome:
    """Crée un contrat, avec son référentiel et ses règles : ceux d'un modèle livré, ou d'un autre contrat.

    Sans --modele ni --depuis, il part de la géographie nationale de 2024 : ses QPV, ses communes, les lignes usuelles,
    tout à confirmer. Des quartiers qui ne sont d'aucun EPCI (Polynésie française, Saint-Martin) se prennent par
    commune : --commune INSEE --porteur NOM, et --epci donne le SIREN de la commune ou de la collectivité.

    Exemple : cofiville contrat creer CV195-2024 --epci 200042190 --du 2024-01-01 --au 2030-12-31
    """
    from ledger.referential.begin_contract import begin_contract, begin_without_epci
    from ledger.referential.change_contract import ContractForm, check_new_contract, create_contract
    from ledger.referential.model import Territory

    siren = "".join(epci.split())
    form = ContractForm(code=code, siren=siren, first=du, last=au, name=nom)
    with writing() as session:
        check_new_contract(session, form)
        if commune:
            beginning = begin_without_epci(commune, siren, porteur, du, other=modele or depuis)
        else:
            beginning = begin_contract(session, siren, du, model=modele, source=depuis)
        form = replace(form, model=beginning.model, time_zone=beginning.time_zone)
        read = create_contract(session, form, beginning.framework)
        _give_rules(session, read, beginning, depuis)
        row: Row = {
            "contrat": read.contract.code,
            "epci": read.epci.siren,
            "du": read.first,
            "au": read.last,
            "territoires": [str(each["code"]) for each in beginning.framework.get(Territory, ())],
        }
        said = [f"Contrat {read.contract.code} créé : {read.contract.name}, {len(row['territoires'])} territoires."]
        said += _uncounted(beginning, read)
    said.append(f"Ouvrez-y un exercice : cofiville --contrat {row['contrat']} exercice ouvrir {du.year}")
    return Outcome(row, tuple(said))


def _uncounted(beginning: Beginning, read: ContractRead) -> list[str]:
    if not (unknown := beginning.uncounted):
        return []
    shown = ", ".join(unknown[:3]) + ("…" if len(unknown) > len(unknown[:3]) else "")
    said = f"{len(unknown)} quartier(s) sans population connue ({shown}) : donnez-la, par exemple"
    command = f"cofiville --contrat {read.contract.code} territoire modifier {unknown[0]}"
    return [f"{said} {command} --population {read.epci.code}=NOMBRE"]


def _give_rules(session: Session, read: ContractRead, beginning: Beginning, source: str) -> None:
    from functools import partial

    from ledger.referential.begin_contract import renamed_code
    from ledger.rules.copy_rules import copy_rules
    from ledger.rules.seed import load_rules
    from ledger.storage.history import beginning_a_contract

    with beginning_a_contract(session):
        if not source:
            load_rules(session, read.contract.code, beginning.model)
            return
        renamed = partial(renamed_code, renamed=beginning.renamed)
        assert read.first is not None
        copy_rules(session, source.strip().upper(), read.contract.code, first=read.first, renamed=renamed)


@app.command("referentiel", answer=one(_CONTRACT, FILE, words("feuilles", "feuilles").but(many=True)))
def contrat_referentiel(code: Code, fichier: FichierEcrit) -> Outcome:
    """Écrit le référentiel d'un contrat : EPCI, communes, financeurs, lignes, territoires, axes, règles.

    Un contrat parti de la géographie nationale y retrouve ses QPV, ses communes et les lignes usuelles, à confirmer.
    Complétez le classeur, puis importez-le : cofiville --contrat CODE excel importer FICHIER.

    Exemple : cofiville contrat referentiel CV195 referentiel.xlsx
    """
    from ledger.exchange.export.framework import contract_tables
    from ledger.exchange.sheets.framework import WHOSE_FRAMEWORK
    from ledger.exchange.writing.lists import contract_lists
    from ledger.exchange.writing.writer import write_workbook
    from ledger.referential.contracts import read_contract
    from ledger.storage.session import acting_for

    with reading() as session:
        known = read_contract(session, code).contract.code
        with acting_for(session, known):
            tables = contract_tables(session)
            write_workbook(fichier, tables, contract_lists(session), about={WHOSE_FRAMEWORK: known})
    row = {"contrat": known, "fichier": str(fichier), "feuilles": [table.sheet.name for table in tables]}
    remedy = f"→ Complétez-le, puis importez-le : cofiville --contrat {known} excel importer {fichier}"
    return Outcome(row, (f"{fichier} écrit : {', '.join(row['feuilles'])}.", remedy))


@app.command("lister", answer=several(*_ROWS))
def contrat_lister() -> Outcome:
    """Liste les contrats de la base, leur EPCI et leur période.

    Exemple : cofiville contrat lister
    """
    from ledger.referential.contracts import read_contracts

    with reading() as session:
        rows = tuple(_row(each) for each in read_contracts(session))
    return Outcome(Listing("Contrats", _ROWS, rows))


@app.command("montrer", answer=one(*_WHOLE))
def contrat_montrer(code: Code) -> Outcome:
    """Montre un contrat : sa période, ses prolongations, ses exercices.

    Exemple : cofiville contrat montrer CV195
    """
    from ledger.referential.contracts import read_contract

    with reading() as session:
        row = _whole(session, read_contract(session, code))
        last = history_line(session, "contrat", row["contrat"])
    said = [f"{row['contrat']} : {row['nom']}, {row['epci_nom']}."]
    said.append(f"Du {_french(row['du'])} au {_french(row['au'])}, {ContractState(row['etat']).label}.")
    acts = (Listing("Actes du contrat", _ACTS, tuple(row["actes"])),) if row["actes"] else ()
    return Outcome(row, (*said, *acts, *last))


@app.command("modifier", act=True, answer=one(*_WHOLE))
def contrat_modifier(
    code: Code,
    nom: Annotated[str | None, option(_NAME)] = None,
    cadre: Annotated[str | None, option(_FRAME)] = None,
    signataires: Annotated[str | None, option(_SIGNATORIES)] = None,
    fuseau: Annotated[str | None, option(_ZONE)] = None,
    en_tete: Annotated[str | None, option(_HEADING)] = None,
    le: Le = None,
) -> Outcome:
    """Corrige un contrat, depuis un jour ; ce qui n'est pas donné ne change pas.

    Exemple : cofiville contrat modifier CV195 --signataires "État, Région, Département, CAPH, communes, Caf"
    """
    from ledger.referential.change_contract import change_contract

    typed = {
        "name": nom,
        "frame": cadre,
        "signatories": signataires,
        "time_zone": fuseau,
        "letter_heading": en_tete,
    }
    said = {name: value for name, value in typed.items() if value is not None}
    with writing() as session:
        read = change_contract(session, code, said, day(le))
        row = _whole(session, read)
    return Outcome(row, (f"Contrat {row['contrat']} corrigé.",))


@app.command("prolonger", act=True, answer=one(*_WHOLE))
def contrat_prolonger(
    code: Code,
    au: Annotated[date, option(_LAST.but(help="Son nouveau dernier jour."))],
    piece: Piece,
    le: Le = None,
) -> Outcome:
    """Prolonge un contrat par un acte daté : les prolongations d'avant restent connues.

    Exemple : cofiville contrat prolonger CV195-2024 --au 2032-12-31 --piece "Avenant du 12/12/2029"
    """
    from ledger.referential.change_contract import prolong_contract
    from ledger.storage.instants import instant_of_record

    with writing() as session:
        read = prolong_contract(session, code, until=au, piece=piece, on=day(le), at=instant_of_record(session))
        row = _whole(session, read)
    return Outcome(row, (f"Contrat {row['contrat']} prolongé jusqu'au {_french(row['au'])}.",))


@app.command("acte", act=True, answer=one(*_WHOLE))
def contrat_acte(
    code: Code,
    genre: Annotated[str, argument(_ACT_KIND)],
    piece: Piece,
    le: Le = None,
) -> Outcome:
    """Note un avenant ou une annexe du contrat, du jour où l'acte est pris.

    Exemple : cofiville contrat acte CV195 avenant --piece "Avenant 1 : liste des quartiers vécus" --le 2017-03-10
    """
    from ledger.referential.change_contract import add_contract_act
    from ledger.storage.instants import instant_of_record

    with writing() as session:
        read = add_contract_act(session, code, genre, piece=piece, on=day(le), at=instant_of_record(session))
        row = _whole(session, read)
    return Outcome(row, (f"Contrat {row['contrat']} : {genre} noté, {len(row['actes'])} acte(s).",))


@app.command("clore", act=True, answer=one(*_WHOLE))
def contrat_clore(code: Code, le: Le = None, oui: Oui = False) -> Outcome:
    """Clôt un contrat dont tous les exercices sont clos : rien ne s'y ouvre plus.

    Exemple : cofiville contrat clore CV195-2024 --oui
    """
    from ledger.referential.change_contract import close_contract

    confirm(f"Le contrat {code} sera clos : aucun exercice ne s'y ouvrira plus.", oui)
    with writing() as session:
        row = _whole(session, close_contract(session, code, day(le)))
    return Outcome(row, (f"Contrat {row['contrat']} clos le {_french(row['clos_le'])}.",))


def _row(read: ContractRead) -> Row:
    return {
        "contrat": read.contract.code,
        "nom": read.contract.name,
        "epci": read.epci.siren,
        "epci_nom": read.epci.name,
        "du": read.first,
        "au": read.last,
        "etat": read.state(today_in(read.contract.time_zone)).value,
    }


def _more(read: ContractRead) -> Row:
    contract = read.contract
    acts = [
        {
            "rang": act.rank,
            "genre": act.kind,
            "le": act.decided_on,
            "au": act.ends_on,
            "piece": act.piece,
            "a_confirmer": act.to_confirm,
        }
        for act in read.acts
    ]
    return {
        "cadre": contract.frame,
        "signataires": contract.signatories,
        "fuseau": contract.time_zone,
        "en_tete": contract.letter_heading,
        "signe_le": contract.signed_on,
        "clos_le": contract.closed_on,
        "modele": contract.model,
        "source": contract.source,
        "actes": acts,
    }


def _whole(session: Session, read: ContractRead) -> Row:
    from ledger.journal.exercices import exercices
    from ledger.storage.session import acting_for

    with acting_for(session, read.contract.code):
        return _row(read) | _more(read) | {"exercices": [each.year for each in exercices(session)]}


def _french(on: date | None) -> str:
    from ledger.core.period import french_day

    return french_day(on) if on is not None else "…"
