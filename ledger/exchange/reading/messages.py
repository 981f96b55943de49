"""The catalogue of findings over a file: one code, one level, one sentence and one way out each."""

from __future__ import annotations

from typing import NamedTuple

from ledger.core.errors import Level, Problem


class Message(NamedTuple):
    """What a finding says; `expected` and `sentence` are filled with what the finding knows."""

    level: Level
    expected: str
    sentence: str


_ERROR, _ALERT, _INFORMATION = Level.ERROR, Level.ALERT, Level.INFORMATION

CATALOGUE: dict[str, Message] = {
    "feuille_absente": Message(
        _ERROR,
        "une feuille parmi : {names}",
        "Aucune feuille reconnue. Partez d'un modèle : cofiville excel modeles DOSSIER.",
    ),
    "fichier_inconnu": Message(
        _ERROR,
        "les titres d'un profil connu",
        "Fichier non reconnu. Titres lus : {titles}. Profil le plus proche : {nearest} ; {missing}. Tapez : {command}",
    ),
    "fichier_vide": Message(
        _ERROR, "des titres et des lignes", "Aucune feuille de ce fichier n'a de texte : il est vide."
    ),
    "feuille_ignoree": Message(_INFORMATION, "", "Cette feuille n'est pas lue ({count} ligne(s) remplie(s))."),
    "feuille_manquante": Message(
        _ALERT,
        "une feuille « {title} »",
        "La feuille « {title} » n'est plus dans ce classeur : rien n'y est lu. Si elle a changé de nom, rendez-le-lui.",
    ),
    "version_recente": Message(
        _ERROR,
        "la version {version}, ou une plus ancienne",
        "Cette feuille vient d'une version plus récente de Cofiville, qui seule sait la lire : installez-la, ou"
        " ressaisissez-la dans un classeur de celle-ci (cofiville excel modeles DOSSIER).",
    ),
    "format_inconnu": Message(
        _ERROR,
        "le format {known}",
        "Ce classeur vient d'une autre version de Cofiville, qui seule sait le lire : installez-la, ou ressaisissez-le"
        " dans un classeur de celle-ci (cofiville excel modeles DOSSIER).",
    ),
    "feuille_double": Message(
        _ERROR, "une seule feuille « {title} »", "Deux feuilles portent le même nom : gardez-en une."
    ),
    "feuille_meme_contenu": Message(
        _ERROR,
        "une seule feuille « {title} »",
        "Les feuilles « {first} » et « {second} » se lisent toutes deux comme « {title} » : gardez-en une.",
    ),
    "feuille_masquee": Message(_ALERT, "une feuille visible", "Cette feuille est masquée ; elle est lue quand même."),
    "feuille_sans_lignes": Message(
        _INFORMATION, "des lignes sous l'en-tête", "Cette feuille ne contient aucune ligne."
    ),
    "entete_introuvable": Message(
        _ERROR, "les titres de colonne : {names}", "L'en-tête est introuvable. Reprenez les titres du modèle."
    ),
    "colonne_manquante": Message(_ERROR, "une colonne « {title} »", "La colonne « {title} » manque. Ajoutez-la."),
    "colonne_double": Message(
        _ERROR, "une seule colonne « {title} »", "La colonne « {title} » est là deux fois : gardez-en une."
    ),
    "titre_ambigu": Message(
        _ERROR,
        "un titre par colonne",
        "Ce titre peut nommer {names} : écrivez-le en entier."
        " Fichier d'un partenaire : cofiville echange adapter PROFIL FICHIER.",
    ),
    "colonne_ignoree": Message(_INFORMATION, "", "Cette colonne n'est pas connue : elle n'est pas lue."),
    "lignes_absentes": Message(
        _INFORMATION,
        "",
        "{count} ligne(s) du livre ne sont pas dans cette feuille ({names}) : elles restent telles quelles.",
    ),
    "fichier_lu": Message(_INFORMATION, "", "{note}"),
    "ligne_de_total": Message(_INFORMATION, "", "Cette ligne de total n'est pas lue : les totaux sont recalculés."),
    "titres_repetes": Message(
        _INFORMATION, "", "Cette ligne répète les titres des colonnes : elle n'est pas lue comme une donnée."
    ),
    "ligne_ecartee": Message(_ALERT, "", "Cette ligne n'est pas lue comme une donnée ({why}) : elle est écartée."),
    "cellule_isolee": Message(
        _ERROR,
        "une ligne entière, ou rien",
        "Cette cellule est seule sur sa ligne. Effacez-la, ou remplissez : {names}.",
    ),
    "montant_arrondi": Message(_INFORMATION, "un montant au centime", "Montant arrondi au centime : {rounded}."),
    "ligne_masquee": Message(_ALERT, "une ligne visible", "Cette ligne est masquée ; elle est lue quand même."),
    "colonne_masquee": Message(
        _ALERT, "une colonne visible", "La colonne « {title} » est masquée ; elle est lue quand même."
    ),
    "lignes_vides": Message(
        _INFORMATION,
        "",
        "Des lignes vides sont mises en forme jusqu'à la ligne {count} : elles ne sont pas lues. "
        "Supprimez-les pour alléger le fichier.",
    ),
    "ligne_trop_longue": Message(
        _ERROR,
        "{width} valeurs",
        "Cette ligne a {count} valeurs pour {width} titres : une virgule (un séparateur) est dans une valeur. "
        "Mettez la valeur entre guillemets, ou enregistrez en CSV avec des points-virgules.",
    ),
    "valeur_en_texte": Message(
        _INFORMATION, "{title} : des nombres", "« {title} » : {count} cellule(s) en texte, lue(s) sans ambiguïté."
    ),
    "code_en_nombre": Message(
        _INFORMATION,
        "{title} : du texte",
        "« {title} » : {count} cellule(s) en nombre, lue(s) comme des codes. "
        "Mettez la colonne au format Texte : un zéro de tête se perdrait.",
    ),
    "texte_abime": Message(
        _ALERT, "des lettres lisibles", "Ce texte contient des lettres abîmées (encodage) : relisez-le."
    ),
    "cellules_fusionnees": Message(
        _ERROR,
        "une valeur par cellule",
        "Ces cellules sont fusionnées. Défusionnez-les et écrivez la valeur sur chaque ligne.",
    ),
    "cellule_en_erreur": Message(_ERROR, "{kind}", "La formule est en erreur. Corrigez-la ou saisissez la valeur."),
    "formule_sans_valeur": Message(
        _ERROR, "{kind}", "La formule n'a pas de résultat enregistré. Ouvrez le fichier dans Excel et enregistrez-le."
    ),
    "valeur_manquante": Message(_ERROR, "{kind}", "« {title} » est obligatoire. Remplissez la cellule."),
    "cle_double": Message(
        _ERROR,
        "une seule ligne pour « {key} »",
        "Cette ligne répète la ligne {other}. Gardez-en une, ou corrigez l'identifiant.",
    ),
    "montant_decimales": Message(
        _ERROR, "un montant au centime", "Plus de deux décimales. Arrondissez dans la formule : =ARRONDI(…;2)."
    ),
    "montants_decimales": Message(
        _ERROR,
        "des montants au centime",
        "{count} montant(s) ont plus de deux décimales ; leur somme exacte est {total}. Rien n'est arrondi d'office. "
        "Demandez un fichier au centime, ou l'arrondi (au centime le plus proche, demi-centime en s'éloignant de "
        "zéro, chaque montant listé) : --arrondir.",
    ),
    "montant_ambigu": Message(
        _ERROR,
        "1234,56 ou 1 234,56",
        "Ce montant peut se lire de deux façons. Récrivez-le sans point ni virgule de milliers.",
    ),
    "montant_illisible": Message(
        _ERROR, "1234,56 ou 1 234,56", "Ce n'est pas un montant. Saisissez un nombre, ou laissez vide."
    ),
    "montant_negatif": Message(_ERROR, "un montant positif ou nul", "Un montant négatif n'est pas admis ici."),
    "date_ambigue": Message(
        _ERROR, "JJ/MM/AAAA", "Cette date peut se lire de plusieurs façons. Écrivez l'année sur quatre chiffres."
    ),
    "date_annee": Message(
        _ERROR, "JJ/MM/AAAA", "Une année seule n'est pas un jour. Saisissez le jour, s'il est connu."
    ),
    "date_lointaine": Message(
        _ERROR, "une année entre 1900 et 2099", "Ce jour est hors de ces années. Corrigez l'année."
    ),
    "date_illisible": Message(_ERROR, "JJ/MM/AAAA", "Ce n'est pas une date. Saisissez un seul jour."),
    "date_au_lieu_de_texte": Message(
        _ERROR, "{kind}", "Excel a changé cette valeur en date. Mettez la colonne au format Texte et ressaisissez-la."
    ),
    "nombre_illisible": Message(
        _ERROR, "un nombre entier positif ou nul", "Ce n'est pas un nombre entier. Corrigez-le."
    ),
    "taux_illisible": Message(_ERROR, "65 % ou 2/3", "Ce n'est pas un taux entre 0 % et 100 %."),
    "choix_inconnu": Message(_ERROR, "{names}", "Valeur inconnue pour « {title} ». Choisissez dans la liste."),
    "code_illisible": Message(_ERROR, "un code de 1 à 40 lettres, chiffres ou tirets", "Ce code ne convient pas."),
    "plusieurs_codes": Message(
        _ERROR,
        "un seul code",
        "Cette cellule en nomme plusieurs pour une seule valeur. Faites une ligne pour chacun, avec sa part.",
    ),
    "oui_non_illisible": Message(_ERROR, "oui ou non", "Répondez par oui ou par non."),
    "siret_detruit": Message(
        _ERROR,
        "14 chiffres",
        "Le tableur a détruit ce SIRET. Mettez la colonne au format Texte et ressaisissez le numéro.",
    ),
    "siret_zero_perdu": Message(
        _ERROR,
        "14 chiffres",
        "Le tableur a ôté le zéro de tête de ce SIRET. Mettez la colonne au format Texte et ressaisissez le numéro.",
    ),
    "siret_siren": Message(
        _ERROR, "14 chiffres", "C'est un SIREN (9 chiffres). Saisissez le SIRET de l'établissement."
    ),
    "siret_invalide": Message(
        _ERROR, "14 chiffres valides", "Ce numéro n'est pas un SIRET. Vérifiez-le sur l'avis de situation."
    ),
    "colonne_informative": Message(
        _ALERT, "{expected}", "« {title} » diffère du livre et n'est pas importé. Pour le changer : {command}."
    ),
    "case_vide": Message(
        _ALERT,
        "{held}",
        "« {title} » est vide : le livre garde {held}. Pour le retirer, écrivez 0, ou la valeur voulue.",
    ),
    "numero_sans_annee": Message(
        _ERROR, "2026-014", "Ce numéro ne commence pas par l'exercice. Écrivez l'année, un tiret, un numéro d'ordre."
    ),
    "ligne_en_colonnes": Message(
        _ERROR, "une ligne sans colonnes", "Cette ligne a ses colonnes ({heading}) : écrivez-y le montant."
    ),
    "ligne_incomplete": Message(
        _ERROR,
        "une ligne du contrat et un montant",
        "Choisissez la ligne dans la liste, et écrivez ce qui est demandé.",
    ),
    "demande_ecartee": Message(
        _ERROR,
        "une demande en cours",
        "Cette demande est écartée ({state}). Rétablissez-la sur la feuille « Financements » (excel exporter"
        " programmation), colonne « Avis », ou remettez la cellule comme elle était.",
    ),
    "decision_partielle": Message(
        _ERROR,
        "un montant, ou 0",
        "L'action est accordée, {proposed} est proposé ici et rien n'est décidé. Écrivez le montant, ou 0.",
    ),
    "suite_double": Message(
        _ERROR,
        "une seule valeur par action",
        "« {title} » se contredit d'une ligne à l'autre de l'action {action}. Gardez-en une.",
    ),
    "enveloppe_depassee": Message(
        _ALERT,
        "{held} au plus",
        "Les montants décidés sur {line} dépassent de {gap} ce que l'enveloppe peut encore donner. Réduisez-les, ou"
        " augmentez l'enveloppe : cofiville enveloppe modifier {line} ANNEE MONTANT --piece PIECE.",
    ),
    "refus": Message(_ERROR, "{remedy}", "{problem} {remedy}"),
    "a_confirmer": Message(_ALERT, "un SIRET", "{note}"),
    "ancien_code": Message(
        _INFORMATION, "{now}", "Ce porteur est maintenant connu comme {now} : sa ligne n'est pas lue."
    ),
    "porteur_semblable": Message(_ALERT, "un porteur qui n'est pas déjà là", "{note}"),
    "doublon": Message(_ALERT, "une seule ligne par objet", "{note}"),
    "modifie_chez_nous": Message(
        _INFORMATION,
        "{ours}",
        "« {title} » a changé chez nous depuis l'envoi ({sent}){whose} : notre valeur est gardée.",
    ),
    "meme_fichier": Message(
        _ALERT, "{ours}", "« {title} » : le livre tient {ours} d'un fichier du même nom, cette valeur la remplace."
    ),
    "conflit": Message(
        _ERROR,
        "{ours}",
        "« {title} » a changé des deux côtés depuis l'envoi ({sent} ; chez nous {ours}{whose}). "
        "Décidez : --conflits nous ou --conflits eux, ou corrigez la cellule.",
    ),
    "non_adoptable": Message(
        _ERROR, "non", "Cette valeur ne s'adopte pas ici. Tapez l'acte de la dernière colonne, ou écrivez non."
    ),
    "change_depuis": Message(
        _ERROR,
        "{ours}",
        "« {title} » a changé chez nous depuis ce classeur de retour. Refaites-le : cofiville excel importer FICHIER"
        " --retour SORTIE.",
    ),
    "proposition": Message(
        _ALERT, "{sent}", "« {title} » : ils proposent une autre valeur que celle envoyée. Pour l'adopter : {command}."
    ),
    "ligne_ajoutee": Message(
        _ALERT, "", "L'action {key} n'était pas dans l'envoi. Pour l'ajouter : cofiville action saisir ANNEE."
    ),
    "ligne_retiree": Message(
        _ALERT, "", "L'action {key} a été retirée du tableau ; rien n'est supprimé. Demandez pourquoi."
    ),
    "titre_disparu": Message(
        _ALERT,
        "une colonne pour « {title} »",
        "Le fichier n'a plus cette colonne. Rattachez la nouvelle : cofiville echange adapter PROFIL FICHIER.",
    ),
    "droit_attendu": Message(
        _ALERT,
        "un droit acquis sur {line} {year}",
        "L'agglomération n'a pas encore le droit à {line} {year} : elle avancerait."
        " Enregistrez-le : cofiville convention recevoir {line} {year} MONTANT --numero NUMERO --piece REFERENCE.",
    ),
    "moins_de_lignes": Message(_ALERT, "toutes les lignes déjà reçues", "{note}"),
    "deja_au_livre": Message(_INFORMATION, "", "{note}"),
    "paiement_a_confirmer": Message(_ALERT, "un seul versement ordonné de ce montant", "{note}"),
    "reste_inconnu": Message(
        _ERROR, "un reste de l'exercice", "« {key} » n'est pas un reste du livre. Reprenez le classeur exporté."
    ),
    "reste_absent": Message(
        _ERROR, "toutes les lignes exportées", "Le reste « {key} » manque. Remettez sa ligne, telle qu'exportée."
    ),
    "reste_montant": Message(
        _ERROR, "{expected}", "Le livre porte {expected} sur ce reste. Exportez de nouveau le classeur."
    ),
    "reste_total": Message(
        _ERROR, "{expected}", "Le total des restes diffère du livre de {gap}. Reprenez le classeur exporté."
    ),
    "autre_contrat": Message(_INFORMATION, "", "{note}"),
}

_MOST_SHOWN = 80


def problem(code: str, sheet: str, cell: str = "", found: object = "", **words: str) -> Problem:
    """The finding `code` at this cell."""
    message = CATALOGUE[code]
    shown = str(found)
    if len(shown) > _MOST_SHOWN:
        shown = shown[: _MOST_SHOWN - 1] + "…"
    expected = message.expected.format(**words)
    return Problem(sheet, cell, message.level, code, shown, expected, message.sentence.format(**words))
