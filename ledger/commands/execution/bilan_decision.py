"""`cofiville bilan constater`: the final amount another financeur decided of the money it pays itself."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.commands.execution.bilan_rows import bilan_row, say_bilans
from ledger.commands.shell.access import writing
from ledger.commands.shell.completion import CONVENTIONS
from ledger.commands.shell.options import Le, Piece, day
from ledger.commands.shell.screen import say, show
from ledger.core.money import Money, parse_money, total


def constater(
    convention: Annotated[
        str,
        typer.Argument(
            metavar="CONVENTION", autocompletion=CONVENTIONS, help="La convention que le financeur paie lui-même."
        ),
    ],
    montant: Annotated[
        Money, typer.Argument(metavar="MONTANT", parser=parse_money, help="Le montant définitif qu'il a décidé.")
    ],
    piece: Piece,
    action: Annotated[
        str | None, typer.Option(metavar="ACTION", help="L'action, si la convention en porte plusieurs.")
    ] = None,
    ligne: Annotated[
        str, typer.Option(metavar="LIGNE", help="La ligne dont c'est le montant ; toutes sinon, au prorata.")
    ] = "",
    le: Le = None,
) -> None:
    """Constate le montant définitif décidé par l'État, la Caf… sur une convention qu'ils paient eux-mêmes.

    Le bilan de l'action en propose un ; la décision du financeur peut être autre, et le livre la suit. Elle s'annule
    comme un acte (journal annuler) : la proposition vaut alors de nouveau.

    Exemple : cofiville bilan constater C2016-001 19000 --piece "Courrier de l'ARS du 12/09/2017" --le 2017-09-15
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.bilan_input import one_action
    from ledger.execution.financeur_decisions import bilan_to_decide, counted_otherwise, record_decision

    with writing() as session:
        found = find_convention(session, convention)
        bilan = bilan_to_decide(session, found, one_action(found, action), piece=piece, on=day(le))
        proposed = total(line.amount_final for line in bilan.lines)
        _, posted = record_decision(session, found, bilan, montant, line=ligne, piece=piece, on=day(le))
        row = bilan_row(session, bilan) | {"propose": proposed, "ecriture": posted.sequence}
        otherwise = counted_otherwise(session, bilan.action)

    def render() -> None:
        say_bilans([row])
        if row["definitif"] != proposed:
            say(f"  {row['payeur']} a décidé {row['definitif'].french()} ; {proposed.french()} étaient proposés.")
        if otherwise is not None:
            say(
                f"  Le bilan de {otherwise.convention} comptait {otherwise.counted.french()} d'autres financements,"
                f" il y en a {otherwise.known.french()}. Pour en tenir compte : {otherwise.command}"
            )

    show(row, render)
