"""`cofiville excel garder`: a file handed over, kept as it is, to be written again byte for byte."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.commands.shell.access import writing
from ledger.commands.shell.options import Annee, Fichier, Le, day
from ledger.commands.shell.screen import say, show
from ledger.commands.shell.usage import WrongUsage

_MOST_BYTES = 32 * 1024 * 1024


def garder(
    fichier: Fichier,
    annee: Annee,
    quoi: Annotated[str, typer.Option("--quoi", metavar="TEXTE", help="Ce que c'est ; le nom du fichier sinon.")] = "",
    le: Le = None,
) -> None:
    """Garde un fichier remis (rapport, dossier, PDF) : il se réécrit à l'octet près, quoi qu'on ait saisi depuis.

    Gardé deux fois sous le même nom sans avoir changé, il garde son numéro. Pour le réécrire : cofiville excel
    renvoyer NUMERO FICHIER.

    Exemple : cofiville excel garder dossier_2016.html 2016 --quoi "Dossier du COPIL du 04/03/2016"
    """
    from ledger.exchange.sending.sent import send

    try:
        content = fichier.read_bytes()
    except OSError as trouble:
        raise WrongUsage(
            f"« {fichier} » ne peut pas être lu ({trouble.strerror}).", "Vérifiez son nom et son dossier."
        ) from None
    if len(content) > _MOST_BYTES:
        raise WrongUsage(f"« {fichier} » dépasse 32 Mo.", "Gardez un fichier plus léger.")
    with writing() as session:
        stamp, _ = send(session, quoi.strip() or fichier.name, annee, on=day(le), made=lambda _: content)
        data = {"fichier": str(fichier), "envoi": stamp.number, "le": stamp.on}
    show(data, lambda: say(f"{fichier} gardé sous le n° {stamp.number}."))
