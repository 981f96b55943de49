"""`cofiville echange adapter` and `profils`: a partner's layout matched once with one of ours, and reused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.commands.exchange.imports import Limite
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.dialogue import ask
from ledger.commands.shell.options import Fichier
from ledger.commands.shell.screen import say, show, table
from ledger.core.errors import InvalidValue

if TYPE_CHECKING:
    from ledger.exchange.declaration import Sheet


def adapter(
    nom: Annotated[str, typer.Argument(metavar="NOM", help="Le nom de votre profil.")],
    fichier: Fichier,
    modele: Annotated[
        str, typer.Option(metavar="PROFIL", help="Le profil livré qui lui ressemble.", show_default=False)
    ] = "etat-dossiers",
    colonne: Annotated[
        list[str] | None,
        typer.Option(metavar="COLONNE=TITRE", help="Votre titre pour une colonne du modèle ; répétez l'option."),
    ] = None,
    limite: Limite = None,
) -> None:
    """Rattache les colonnes du fichier d'un partenaire à celles d'un profil livré, et retient le résultat.

    Les titres déjà connus sont rattachés d'office ; dans un terminal, chaque autre colonne du modèle est demandée. Le
    profil sert ensuite à importer et à rapprocher ; un titre disparu l'année suivante est signalé.

    Exemple : cofiville echange adapter prefecture suivi.xls --modele etat-dossiers --colonne "Accordé=Montant voté"
    """
    from ledger.exchange.opening.limits import parse_limits
    from ledger.exchange.opening.open_file import open_file
    from ledger.exchange.partners.saved import matched, save_profile, titles_of
    from ledger.exchange.profiles import find_profile

    sheet = find_profile(modele).sheet
    there = [title for grid in open_file(fichier, parse_limits(limite or ())).grids for title in titles_of(grid)]
    titles = matched(sheet, there) | dict(_typed(sheet, there, text) for text in colonne or ())
    if may_ask():
        titles |= _asked(sheet, there, titles)
    with writing() as session:
        saved = save_profile(session, nom, modele, titles)
        data = {"profil": saved.name, "version": saved.version, "modele": saved.model, "colonnes": saved.titles}
    show(data, lambda: say(f"Profil {data['profil']} retenu ({len(titles)} colonnes), version {data['version']}."))


def profils() -> None:
    """Liste les profils de fichiers : ceux livrés et les vôtres.

    Exemple : cofiville echange profils
    """
    from ledger.exchange.partners.saved import saved_profiles
    from ledger.exchange.profiles import PROFILES

    with reading() as session:
        own = [(each.name, f"votre profil, d'après {each.model}", each.version) for each in saved_profiles(session)]
    rows = [(each.name, each.words, 1) for each in PROFILES.values()] + own
    data = [{"profil": name, "contenu": words, "version": version} for name, words, version in rows]
    show(data, lambda: table("Profils de fichiers", ("Profil", "Contenu", "Version"), rows))


def _typed(sheet: Sheet, there: list[str], text: str) -> tuple[str, str]:
    from ledger.exchange.partners.saved import column_named

    column, mark, title = text.partition("=")
    if not mark:
        raise InvalidValue(f"« {text} » ne rattache rien.", 'Écrivez --colonne "Colonne du modèle=titre du fichier".')
    return column_named(sheet, column).field, _title(there, title)


def _title(there: list[str], text: str) -> str:
    from ledger.core.identifiers import plain_words

    found = next((title for title in there if plain_words(title) == plain_words(text)), None)
    if found is None:
        raise InvalidValue(f"« {text} » n'est pas un titre de ce fichier.", f"Titres lus : {', '.join(there)}.")
    return found


def _asked(sheet: Sheet, there: list[str], known: dict[str, str]) -> dict[str, str]:
    """For each column of the model without a title yet, the one of the file that the user names; blank for none."""
    free = [title for title in there if title not in known.values()]
    if free:
        say("Titres du fichier pas encore rattachés : " + ", ".join(free))
    found = {}
    for column in sheet.columns:
        if column.field in known or not free:
            continue
        needed = "obligatoire" if column.required or column.expected else "Entrée si aucune"
        answer = ask(f"Quel titre dit « {column.title} » ({needed})", lambda text: _title(there, text) if text else "")
        if answer:
            found[column.field] = answer
            free.remove(answer)
    return found
