"""The codes that complete a value: what each field that `offers` them reads of the base."""

from __future__ import annotations

OFFERS = {
    "lignes": "SELECT code, label FROM credit_line WHERE contract = :contract ORDER BY rank",
    "porteurs": "SELECT code, name AS label FROM porteur WHERE known_as IS NULL ORDER BY code",
    "actions": "SELECT number AS code, title AS label FROM action WHERE contract = :contract"
    " AND mistake IS NULL ORDER BY number",
    "conventions": "SELECT number AS code, purpose AS label FROM convention WHERE contract = :contract ORDER BY number",
    "scenarios": (
        "SELECT name AS code, CAST(year AS TEXT) AS label FROM scenario WHERE contract = :contract ORDER BY code"
    ),
    "exercices": (
        "SELECT CAST(year AS TEXT) AS code, CASE WHEN closed_on IS NULL THEN 'ouvert' ELSE 'clos' END AS label"
        " FROM exercice WHERE contract = :contract ORDER BY code"
    ),
    "financeurs": "SELECT code, name AS label FROM financeur WHERE contract = :contract ORDER BY code",
    "territoires": "SELECT code, name AS label FROM territory WHERE contract = :contract ORDER BY code",
    "axes": "SELECT code, label FROM axis WHERE contract = :contract ORDER BY code",
    "dispositifs": "SELECT code, label FROM dispositif WHERE contract = :contract ORDER BY rank",
    "echelles": "SELECT code, label FROM scale WHERE contract = :contract ORDER BY rank",
    "types_de_poste": "SELECT code, label FROM post_kind WHERE contract = :contract ORDER BY rank",
    "appels": "SELECT code, CAST(year AS TEXT) AS label FROM appel WHERE contract = :contract ORDER BY code",
    "postes": "SELECT code, label FROM post WHERE contract = :contract ORDER BY code",
    "services": "SELECT code, name AS label FROM service WHERE contract = :contract ORDER BY code",
    "titres": (
        "SELECT reference AS code, convention AS label FROM titre"
        " WHERE contract = :contract AND cancelled_on IS NULL ORDER BY code"
    ),
    "mandats": (
        "SELECT reference AS code, convention AS label FROM payment_order"
        " WHERE contract = :contract AND rejected_on IS NULL ORDER BY code"
    ),
    "epci": "SELECT code, name AS label FROM epci WHERE contract = :contract ORDER BY code",
    "contrats": "SELECT code, name AS label FROM contract ORDER BY code",
    "regles": (
        "SELECT code, MIN(label) AS label FROM rule_version WHERE contract = :contract GROUP BY code ORDER BY code"
    ),
    "brouillons": (
        "SELECT CAST(number AS TEXT) AS code, agent AS label FROM brouillon"
        " WHERE contract = :contract AND state = 'brouillon' ORDER BY number"
    ),
    "ecritures": (
        "SELECT CAST(sequence AS TEXT) AS code, label FROM entry WHERE contract = :contract ORDER BY sequence DESC"
    ),
    "deliberations": (
        "SELECT code, CAST(year AS TEXT) AS label FROM deliberation WHERE contract = :contract ORDER BY code"
    ),
    "types_de_territoire": "SELECT code, label FROM territory_kind WHERE contract = :contract ORDER BY rank",
}

# What a place of the command line names, whichever command it stands in; a place called CODE or NUMERO names its list.
# "lignes=" completes the word up to its sign.
OF_PLACES = {
    "LIGNE": "lignes",
    "LIGNE=MONTANT": "lignes=",
    "LIGNE=±MONTANT": "lignes=",
    "ACTION": "actions",
    "CONVENTION": "conventions",
    "FINANCEUR": "financeurs",
    "AXE": "axes",
    "APPEL": "appels",
    "POSTE": "postes",
    "SERVICE": "services",
    "TITRE": "titres",
    "MANDAT": "mandats",
    "EPCI=NOMBRE": "epci=",
    "LIEU=EFFECTIF": "territoires=",
}


def offered_at(offers: str, place: str | None) -> str:
    """The list of what completes a value: the one it names, else the one of its place; "" for none."""
    return offers or OF_PLACES.get((place or "").strip("[].…"), "")
