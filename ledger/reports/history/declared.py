"""What histories tell: the objects that have one, the rows told with each, what their columns are called in French."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

_WORDS_OF_GENRES = {
    "regle": "règle",
    "deliberation": "délibération",
    "epci": "EPCI",
    "echelle": "échelle",
    "scenario": "scénario",
    "type-poste": "type de poste",
    "type-territoire": "type de territoire",
}


class Genre(NamedTuple):
    """What has a history.

    title: as it is typed. rows: of each table told, the column that names the object; first its own.
    listed: the command for their codes. models: the modules of their models. shared: whether it is of no contract.
    numbered: whether its code is a whole number. parts: whether it has no row of its own, and is told by its parts.
    """

    title: str
    rows: Mapping[str, str]
    listed: str
    models: tuple[str, ...]
    shared: bool = False
    numbered: bool = False
    parts: bool = False

    @property
    def words(self) -> str:
        """What it is called in a sentence."""
        return _WORDS_OF_GENRES.get(self.title, self.title)

    @property
    def table(self) -> str:
        """The table of the object itself."""
        return next(iter(self.rows))

    def is_own(self, table: str) -> bool:
        """Whether the rows of this table are the object itself."""
        return not self.parts and table == self.table

    @property
    def column(self) -> str:
        """The column of its code."""
        return self.rows[self.table]

    def load_models(self) -> None:
        """Load the models of the tables told."""
        for name in self.models:
            import_module(f"ledger.{name}")


_BESIDE_A_CONVENTION = ("convention_line", "bilan", "bilan_line", "bilan_extension", "final_decision", "set_off")
_OF_AN_ACTION = (
    *("action_status", "action_slice", "action_territory", "action_public", "action_epci", "action_indicator"),
    *("action_reference", "action_renewal", "action_renewal_across", "funding", "plan_version", "plan_line"),
    *("action_innovation_criterion", "avis", "avis_letter", "decision"),
    *("decision_amount", "authority_programming", "direct_grant", "pin", "post", "closing_decision"),
    *_BESIDE_A_CONVENTION,
)
_OF_A_CONVENTION = (
    *("convention_slice", "convention_upstream", "convention_stage", "convention_reference", "instalment", "avenant"),
    *("avenant_line", "bilan_reminder", "bilan_sent", "payment_order", "payment", "titre", "compensation"),
    *("financeur_recovery", "closing_decision", *_BESIDE_A_CONVENTION),
)


_CONVENTIONS = ("closing.model", "conventions.model", "execution.bilans.model", "execution.model")
_ACTIONS = (
    *(f"programming.{each}.model" for each in ("actions", "committees", "opinions", "plans", "posts", "publics")),
    "allocation.model",
    *_CONVENTIONS,
)
_AXES, _LINES, _PEOPLE, _PLACES, _WORDS = (
    f"referential.model.{each}" for each in ("axes", "lines", "porteurs", "territories", "words")
)


def _genre(
    title: str,
    listed: str,
    table: str,
    *models: str,
    code: str = "code",
    rows: tuple[str, ...] = (),
    by: str = "",
    shared: bool = False,
) -> Genre:
    """by: the column of the other rows that names the object; as its title where it is not said."""
    return Genre(title, {table: code, **dict.fromkeys(rows, by or title)}, listed, models, shared)


_ALL = (
    _genre("action", "action lister ANNEE", "action", *_ACTIONS, code="number", rows=_OF_AN_ACTION),
    _genre("convention", "convention lister", "convention", *_CONVENTIONS, code="number", rows=_OF_A_CONVENTION),
    _genre(
        "deliberation",
        "deliberation lister",
        "deliberation",
        "conventions.deliberations.model",
        rows=("deliberation_line",),
    ),
    _genre("porteur", "porteur lister", "porteur", _PEOPLE, rows=("personal_datum", "porteur_document"), shared=True),
    _genre(
        "contrat",
        "contrat lister",
        "contract",
        "journal.model.contracts",
        "referential.model.charts",
        rows=("contract_act", "contract_account"),
        by="contract",
    ),
    _genre("financeur", "financeur lister", "financeur", _LINES, "programming.opinions.model", rows=("service",)),
    _genre(
        "ligne",
        "ligne lister",
        "credit_line",
        _LINES,
        "journal.model.announcements",
        rows=("credit_announcement",),
        by="line",
    ),
    _genre("regle", "regle lister", "rule_version", "rules.model"),
    _genre(
        "territoire",
        "territoire lister",
        "territory",
        _PLACES,
        "programming.publics.model",
        rows=("territory_population", "territory_commune", "quartier_vecu"),
        by="territory",
    ),
    _genre("commune", "territoire lister", "commune", _PLACES, code="insee"),
    _genre("epci", "territoire lister", "epci", _PLACES),
    _genre("axe", "axe lister", "axis", _AXES),
    _genre("dispositif", "dispositif lister", "dispositif", _WORDS),
    _genre("echelle", "echelle lister", "scale", _WORDS),
    _genre("type-poste", "type-poste lister", "post_kind", _WORDS),
    _genre("type-territoire", "type-territoire lister", "territory_kind", _PLACES),
    _genre("service", "avis --help", "service", "programming.opinions.model"),
    _genre(
        "appel",
        "appel lister",
        "appel",
        "programming.calls.model",
        rows=("appel_axis", "appel_line", "appel_deadline"),
    ),
    _genre(
        "poste",
        "poste lister ANNEE",
        "post",
        "programming.posts.model",
        rows=("post_absence", "post_commune", "post_funding"),
        by="post",
    ),
    _genre(
        "mandat",
        "versement ordres",
        "payment_order",
        "execution.model",
        code="reference",
        rows=("payment_order_line",),
        by="reference",
    ),
    _genre("versement", "versement lister", "payment", "execution.model", code="reference"),
    _genre(
        "titre", "recouvrement lister", "titre", "execution.model", code="reference", rows=("collection", "debt_loss")
    ),
    _genre("scenario", "allocation lister", "scenario", "allocation.model", code="name"),
    _genre(
        "exercice",
        "exercice lister",
        "exercice",
        "closing.model",
        "journal.model.exercices",
        code="year",
        rows=("closing_decision",),
        by="year",
    )._replace(numbered=True),
)
GENRES: Mapping[str, Genre] = {each.title: each for each in _ALL}
ENVELOPPE = _genre(
    "enveloppe",
    "enveloppe lister ANNEE",
    "credit_announcement",
    "closing.model",
    "journal.model.announcements",
    code="line",
    rows=("closing_decision",),
    by="line",
)._replace(parts=True)
"""The credits of a line in one exercice, told with the entries that moved them: `history.enveloppes`."""

UNTOLD = frozenset(
    {
        *("brouillon", "imported_file", "imported_row", "partner_row", "saved_profile", "sent_workbook"),
        *("kept_document", "kept_template", "reconciliation", "reconciliation_line", "row_change", "chart_account"),
        *("closing_balance", "closing_point", "closing_remainder", "correction", "rule_waiver"),
        *("line_certificate", "scenario_entry", "scenario_grant", "base_origin", "last_act", "attached_file"),
    }
)
"""Tables that no history tells: files and documents, what a closing or a scenario computed, the past of rows itself."""
