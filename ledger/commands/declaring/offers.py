"""The codes that complete a value: what each field that `offers` them reads of the base."""

from __future__ import annotations

OFFERS = {
    "lignes": "SELECT code, label FROM credit_line WHERE contract = :contract ORDER BY rank",
    "porteurs": "SELECT code, name AS label FROM porteur ORDER BY code",
    "actions": "SELECT number AS code, title AS label FROM action WHERE contract = :contract ORDER BY number",
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
    "types_de_territoire": "SELECT code, label FROM territory_kind WHERE contract = :contract ORDER BY rank",
}
