"""`cofiville action`: projects, their public and their plan de financement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.access import reading, writing
from ledger.commands.completion import ACTIONS
from ledger.commands.options import Annee, Le, day
from ledger.commands.screen import say, show, table
from ledger.commands.shell import group
from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money, parse_money, total

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.programming.forms import FundingForm, SliceForm
    from ledger.programming.model import Action

app = group("Actions : les projets, leur public, leur plan de financement.")

Numero = Annotated[
    str, typer.Argument(metavar="ACTION", autocompletion=ACTIONS, help="Le numéro de l'action, par exemple 2016-014.")
]
Plan = Annotated[
    list[str] | None,
    typer.Option(
        "--financement",
        metavar="LIGNE=MONTANT",
        help="Une ligne du plan ; répétez l'option. LIGNE=MONTANT:partage pour la part commune des EPCI.",
    ),
]
Lieux = Annotated[list[str] | None, typer.Option("--territoire", metavar="CODE", help="Un territoire servi ; répétez.")]
Effectif = Annotated[int | None, typer.Option(min=0, help="Bénéficiaires.")]


@app.command("lister")
def lister(annee: Annee) -> None:
    """Liste les actions d'une année : coût, demandé, accordé, statut.

    Exemple : cofiville action lister 2016
    """
    from ledger.programming.lookups import programme
    from ledger.programming.operations import granted_by_action

    with reading() as session:
        granted = granted_by_action(session, annee)
        rows = [_row(session, action, granted.get(action.number, {})) for action in programme(session, annee)]
    figures = ("cout", "demande", "accorde")
    show(
        rows,
        lambda: table(
            f"Actions {annee}" + (" (dont exemples)" if any(r["exemple"] for r in rows) else ""),
            ("Action", "Intitulé", "Porteur", "Objectif", "Coût", "Demandé", "Accordé", "Statut"),
            [tuple(r.values())[:8] for r in rows],
            ("Total", "", "", "", *(total(r[name] for r in rows) for name in figures), ""),
        ),
    )


def _row(session: Session, action: Action, granted: dict[str, Money]) -> dict[str, Any]:
    from ledger.programming.lookups import own_fund_lines, requested
    from ledger.programming.model import STATUSES

    return {
        "action": action.number,
        "intitule": action.title,
        "porteur": action.porteur,
        "objectif": action.objective,
        "cout": action.cost_total,
        "demande": total(requested(action, own_fund_lines(session)).values()),
        "accorde": total(granted.values()),
        "statut": STATUSES[action.status],
        "dispositif": action.dispositif,
        "echelle": action.scale,
        "exemple": action.example,
    }


@app.command("montrer")
def montrer(action: Numero) -> None:
    """Montre une action : son coût, son public, son plan de financement demandé et accordé.

    Exemple : cofiville action montrer 2016-014
    """
    from ledger.programming.lookups import find_action
    from ledger.programming.operations import granted_by_action

    with reading() as session:
        found = find_action(session, action)
        granted = granted_by_action(session, found.year).get(found.number, {})
        row = _row(session, found, granted) | {
            "cout_eligible": found.cost_eligible,
            "territoires": [each.territory for each in found.territories],
            "public": [{"type": each.kind, "effectif": each.headcount, "cout": each.cost} for each in found.slices],
            "financements": [
                {
                    "ligne": each.line,
                    "demande": each.amount_requested,
                    "accorde": granted.get(each.line, ZERO),
                    "partage": each.shared,
                    "statut": each.status,
                }
                for each in found.fundings
            ],
        }

    def render() -> None:
        say(f"{row['action']} : {row['intitule']} ({row['porteur']})" + (" — exemple" if row["exemple"] else ""))
        say(f"Coût {row['cout'].french()}, dont éligible {row['cout_eligible'].french()} ; {row['statut']}")
        table("Public", ("Type", "Effectif", "Part du coût éligible"), [tuple(p.values()) for p in row["public"]])
        plan = row["financements"]
        table(
            "Plan de financement",
            ("Ligne", "Demandé", "Accordé", "Part commune", "Statut"),
            [tuple(each.values()) for each in plan],
            ("Total", total(p["demande"] for p in plan), total(p["accorde"] for p in plan), "", ""),
        )

    show(row, render)


@app.command("saisir")
def saisir(
    annee: Annee,
    intitule: Annotated[str, typer.Option(help="L'intitulé.")],
    porteur: Annotated[str, typer.Option(metavar="CODE", help="Le code du porteur.")],
    cout: Annotated[Money, typer.Option(metavar="MONTANT", parser=parse_money, help="Le coût total.")],
    financement: Plan = None,
    eligible: Annotated[
        Money | None, typer.Option(metavar="MONTANT", parser=parse_money, help="Le coût éligible ; le total sinon.")
    ] = None,
    numero: Annotated[str, typer.Option(help="Le numéro ; le suivant sinon.")] = "",
    appel: Annotated[str, typer.Option(metavar="CODE", help="L'appel à projets.")] = "",
    objectif: Annotated[str, typer.Option(help="L'objectif opérationnel, par exemple 5.1.2.")] = "",
    echelle: Annotated[str, typer.Option(help="communale, communautaire ou arrondissement.")] = "communale",
    dispositif: Annotated[
        str, typer.Option(help="action, dre, ovv, fipd, mous, adultes-relais, fonjep ou moyens-communs.")
    ] = "action",
    nature: Annotated[str, typer.Option(help="fonctionnement ou investissement.")] = "fonctionnement",
    innovation: Annotated[int, typer.Option(min=0, max=4, help="Critères d'innovation justifiés (§5.1).")] = 0,
    qpv: Effectif = None,
    veille: Effectif = None,
    hors: Effectif = None,
    public_caph: Annotated[int | None, typer.Option(min=0, help="Public compté d'avance, CAPH (§5.4.3.3).")] = None,
    public_cavm: Annotated[int | None, typer.Option(min=0, help="Public compté d'avance, CAVM.")] = None,
    territoire: Lieux = None,
    sans_droit_commun: Annotated[str, typer.Option(help="Pourquoi aucun droit commun n'est demandé (M8).")] = "",
    exemple: Annotated[bool, typer.Option("--exemple", help="Étiquette l'action comme exemple.")] = False,
    le: Le = None,
) -> None:
    """Enregistre une action et son plan de financement équilibré.

    Exemple : cofiville action saisir 2017 --intitule "Atelier santé" --porteur EX-CCAS-DENAIN --cout 4000
        --financement ETAT-PDV-ACTIONS=3000 --financement PORTEUR-FONDS-PROPRES=1000 --qpv 40
    """
    from ledger.programming.forms import ActionForm
    from ledger.programming.operations import record_action

    form = ActionForm(
        year=annee,
        number=numero,
        title=intitule,
        porteur=porteur,
        appel=appel,
        objective=objectif,
        scale=echelle,
        dispositif=dispositif,
        nature=nature,
        innovation_criteria=innovation,
        cost_total=cout,
        cost_eligible=eligible,
        public_caph=public_caph,
        public_cavm=public_cavm,
        no_droit_commun_reason=sans_droit_commun,
        example=exemple,
        slices=_slices(qpv, veille, hors),
        territories=tuple(territoire or ()),
        fundings=tuple(_funding(text) for text in financement or ()),
    )
    with writing() as session:
        row = _row(session, record_action(session, form, on=day(le)), {})
    show(row, lambda: say(f"Action {row['action']} enregistrée : {row['intitule']}, {row['cout'].french()}."))


def _slices(qpv: int | None, veille: int | None, hors: int | None) -> tuple[SliceForm, ...]:
    from ledger.programming.forms import SliceForm

    counts = (("qpv", qpv), ("veille", veille), ("hors", hors))
    return tuple(SliceForm(kind, headcount=count) for kind, count in counts if count is not None)


def _funding(text: str) -> FundingForm:
    from ledger.programming.forms import FundingForm

    line, separator, rest = text.partition("=")
    amount, _, flag = rest.partition(":")
    if not separator or flag not in ("", "partage"):
        raise InvalidValue(
            f"« {text} » n'est pas une ligne de plan.", "Écrivez LIGNE=MONTANT ou LIGNE=MONTANT:partage."
        )
    return FundingForm(line.strip(), parse_money(amount), shared=bool(flag))


@app.command("modifier")
def modifier(
    action: Numero,
    intitule: Annotated[str | None, typer.Option(help="Le nouvel intitulé.")] = None,
    porteur: Annotated[str | None, typer.Option(metavar="CODE", help="Le nouveau porteur.")] = None,
    cout: Annotated[Money | None, typer.Option(metavar="MONTANT", parser=parse_money, help="Le coût total.")] = None,
    eligible: Annotated[
        Money | None, typer.Option(metavar="MONTANT", parser=parse_money, help="Le coût éligible.")
    ] = None,
    financement: Plan = None,
    qpv: Effectif = None,
    veille: Effectif = None,
    hors: Effectif = None,
    objectif: Annotated[str | None, typer.Option(help="L'objectif opérationnel.")] = None,
    territoire: Lieux = None,
) -> None:
    """Corrige une action tant que rien ne lui est accordé ; ce qui n'est pas donné ne change pas.

    Les lignes données par --financement remplacent tout le plan ; les effectifs, toute la répartition.

    Exemple : cofiville action modifier 2016-014 --intitule "Atelier santé itinérant"
    """
    from dataclasses import replace

    from ledger.programming.lookups import find_action
    from ledger.programming.operations import change_action, form_of

    with writing() as session:
        now = form_of(find_action(session, action))
        form = replace(
            now,
            title=now.title if intitule is None else intitule,
            porteur=now.porteur if porteur is None else porteur,
            cost_total=now.cost_total if cout is None else cout,
            cost_eligible=eligible if eligible is not None else (now.cost_eligible if cout is None else None),
            objective=now.objective if objectif is None else objectif,
            slices=_slices(qpv, veille, hors) or now.slices,
            territories=tuple(territoire) if territoire else now.territories,
            fundings=tuple(_funding(text) for text in financement) if financement else now.fundings,
        )
        row = _row(session, change_action(session, form), {})
    show(row, lambda: say(f"Action {row['action']} corrigée : {row['intitule']}, {row['cout'].french()}."))
