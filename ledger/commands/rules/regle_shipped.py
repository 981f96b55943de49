"""`cofiville regle mettre-a-niveau`: the rules that a later release ships, added to a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, several
from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL
from ledger.referential.fields import CODE, SOURCE
from ledger.reports.listing import Listing
from ledger.rules.fields import SINCE, UNTIL
from ledger.rules.vocabulary import ShippedState

if TYPE_CHECKING:
    from ledger.rules.seed import Shipped

_SHIPPED = (
    CODE,
    Field("etat", "état", Kind.CHOICE, choices=tuple(ShippedState), shown=False),
    Field("autre", "autre règle", Kind.CODE, shown=False),
    Field("devient", "ce qu'elle devient", scripted=False),
    SINCE,
    UNTIL,
    SOURCE,
    LABEL,
)

app = group("Règles : ce que les textes permettent, daté et sourcé.")


@app.command("mettre-a-niveau", act=True, answer=several(*_SHIPPED))
def regle_mettre_a_niveau(
    reprendre: Annotated[
        list[str] | None,
        Option(metavar="CODE", offers="regles", help="Remplace la vôtre par celle du programme ; répétez l'option."),
    ] = None,
) -> Outcome:
    """Ajoute les règles livrées avec le programme que le contrat n'a pas ; celles du contrat qui en diffèrent restent.

    Ce qui a été décidé avant reste expliqué par les règles connues alors.

    Exemple : cofiville regle mettre-a-niveau
    """
    from ledger.rules.packs import shipped_rules
    from ledger.rules.seed import Shipped, load_rules, replace_by_shipped
    from ledger.storage.session import context

    with writing() as session:
        taken = [version for code in reprendre or () for version in replace_by_shipped(session, code)]
        rows = [_row(each) for each in load_rules(session, context(session).contract)]
        rows += [
            _row(Shipped(form, ShippedState.TAKEN))
            for form in shipped_rules()
            if (form.code, form.period.first) in {(each.code, each.first_day) for each in taken}
        ]
    added = sum(row["etat"] is ShippedState.ADDED for row in rows)
    said = f"{added} règle(s) livrée(s) ajoutée(s)." if added else "Aucune règle livrée ne manque."
    listing = Listing("Règles livrées", _SHIPPED, tuple(rows))
    kept = [row["code"] for row in rows if row["etat"] is ShippedState.KEPT]
    remedy = (
        f"→ Pour prendre celle du programme : cofiville regle mettre-a-niveau --reprendre {kept[0]}" if kept else ""
    )
    return Outcome(listing, (said, *((listing,) if rows else ()), *((remedy,) if kept else ())))


def _row(shipped: Shipped) -> Row:
    """What became of a rule shipped with the program."""
    form = shipped.form
    aside = f" : {shipped.other} répond déjà" if shipped.state is ShippedState.PUT_ASIDE else ""
    return {
        "code": form.code,
        "etat": shipped.state,
        "autre": shipped.other,
        "devient": f"{shipped.state.label}{aside}",
        "libelle": form.label,
        "du": form.period.first,
        "au": form.period.last,
        "source": str(form.source),
    }
