"""`cofiville action public`, `reference`, `indicateur`: what completes an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.programming.action_asking import ask_indicators, ask_publics, ask_references
from ledger.commands.programming.action_typing import Publics, Saisir
from ledger.commands.programming.action_words import indicators_of, publics_of, references_of
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.dialogue import ask
from ledger.commands.shell.options import Le, NumeroAction, day
from ledger.commands.shell.screen import say, say_after, show, table
from ledger.core.errors import InvalidValue

if TYPE_CHECKING:
    from ledger.programming.model import Action


def public(
    action: NumeroAction,
    public: Publics = None,
    origine: Annotated[
        str | None, typer.Option("--origine", metavar="TEXTE", help="D'où viennent les effectifs.")
    ] = None,
) -> None:
    """Saisit qui bénéficie de l'action, lieu par lieu ; les parts de coût par territoire en découlent.

    Exemple : cofiville action public 2016-014 --public DENAIN-CENTRE=40:compte --public hors=5:CAVM:compte
        --origine "inscriptions du CCAS"
    """
    from dataclasses import replace

    from ledger.programming.alerts import alerts, share_origin
    from ledger.programming.filling import form_of
    from ledger.programming.lookups import find_action
    from ledger.programming.operations import change_action

    given = publics_of(public) if public is not None else None
    if public is None and origine is None:
        if not may_ask():
            raise InvalidValue("Rien n'est donné.", "Donnez --public LIEU=EFFECTIF, ou --origine TEXTE.")
        given = ask_publics()
        origine = ask("D'où viennent les effectifs (vide : non dit)", str) or None
    with writing() as session:
        form = form_of(find_action(session, action))
        if given is not None:
            form = replace(form, publics=given, slices=(), public_caph=None, public_cavm=None)
        form = replace(form, share_source=form.share_source if origine is None else origine)
        found = change_action(session, form)
        row: dict[str, Any] = {
            "action": found.number,
            "public": [{"type": each.kind, "effectif": each.headcount, "cout": each.cost} for each in found.slices],
            "origine_parts": share_origin(found),
            "alertes": alerts(session, found),
        }

    def render() -> None:
        titles = ("Type", "Effectif", "Part du coût éligible")
        table(f"Public de l'action {row['action']}", titles, [tuple(each.values()) for each in row["public"]])
        say(f"Parts par territoire : {row['origine_parts'] or 'aucune'}.")
        for alert in row["alertes"]:
            say_after("À vérifier : ", alert)

    show(row, render)


def reference(
    action: NumeroAction,
    references: Annotated[
        list[str] | None,
        typer.Argument(metavar="SYSTEME=NUMERO", help="dauphin, gispro, ej ou autre ; puis :ANNEE si elle diffère."),
    ] = None,
    retirer: Annotated[str, typer.Option("--retirer", metavar="NUMERO", help="Une référence à retirer.")] = "",
    saisir: Saisir = False,
) -> None:
    """Ajoute les références d'autres systèmes ; un engagement juridique (EJ) peut couvrir plusieurs actions.

    Exemple : cofiville action reference 2016-014 dauphin=16023456 ej=2101987654
    """
    from ledger.programming.details import add_references, drop_reference
    from ledger.programming.lookups import find_action

    added = references_of(references) + (ask_references() if saisir else ())
    with writing() as session:
        found = find_action(session, action)
        if retirer:
            drop_reference(session, found, retirer)
        add_references(session, found, added)
        row: dict[str, Any] = {"action": found.number, "references": _references(found)}
    shown = [tuple(each.values()) for each in row["references"]]
    show(row, lambda: table(f"Références de l'action {row['action']}", ("Système", "Année", "Numéro"), shown))


def chercher(
    reference: Annotated[str, typer.Argument(metavar="NUMERO", help="Un numéro DAUPHIN, GISPRO, EJ…")],
) -> None:
    """Dit quelles actions un autre système connaît sous ce numéro.

    Exemple : cofiville action chercher 2101987654
    """
    from ledger.programming.details import actions_of_reference

    with reading() as session:
        numbers = actions_of_reference(session, reference)
    show(numbers, lambda: say(f"{reference} : {', '.join(numbers) or 'aucune action'}."))


def _references(action: Action) -> list[dict[str, Any]]:
    return [{"systeme": each.kind, "annee": each.year, "numero": each.reference} for each in action.references]


def indicateur(
    action: NumeroAction,
    quantitatif: Annotated[
        list[str] | None, typer.Option(metavar="INTITULE=NOMBRE", help="Un résultat attendu, en nombre ; répétez.")
    ] = None,
    qualitatif: Annotated[
        list[str] | None, typer.Option(metavar="INTITULE=MOTS", help="Un résultat attendu, en mots ; répétez.")
    ] = None,
    realise: Annotated[
        list[str] | None, typer.Option(metavar="N°=VALEUR", help="Ce qui a été réalisé d'un indicateur ; répétez.")
    ] = None,
    saisir: Saisir = False,
    le: Le = None,
) -> None:
    """Ajoute des indicateurs attendus, ou note ce qui a été réalisé (§5.6.1).

    Exemple : cofiville action indicateur 2016-014 --quantitatif "ateliers tenus=24" --realise 1=22
    """
    from ledger.programming.details import expect
    from ledger.programming.details import realise as note
    from ledger.programming.lookups import find_action

    expected = indicators_of(quantitatif, qualitatif) + (ask_indicators() if saisir else ())
    with writing() as session:
        found = find_action(session, action)
        expect(session, found, expected)
        for text in realise or ():
            rank, _, value = text.partition("=")
            if not rank.strip().isdecimal():
                raise InvalidValue(f"« {text} » n'est pas compris.", "Écrivez le numéro de l'indicateur : 1=22.")
            note(session, found, int(rank), value, on=day(le))
        row: dict[str, Any] = {
            "action": found.number,
            "indicateurs": [
                {
                    "rang": e.rank,
                    "genre": e.kind,
                    "indicateur": e.label,
                    "attendu": e.expected,
                    "realise": e.realised,
                    "realise_le": e.realised_on,
                }
                for e in found.indicators
            ],
        }
    titles = ("N°", "Genre", "Indicateur", "Attendu", "Réalisé", "Le")
    shown = [tuple(each.values()) for each in row["indicateurs"]]
    show(row, lambda: table(f"Indicateurs de l'action {row['action']}", titles, shown))
