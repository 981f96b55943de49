"""`cofiville action public`, `reference`, `indicateur`: what completes an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Le, NumeroAction, argument, day, option
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.outcome import Outcome, Row, Sentence
from ledger.commands.programming.action_parts import PUBLIC, slices_shown
from ledger.commands.programming.action_typing import Publics, Saisir
from ledger.commands.programming.action_words import read_quality, read_quantity, read_reference
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.identifiers import is_count
from ledger.journal.fields import ACTION

if TYPE_CHECKING:
    from ledger.programming.actions.forms import ReadAction


_NUMBER = Field("numero", "numéro", help="Un numéro DAUPHIN, GISPRO, EJ…", placeholder="NUMERO")
REFERENCES = (Field("systeme", "système", Kind.CODE), Field("annee", "année", Kind.ORDINAL), _NUMBER)
INDICATORS = (
    Field("rang", "n°", Kind.ORDINAL),
    Field("genre", "genre"),
    Field("indicateur", "indicateur"),
    Field("attendu", "attendu"),
    Field("realise", "réalisé", optional=True),
    Field("realise_le", "le", Kind.DAY, optional=True),
)
_ORIGIN = Field("origine_parts", "origine", help="D'où viennent les effectifs.", placeholder="TEXTE", optional=True)
ALERTS = Field("alertes", "à vérifier", many=True)
SERVED = (ACTION, Field("public", "public", Kind.RECORD, fields=PUBLIC, many=True), _ORIGIN, ALERTS)
REFERRED = (ACTION, Field("references", "références", Kind.RECORD, fields=REFERENCES, many=True))
EXPECTED = (ACTION, Field("indicateurs", "indicateurs", Kind.RECORD, fields=INDICATORS, many=True))


def indicators_listed(action: ReadAction) -> list[Row]:
    """What is expected of an action, and what was realised."""
    return [
        {
            "rang": rank,
            "genre": each.kind,
            "indicateur": each.label,
            "attendu": each.expected,
            "realise": realised,
            "realise_le": on,
        }
        for rank, (each, (realised, on)) in enumerate(zip(action.indicators, action.realised, strict=True), start=1)
    ]


def action_public(
    action: NumeroAction,
    public: Publics = None,
    origine: Annotated[str | None, option(_ORIGIN, "--origine")] = None,
) -> Outcome:
    """Saisit qui bénéficie de l'action, lieu par lieu ; les parts de coût par territoire en découlent.

    Exemple : cofiville action public 2016-014 --public DENAIN-CENTRE=40:compte --public hors=5:CAVM:compte
        --origine "inscriptions du CCAS"
    """
    from dataclasses import replace

    from ledger.programming.actions.completeness import alerts, share_origin
    from ledger.programming.actions.read_actions import form_of, read_action
    from ledger.programming.actions.record_action import change_action
    from ledger.programming.queries import find_action
    from ledger.reports.listing import Listing

    if public is None and origine is None:
        raise InvalidValue("Rien n'est donné.", "Donnez --public LIEU=EFFECTIF, ou --origine TEXTE.")
    with writing() as session:
        form = form_of(find_action(session, action))
        if public is not None:
            form = replace(form, publics=tuple(public), slices=(), counts=())
        form = replace(form, share_source=form.share_source if origine is None else origine)
        changed = change_action(session, form)
        found = read_action(session, changed)
        row: Row = {
            "action": found.number,
            "public": slices_shown(changed.slices),
            "origine_parts": share_origin(found),
            "alertes": alerts(session, found),
        }

    return Outcome(
        row,
        (
            Listing(f"Public de l'action {row['action']}", PUBLIC, tuple(row["public"])),
            f"Parts par territoire : {row['origine_parts'] or 'aucune'}.",
            *(Sentence("À vérifier : ", alert) for alert in row["alertes"]),
        ),
    )


def action_reference(
    action: NumeroAction,
    references: Annotated[
        list[Any] | None,
        Argument(
            metavar="SYSTEME=NUMERO",
            parser=read_reference,
            help="dauphin, gispro, ej ou autre ; puis :ANNEE si elle diffère.",
        ),
    ] = None,
    retirer: Annotated[str, Option("--retirer", metavar="NUMERO", help="Une référence à retirer.")] = "",
    saisir: Saisir = False,
) -> Outcome:
    """Ajoute les références d'autres systèmes ; un engagement juridique (EJ) peut couvrir plusieurs actions.

    Exemple : cofiville action reference 2016-014 dauphin=16023456 ej=2101987654
    """
    from ledger.programming.actions.read_actions import read_action
    from ledger.programming.actions.record_action import add_references, drop_reference
    from ledger.programming.queries import find_action
    from ledger.reports.listing import Listing

    with writing() as session:
        found = find_action(session, action)
        if retirer:
            drop_reference(session, found, retirer)
        add_references(session, found, tuple(references or ()))
        row: Row = {"action": found.number, "references": reference_rows(read_action(session, found, ("references",)))}
    return Outcome(row, (Listing(f"Références de l'action {row['action']}", REFERENCES, tuple(row["references"])),))


def action_chercher(
    reference: Annotated[str, argument(_NUMBER)],
) -> Outcome:
    """Dit quelles actions un autre système connaît sous ce numéro.

    Exemple : cofiville action chercher 2101987654
    """
    from ledger.programming.actions.record_action import actions_of_reference

    with reading() as session:
        numbers = actions_of_reference(session, reference)
    return Outcome(numbers, (f"{reference} : {', '.join(numbers) or 'aucune action'}.",))


def reference_rows(action: ReadAction) -> list[Row]:
    """The numbers other systems give an action."""
    return [{"systeme": each.kind, "annee": each.year, "numero": each.reference} for each in action.references]


def action_indicateur(
    action: NumeroAction,
    quantitatif: Annotated[
        list[Any] | None,
        Option(metavar="INTITULE=NOMBRE", parser=read_quantity, help="Un résultat attendu, en nombre ; répétez."),
    ] = None,
    qualitatif: Annotated[
        list[Any] | None,
        Option(metavar="INTITULE=MOTS", parser=read_quality, help="Un résultat attendu, en mots ; répétez."),
    ] = None,
    realise: Annotated[
        list[str] | None, Option(metavar="N°=VALEUR", help="Ce qui a été réalisé d'un indicateur ; répétez.")
    ] = None,
    saisir: Saisir = False,
    le: Le = None,
) -> Outcome:
    """Ajoute des indicateurs attendus, ou note ce qui a été réalisé (§5.6.1).

    Exemple : cofiville action indicateur 2016-014 --quantitatif "ateliers tenus=24" --realise 1=22
    """
    from ledger.programming.actions.read_actions import read_action
    from ledger.programming.actions.record_action import expect_indicator
    from ledger.programming.actions.record_action import realise_indicator as note
    from ledger.programming.queries import find_action
    from ledger.reports.listing import Listing

    with writing() as session:
        found = find_action(session, action)
        expect_indicator(session, found, (*(quantitatif or ()), *(qualitatif or ())))
        for text in realise or ():
            rank, _, value = text.partition("=")
            if not is_count(rank.strip()):
                raise InvalidValue(f"« {text} » n'est pas compris.", "Écrivez le numéro de l'indicateur : 1=22.")
            note(session, found, int(rank), value, on=day(le))
        read = read_action(session, found, ("indicators",))
        row: Row = {"action": found.number, "indicateurs": indicators_listed(read)}
    return Outcome(row, (Listing(f"Indicateurs de l'action {row['action']}", INDICATORS, tuple(row["indicateurs"])),))
