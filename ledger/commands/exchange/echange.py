"""`cofiville echange adapter` and `profils`: a partner's layout matched once with one of ours, and reused."""

from __future__ import annotations

from typing import Annotated

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Fichier
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.exchange.imports import Limite
from ledger.commands.exchange.publishing import app
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import code, count, words
from ledger.reports.listing import Listing

_PROFILE = code("profil", "profil")
_VERSION = count("version", "version")
_SAVED = one(_PROFILE, _VERSION, code("modele", "modèle"), words("colonnes", "colonnes").but(keyed=True))
_PROFILES = (_PROFILE, words("contenu", "contenu"), _VERSION)


@app.command("adapter", answer=_SAVED)
def echange_adapter(
    nom: Annotated[str, Argument(metavar="NOM", help="Le nom de votre profil.")],
    fichier: Fichier,
    modele: Annotated[
        str, Option(metavar="PROFIL", help="Le profil livré qui lui ressemble.", show_default=False)
    ] = "etat-dossiers",
    colonne: Annotated[
        list[str] | None,
        Option(metavar="COLONNE=TITRE", help="Votre titre pour une colonne du modèle ; répétez l'option."),
    ] = None,
    limite: Limite = None,
) -> Outcome:
    """Rattache les colonnes du fichier d'un partenaire à celles d'un profil livré, et retient le résultat.

    Les titres déjà connus sont rattachés d'office ; dans un terminal, chaque autre colonne du modèle est demandée. Le
    profil sert ensuite à importer et à rapprocher ; un titre disparu l'année suivante est signalé.

    Exemple : cofiville echange adapter prefecture suivi.xls --modele etat-dossiers --colonne "Accordé=Montant voté"
    """
    from ledger.exchange.partners.saved import save_profile, titles_in, titles_matched
    from ledger.exchange.profiles import find_profile

    titles = titles_matched(find_profile(modele).sheet, titles_in(fichier, limite or ()), colonne or ())
    with writing() as session:
        saved = save_profile(session, nom, modele, titles)
        row = {"profil": saved.name, "version": saved.version, "modele": saved.model, "colonnes": saved.titles}
    return Outcome(row, (f"Profil {row['profil']} retenu ({len(titles)} colonnes), version {row['version']}.",))


@app.command("profils", answer=several(*_PROFILES))
def echange_profils() -> Outcome:
    """Liste les profils de fichiers : ceux livrés et les vôtres.

    Exemple : cofiville echange profils
    """
    from ledger.exchange.partners.saved import saved_profiles
    from ledger.exchange.profiles import PROFILES

    shipped = [{"profil": each.name, "contenu": each.words, "version": 1} for each in PROFILES.values()]
    with reading() as session:
        own = [
            {"profil": each.name, "contenu": f"votre profil, d'après {each.model}", "version": each.version}
            for each in saved_profiles(session)
        ]
    return Outcome(Listing("Profils de fichiers", _PROFILES, (*shipped, *own)))
