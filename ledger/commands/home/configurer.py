"""`cofiville configurer`: settle once for all the base, the contract, who acts, the year, the templates, the copies."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

from ledger.commands.declaring.configuration import (
    KEYS,
    Configuration,
    configuration_file,
    stored_to_change,
    write_configuration,
)
from ledger.commands.declaring.group import single
from ledger.commands.declaring.options import option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, one
from ledger.core.addresses import shown_address
from ledger.core.field import Field, Kind
from ledger.journal.fields import YEAR

_USUAL = Field("base", "base", help="La base habituelle.", placeholder="ADRESSE", since="0.2")
_CONTRACT = Field(
    "contrat",
    "contrat",
    help="Le contrat habituel, quand la base en tient plusieurs.",
    placeholder="CODE",
    offers="contrats",
    since="0.2",
)
_AGENT = Field("agent", "agent", help="Qui agit d'habitude.", placeholder="NOM", since="0.2")
_YEAR = YEAR.but(help="L'exercice habituel.", offers="", optional=True, since="0.2")
_TEMPLATES = Field(
    "modeles", "modèles", help="Le dossier de vos modèles de documents.", placeholder="DOSSIER", since="0.2"
)
_COPIES = Field(
    "copies",
    "copies",
    Kind.INTEGER,
    help="Combien de copies du jour garder d'une base en fichier, 7 sinon ; 0 n'en fait pas.",
    placeholder="NOMBRE",
    optional=True,
    since="0.2",
)
_COPIES_FOLDER = Field(
    "dossier_copies", "dossier des copies", help="Où les garder.", placeholder="DOSSIER", since="0.2"
)
_FILE = Field("fichier", "fichier", since="0.2")

_SQLITE = "sqlite:///"

app = single()


@app.command("configurer", answer=one(_FILE, _USUAL, _CONTRACT, _AGENT, _YEAR, _TEMPLATES, _COPIES, _COPIES_FOLDER))
def configurer(
    base: Annotated[str | None, option(_USUAL)] = None,
    contrat: Annotated[str | None, option(_CONTRACT)] = None,
    agent: Annotated[str | None, option(_AGENT)] = None,
    exercice: Annotated[int | None, option(_YEAR)] = None,
    modeles: Annotated[str | None, option(_TEMPLATES)] = None,
    copies: Annotated[int | None, option(_COPIES, min=0, max=366)] = None,
    dossier_copies: Annotated[str | None, option(_COPIES_FOLDER)] = None,
    effacer: Annotated[bool, Option("--effacer", help="Oublie d'abord tous les réglages.")] = False,
) -> Outcome:
    """Retient vos réglages dans un fichier ; sans option, dans un terminal, les demande un par un.

    Ce qui est tapé dans une commande, puis les variables COFIVILLE_BASE, COFIVILLE_CONTRAT, COFIVILLE_AGENT,
    COFIVILLE_EXERCICE et COFIVILLE_MODELES passent avant ces réglages. Un mot vide ("") oublie un réglage.

    Exemple : cofiville configurer --agent "Claire Martin" --exercice 2016
    """
    before = Configuration() if effacer else stored_to_change()
    typed = {
        "base": base and _from_anywhere(base),
        "contrat": contrat and contrat.strip().upper(),
        "agent": agent,
        "exercice": exercice,
        "modeles": modeles and _from_anywhere(modeles),
        "copies": copies,
        "dossier_copies": dossier_copies and _from_anywhere(dossier_copies),
    }
    given = {key: value for key, value in typed.items() if value is not None}
    changes: dict[str, Any] = {KEYS[key]: value for key, value in given.items()}
    settled = replace(before, **changes)
    path = write_configuration(settled) if given or effacer else configuration_file()
    kept = asdict(replace(settled, base=shown_address(settled.base)))
    row = {"fichier": str(path), **{key: kept[name] for key, name in KEYS.items()}}
    said = [f"Réglages : {path}" + ("" if path.exists() else " (ce fichier n'existe pas encore)")]
    said += [f"  {key:<14} {'—' if kept[name] in ('', None) else kept[name]}" for key, name in KEYS.items()]
    return Outcome(row, tuple(said))


def _from_anywhere(address: str) -> str:
    """The same base or folder from whatever folder one types: a relative path is that of where it was settled."""
    scheme = _SQLITE if address.startswith(_SQLITE) else ""
    path = address.removeprefix(scheme)
    if "://" in path or path.startswith(("file:", ":memory:")):
        return address
    return f"{scheme}{Path(path).expanduser().absolute()}"
