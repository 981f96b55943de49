"""Every table as version 0.2 begins: what a base of version 0.1 is raised to by migrations/from_0_1.py."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def _columns(kind: sa.types.TypeEngine, *names: str) -> list[sa.Column]:
    """Columns of one kind that are never empty."""
    return [sa.Column(name, kind, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "contract",
        *_columns(sa.Text, "code", "name", "epci", "epci_financeur"),
        sa.PrimaryKeyConstraint("code", name="pk_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "exercice",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("closed_on", DAY),
        sa.Column("closed_at", INSTANT),
        sa.Column("closing_seal", sa.Text),
        sa.Column("closing_entries", BIG),
        sa.PrimaryKeyConstraint("contract", "year", name="pk_exercice"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_exercice_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "chain_head",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", name="pk_chain_head"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_chain_head_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "account",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("id", BIG, nullable=False),
        *_columns(sa.Text, "position", "side", "line"),
        sa.Column("year", BIG, nullable=False),
        *_columns(sa.Text, "convention", "action"),
        *_columns(BIG, "debit", "credit"),
        sa.PrimaryKeyConstraint("contract", "id", name="pk_account"),
        sa.ForeignKeyConstraint(
            ["contract"],
            ["contract.code"],
            name="fk_account_contract_contract",
        ).ddl_if(dialect="sqlite"),
        sa.UniqueConstraint(
            "contract",
            "position",
            "line",
            "year",
            "convention",
            "action",
            name="uq_account_contract_position_line_year_convention_action",
        ),
        sa.CheckConstraint(
            "(side = 'D' AND debit >= credit) OR (side = 'C' AND credit >= debit)",
            name="ck_account_never_overdrawn",
        ),
        sa.CheckConstraint("debit >= 0 AND credit >= 0", name="ck_account_totals_not_negative"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("ix_account_year_line", "account", ["contract", "year", "line"])
    op.create_index("ix_account_convention", "account", ["contract", "convention"])
    op.create_index("ix_account_action", "account", ["contract", "action"])
    op.create_table(
        "entry",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        *_columns(sa.Text, "reference", "kind", "label", "piece", "motive"),
        sa.Column("effect_on", DAY, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        *_columns(sa.Text, "agent", "command"),
        sa.Column("reverses", BIG),
        *_columns(sa.Text, "content_hash", "seal"),
        sa.Column("database_role", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("contract", "sequence", name="pk_entry"),
        sa.ForeignKeyConstraint(
            ["contract"],
            ["contract.code"],
            name="fk_entry_contract_contract",
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["contract", "reverses"],
            ["entry.contract", "entry.sequence"],
            name="fk_entry_reverses",
        ),
        sa.UniqueConstraint("contract", "reference", name="uq_entry_contract_reference"),
        sa.UniqueConstraint("contract", "reverses", name="uq_entry_contract_reverses"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entry_effect_on", "entry", ["contract", "effect_on"])
    op.create_table(
        "transfer",
        sa.Column("contract", sa.Text, nullable=False),
        *_columns(BIG, "sequence", "rank", "debit_account", "credit_account", "amount"),
        sa.PrimaryKeyConstraint("contract", "sequence", "rank", name="pk_transfer"),
        sa.CheckConstraint("amount > 0", name="ck_transfer_amount_above_zero"),
        sa.CheckConstraint("debit_account <> credit_account", name="ck_transfer_two_accounts"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_transfer_debit", "transfer", ["contract", "debit_account"])
    op.create_index("ix_transfer_credit", "transfer", ["contract", "credit_account"])
    op.create_table(
        "chart_account",
        *_columns(sa.Text, "nomenclature", "variant"),
        sa.Column("year", BIG, nullable=False),
        *_columns(sa.Text, "account", "label"),
        sa.PrimaryKeyConstraint("nomenclature", "variant", "year", "account", name="pk_chart_account"),
        sqlite_strict=True,
    )
    op.create_table(
        "epci",
        *_columns(sa.Text, "code", "siren", "name"),
        sa.PrimaryKeyConstraint("code", name="pk_epci"),
        sqlite_strict=True,
    )
    op.create_table(
        "financeur",
        *_columns(sa.Text, "code", "name", "kind", "role", "source"),
        sa.Column("statut", sa.Text),
        sa.PrimaryKeyConstraint("code", name="pk_financeur"),
        sqlite_strict=True,
    )
    op.create_table(
        "objective",
        *_columns(sa.Text, "code", "label", "priority", "priority_label", "axis", "axis_label"),
        sa.PrimaryKeyConstraint("code", name="pk_objective"),
        sqlite_strict=True,
    )
    op.create_table(
        "porteur",
        *_columns(sa.Text, "code", "name", "kind"),
        sa.Column("siret", sa.Text),
        sa.Column("rna", sa.Text),
        sa.Column("commune", sa.Text),
        sa.Column("to_confirm", FLAG, nullable=False),
        sa.Column("statut", sa.Text),
        sa.PrimaryKeyConstraint("code", name="pk_porteur"),
        sa.UniqueConstraint("siret", name="uq_porteur_siret"),
        sa.CheckConstraint(
            "kind IN ('commune', 'ccas', 'caisse_des_ecoles', 'association', 'bailleur', 'epci', "
            "'etablissement_public', 'autre')",
            name="ck_porteur_kind",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "commune",
        *_columns(sa.Text, "insee", "siren", "name", "epci"),
        sa.Column("population", BIG, nullable=False),
        sa.PrimaryKeyConstraint("insee", name="pk_commune"),
        sa.ForeignKeyConstraint(["epci"], ["epci.code"], name="fk_commune_epci_epci"),
        sqlite_strict=True,
    )
    op.create_table(
        "credit_line",
        *_columns(sa.Text, "code", "financeur", "label", "nature", "territories", "source"),
        sa.Column("rank", BIG, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_credit_line"),
        sa.CheckConstraint(
            "nature IN ('specifique', 'droit_commun', 'fonds_propres')",
            name="ck_credit_line_nature",
        ),
        sa.ForeignKeyConstraint(["financeur"], ["financeur.code"], name="fk_credit_line_financeur_financeur"),
        sqlite_strict=True,
    )
    op.create_table(
        "territory",
        *_columns(sa.Text, "code", "name", "kind", "epci", "source"),
        sa.PrimaryKeyConstraint("code", name="pk_territory"),
        sa.ForeignKeyConstraint(["epci"], ["epci.code"], name="fk_territory_epci_epci"),
        sa.CheckConstraint("kind IN ('qpv', 'veille', 'vecu', 'hors')", name="ck_territory_kind"),
        sqlite_strict=True,
    )
    op.create_table(
        "territory_commune",
        *_columns(sa.Text, "territory", "commune_name"),
        sa.PrimaryKeyConstraint("territory", "commune_name", name="pk_territory_commune"),
        sa.ForeignKeyConstraint(["territory"], ["territory.code"], name="fk_territory_commune_territory_territory"),
        sqlite_strict=True,
    )
    op.create_table(
        "territory_population",
        *_columns(sa.Text, "territory", "commune", "epci"),
        sa.Column("population", BIG, nullable=False),
        sa.PrimaryKeyConstraint("territory", "commune", "epci", name="pk_territory_population"),
        sa.ForeignKeyConstraint(
            ["territory"],
            ["territory.code"],
            name="fk_territory_population_territory_territory",
        ),
        sa.ForeignKeyConstraint(["epci"], ["epci.code"], name="fk_territory_population_epci_epci"),
        sqlite_strict=True,
    )
    op.create_table(
        "rule_version",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("id", BIG, nullable=False),
        *_columns(sa.Text, "code", "kind", "scope", "figures", "label"),
        sa.Column("first_day", DAY, nullable=False),
        sa.Column("last_day", DAY),
        *_columns(sa.Text, "source_text", "source_article", "source_link"),
        sa.Column("to_confirm", FLAG, nullable=False),
        sa.Column("verified_on", DAY),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("supersedes", BIG),
        sa.PrimaryKeyConstraint("contract", "id", name="pk_rule_version"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_rule_version_contract_contract"),
        sa.ForeignKeyConstraint(
            ["contract", "supersedes"],
            ["rule_version.contract", "rule_version.id"],
            name="fk_rule_version_supersedes",
        ),
        sa.CheckConstraint("source_text <> ''", name="ck_rule_version_has_a_source"),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name="ck_rule_version_days_in_order"),
        sqlite_strict=True,
    )
    op.create_index("ix_rule_version_code", "rule_version", ["contract", "code"])
    op.create_index("ix_rule_version_supersedes", "rule_version", ["contract", "supersedes"])
    op.create_table(
        "appel",
        *_columns(sa.Text, "contract", "code"),
        sa.Column("year", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("launched_on", DAY, nullable=False),
        sa.Column("closes_on", DAY),
        sa.Column("validated_on", DAY),
        sa.PrimaryKeyConstraint("contract", "code", name="pk_appel"),
        sa.CheckConstraint("kind IN ('annuel', 'complementaire')", name="ck_appel_kind"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_appel_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "action",
        *_columns(sa.Text, "contract", "number"),
        sa.Column("year", BIG, nullable=False),
        sa.Column("appel", sa.Text),
        *_columns(sa.Text, "porteur", "title"),
        sa.Column("objective", sa.Text),
        *_columns(sa.Text, "scale", "dispositif", "nature"),
        *_columns(BIG, "innovation_criteria", "cost_total", "cost_eligible"),
        sa.Column("public_caph", BIG),
        sa.Column("public_cavm", BIG),
        *_columns(sa.Text, "no_droit_commun_reason", "status"),
        sa.Column("example", FLAG, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("deposited_on", DAY),
        sa.Column("starts_on", DAY),
        sa.Column("ends_on", DAY),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_action"),
        sa.CheckConstraint(
            "dispositif IN ('action', 'dre', 'ovv', 'fipd', 'mous', 'adultes-relais', 'fonjep', 'moyens-communs')",
            name="ck_action_dispositif",
        ),
        sa.ForeignKeyConstraint(["porteur"], ["porteur.code"], name="fk_action_porteur_porteur"),
        sa.CheckConstraint(
            "status IN ('depose', 'recevable', 'instruit', 'arbitre', 'accorde', 'refuse', 'ajourne', 'redirige',"
            " 'conventionne', 'realise', 'solde', 'abandonne')",
            name="ck_action_status",
        ),
        sa.ForeignKeyConstraint(["contract", "appel"], ["appel.contract", "appel.code"], name="fk_action_appel"),
        sa.ForeignKeyConstraint(["objective"], ["objective.code"], name="fk_action_objective_objective"),
        sa.CheckConstraint(
            "cost_total >= 0 AND cost_eligible >= 0 AND cost_eligible <= cost_total",
            name="ck_action_costs",
        ),
        sa.CheckConstraint("innovation_criteria BETWEEN 0 AND 4", name="ck_action_innovation_criteria"),
        sa.CheckConstraint("nature IN ('fonctionnement', 'investissement')", name="ck_action_nature"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_action_contract_contract"),
        sa.CheckConstraint("scale IN ('communale', 'communautaire', 'arrondissement')", name="ck_action_scale"),
        sqlite_strict=True,
    )
    # In the very words of the bases of version 0.1, where they were added so.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    renewal = "renewal IN ('', 'nouvelle', 'reconduite')"
    for column in (
        f"years {number} NOT NULL DEFAULT 1 CONSTRAINT ck_action_years CHECK (years BETWEEN 1 AND 6)",
        f"renewal TEXT NOT NULL DEFAULT '' CONSTRAINT ck_action_renewal CHECK ({renewal})",
        f"valued {number} NOT NULL DEFAULT 0 CONSTRAINT ck_action_valued CHECK (valued >= 0)",
        "share_source TEXT NOT NULL DEFAULT ''",
        "own_share TEXT",
    ):
        op.execute(sa.text(f"ALTER TABLE action ADD COLUMN {column}"))
    op.create_index("ix_action_contract_porteur", "action", ["contract", "porteur"])
    op.create_index("ix_action_contract_year", "action", ["contract", "year"])
    op.create_table(
        "action_slice",
        *_columns(sa.Text, "contract", "action", "kind"),
        sa.Column("headcount", BIG),
        sa.Column("cost", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "kind", name="pk_action_slice"),
        sa.CheckConstraint("kind IN ('qpv', 'veille', 'hors')", name="ck_action_slice_kind"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_action_slice_action",
        ),
        sa.CheckConstraint("cost >= 0", name="ck_action_slice_cost_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "action_status",
        *_columns(sa.Text, "contract", "action"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("on", DAY, nullable=False),
        *_columns(sa.Text, "reason", "agent"),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_action_status"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_action_status_action",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "action_territory",
        *_columns(sa.Text, "contract", "action", "territory"),
        sa.PrimaryKeyConstraint("contract", "action", "territory", name="pk_action_territory"),
        sa.ForeignKeyConstraint(["territory"], ["territory.code"], name="fk_action_territory_territory_territory"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_action_territory_action",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "funding",
        *_columns(sa.Text, "contract", "action", "line"),
        sa.Column("amount_requested", BIG, nullable=False),
        sa.Column("shared", FLAG, nullable=False),
        *_columns(sa.Text, "status", "observation"),
        sa.PrimaryKeyConstraint("contract", "action", "line", name="pk_funding"),
        sa.CheckConstraint("amount_requested >= 0", name="ck_funding_amount_not_negative"),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_funding_credit_line_line"),
        sa.CheckConstraint(
            "status IN ('pressenti', 'demande', 'non_recevable', 'propose', 'accorde', 'refuse')",
            name="ck_funding_status",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_funding_action",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_funding_contract_line", "funding", ["contract", "line"])
    op.create_table(
        "scenario",
        *_columns(sa.Text, "contract", "name"),
        sa.Column("year", BIG, nullable=False),
        sa.Column("rules_on", DAY, nullable=False),
        *_columns(sa.Text, "inputs", "inputs_hash", "note", "created_by"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("validated_on", DAY),
        sa.Column("piece", sa.Text),
        sa.PrimaryKeyConstraint("contract", "name", name="pk_scenario"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_scenario_contract_contract"),
        sa.CheckConstraint("(validated_on IS NULL) = (piece IS NULL)", name="ck_scenario_validated_with_a_piece"),
        sqlite_strict=True,
    )
    op.create_table(
        "scenario_grant",
        *_columns(sa.Text, "contract", "scenario", "action", "line"),
        *_columns(BIG, "rank", "requested", "granted"),
        *_columns(sa.Text, "limited_by", "steps"),
        sa.Column("claimed", BIG),
        sa.PrimaryKeyConstraint("contract", "scenario", "action", "line", name="pk_scenario_grant"),
        sa.ForeignKeyConstraint(
            ["contract", "scenario"],
            ["scenario.contract", "scenario.name"],
            name="fk_scenario_grant_scenario",
        ),
        sa.CheckConstraint("granted BETWEEN 0 AND requested", name="ck_scenario_grant_within_the_request"),
        sqlite_strict=True,
    )
    op.create_index("ix_scenario_grant_action", "scenario_grant", ["contract", "action"])
    op.create_table(
        "direct_grant",
        *_columns(sa.Text, "contract", "reference", "action", "line"),
        *_columns(BIG, "requested", "granted"),
        sa.Column("granted_on", DAY, nullable=False),
        *_columns(sa.Text, "piece", "steps"),
        sa.Column("entry_number", BIG),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_direct_grant"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_direct_grant_contract_contract"),
        sa.CheckConstraint("granted > 0 AND granted <= requested", name="ck_direct_grant_within_the_request"),
        sqlite_strict=True,
    )
    op.create_index("ix_direct_grant_action", "direct_grant", ["contract", "action"])
    op.create_table(
        "convention",
        *_columns(sa.Text, "contract", "number"),
        sa.Column("year", BIG, nullable=False),
        *_columns(sa.Text, "kind", "circuit", "payer"),
        sa.Column("beneficiary", sa.Text),
        *_columns(sa.Text, "purpose", "state"),
        sa.Column("signed_on", DAY),
        sa.Column("starts_on", DAY),
        sa.Column("ends_on", DAY),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("example", FLAG, nullable=False),
        sa.Column("schedule", sa.Text),
        sa.Column("cascade_reference", sa.Text, nullable=False, server_default=""),
        sa.Column("entry_number", BIG),
        sa.Column("reversal_number", BIG),
        sa.Column("ending_number", BIG),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_convention"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_convention_contract_contract"),
        sa.ForeignKeyConstraint(["payer"], ["financeur.code"], name="fk_convention_financeur_payer"),
        sa.ForeignKeyConstraint(["beneficiary"], ["porteur.code"], name="fk_convention_porteur_beneficiary"),
        sa.CheckConstraint(
            "kind IN ('convention', 'notification', 'commande', 'recette')",
            name="ck_convention_kind",
        ),
        sa.CheckConstraint("circuit IN ('budget', 'direct')", name="ck_convention_circuit"),
        sa.CheckConstraint("state IN ('brouillon', 'signee', 'soldee', 'annulee')", name="ck_convention_state"),
        sa.CheckConstraint("(signed_on IS NULL) = (state IN ('brouillon', 'annulee'))", name="ck_convention_signed"),
        sqlite_strict=True,
    )
    op.create_index("ix_convention_contract_year", "convention", ["contract", "year"])
    op.create_index("ix_convention_contract_beneficiary", "convention", ["contract", "beneficiary"])
    op.create_table(
        "convention_line",
        *_columns(sa.Text, "contract", "convention", "action", "line"),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("amount_change", BIG, nullable=False, server_default="0"),
        sa.Column("terms_amended", sa.Text),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "line", name="pk_convention_line"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_convention_line_convention",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_convention_line_credit_line_line"),
        sa.CheckConstraint("amount > 0", name="ck_convention_line_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_table(
        "instalment",
        *_columns(sa.Text, "contract", "convention"),
        sa.Column("rank", BIG, nullable=False),
        *_columns(sa.Text, "action", "line"),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("due_on", DAY),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", "action", "line", name="pk_instalment"),
        sa.ForeignKeyConstraint(
            ["contract", "convention", "action", "line"],
            [
                "convention_line.contract",
                "convention_line.convention",
                "convention_line.action",
                "convention_line.line",
            ],
            name="fk_instalment_convention_line",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_instalment_convention",
        ),
        sa.CheckConstraint("amount >= 0", name="ck_instalment_amount_not_negative"),
        sa.CheckConstraint("condition IN ('signature', 'date', 'bilan')", name="ck_instalment_condition"),
        sqlite_strict=True,
    )
    op.create_table(
        "payment_order",
        *_columns(sa.Text, "contract", "reference", "convention"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("ordered_on", DAY, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("rejected_on", DAY),
        sa.Column("rejection", sa.Text, nullable=False, server_default=""),
        sa.Column("waiver", sa.Text, nullable=False, server_default=""),
        sa.Column("entry_number", BIG),
        sa.Column("reversal_number", BIG),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_payment_order"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_payment_order_convention",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_payment_order_contract_convention", "payment_order", ["contract", "convention"])
    op.create_table(
        "payment_order_line",
        *_columns(sa.Text, "contract", "reference"),
        sa.Column("rank", BIG, nullable=False),
        *_columns(sa.Text, "action", "line"),
        *_columns(BIG, "year", "gross", "set_off"),
        sa.PrimaryKeyConstraint("contract", "reference", "rank", name="pk_payment_order_line"),
        sa.ForeignKeyConstraint(
            ["contract", "reference"],
            ["payment_order.contract", "payment_order.reference"],
            name="fk_payment_order_line_payment_order",
        ),
        sa.CheckConstraint(
            "gross > 0 AND set_off >= 0 AND set_off <= gross",
            name="ck_payment_order_line_set_off_within_gross",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "payment",
        *_columns(sa.Text, "contract", "reference", "convention"),
        sa.Column("paid_on", DAY, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("undone_on", DAY),
        sa.Column("entry_number", BIG),
        sa.Column("reversal_number", BIG),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_payment"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_payment_convention",
        ),
        sa.CheckConstraint("amount > 0", name="ck_payment_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_index("ix_payment_contract_convention", "payment", ["contract", "convention"])
    op.create_table(
        "bilan",
        *_columns(sa.Text, "contract", "convention", "action"),
        sa.Column("settled_on", DAY, nullable=False),
        *_columns(BIG, "real_cost", "other_funding"),
        *_columns(sa.Text, "slices", "piece"),
        sa.Column("accounts", sa.Text),
        sa.Column("surplus", BIG, nullable=False, server_default="0"),
        sa.Column("undone_on", DAY),
        sa.Column("examined_on", DAY),
        sa.Column("examination", sa.Text, nullable=False, server_default=""),
        sa.Column("whole_cost", BIG),
        sa.Column("entry_number", BIG),
        sa.Column("reversal_number", BIG),
        sa.Column("outside_funding", BIG),
        sa.PrimaryKeyConstraint("contract", "convention", "action", name="pk_bilan"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_bilan_convention",
        ),
        sa.CheckConstraint("real_cost >= 0 AND other_funding >= 0", name="ck_bilan_amounts_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "bilan_line",
        *_columns(sa.Text, "contract", "convention", "action", "line"),
        sa.Column("amount_final", BIG, nullable=False),
        *_columns(sa.Text, "limited_by", "steps"),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "line", name="pk_bilan_line"),
        sa.ForeignKeyConstraint(
            ["contract", "convention", "action"],
            ["bilan.contract", "bilan.convention", "bilan.action"],
            name="fk_bilan_line_bilan",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_bilan_line_credit_line_line"),
        sa.CheckConstraint("amount_final >= 0", name="ck_bilan_line_amount_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "titre",
        *_columns(sa.Text, "contract", "reference", "convention"),
        sa.Column("issued_on", DAY, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("cancelled_on", DAY),
        sa.Column("cancellation", sa.Text, nullable=False, server_default=""),
        sa.Column("cancellation_piece", sa.Text, nullable=False, server_default=""),
        sa.Column("entry_number", BIG),
        sa.Column("reversal_number", BIG),
        sa.Column("cancellation_number", BIG),
        sa.Column("reduced", BIG, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_titre"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_titre_convention",
        ),
        sa.CheckConstraint("amount > 0", name="ck_titre_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_index("ix_titre_contract_convention", "titre", ["contract", "convention"])
    op.create_table(
        "set_off",
        *_columns(sa.Text, "contract", "convention", "action", "line"),
        sa.Column("year", BIG, nullable=False),
        sa.Column("beneficiary", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("undone_on", DAY),
        sa.Column("entry_number", BIG),
        sa.Column("reversal_number", BIG),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "line", "year", name="pk_set_off"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_set_off_convention",
        ),
        sa.ForeignKeyConstraint(["beneficiary"], ["porteur.code"], name="fk_set_off_porteur_beneficiary"),
        sa.CheckConstraint("amount > 0", name="ck_set_off_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_index("ix_set_off_contract_beneficiary", "set_off", ["contract", "beneficiary", "line", "year"])
    op.create_table(
        "compensation",
        *_columns(sa.Text, "contract", "recette", "convention"),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("realised_on", DAY),
        sa.Column("entry_number", BIG),
        sa.Column("realised_number", BIG),
        sa.PrimaryKeyConstraint("contract", "recette", "convention", name="pk_compensation"),
        sa.ForeignKeyConstraint(
            ["contract", "recette"],
            ["convention.contract", "convention.number"],
            name="fk_compensation_recette",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_compensation_convention",
        ),
        sa.CheckConstraint("amount > 0", name="ck_compensation_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_table(
        "closing_remainder",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        *_columns(sa.Text, "line", "position", "convention", "action"),
        sa.Column("amount", BIG, nullable=False),
        *_columns(sa.Text, "fate", "reason"),
        sa.PrimaryKeyConstraint(
            "contract",
            "year",
            "line",
            "position",
            "convention",
            "action",
            name="pk_closing_remainder",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "year"],
            ["exercice.contract", "exercice.year"],
            name="fk_remainder_exercice",
        ),
        sa.CheckConstraint("amount > 0", name="ck_closing_remainder_amount_above_zero"),
        sa.CheckConstraint(
            "fate IN ('annuler', 'rendre', 'reporter', 'rattacher', 'reporter_disponible', 'tranche', "
            "'recouvrer', 'compenser', 'constater', 'lever', 'garder', 'bloquer')",
            name="ck_closing_remainder_fate",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "imported_file",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", BIG, nullable=False),
        *_columns(sa.Text, "name", "sha256"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        *_columns(sa.Text, "agent", "command"),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_imported_file"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_imported_file_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "imported_row",
        sa.Column("contract", sa.Text, nullable=False),
        *_columns(BIG, "file", "rank"),
        *_columns(sa.Text, "sheet", "key", "change", "cells"),
        sa.PrimaryKeyConstraint("contract", "file", "rank", name="pk_imported_row"),
        sa.ForeignKeyConstraint(
            ["contract", "file"],
            ["imported_file.contract", "imported_file.number"],
            name="fk_imported_row_file",
        ),
        sa.CheckConstraint("change IN ('nouvelle', 'modifiee')", name="ck_imported_row_change_known"),
        sqlite_strict=True,
    )
    op.create_index("ix_imported_row_sheet_key", "imported_row", ["contract", "sheet", "key"])
    op.create_table(
        "personal_datum",
        *_columns(sa.Text, "contract", "porteur", "kind"),
        sa.Column("value", sa.Text),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT),
        sa.PrimaryKeyConstraint("contract", "porteur", "kind", name="pk_personal_datum"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_personal_datum_contract_contract"),
        sa.ForeignKeyConstraint(["porteur"], ["porteur.code"], name="fk_personal_datum_porteur_porteur"),
        sa.CheckConstraint("kind IN ('contact', 'iban')", name="ck_personal_datum_kind"),
        sa.CheckConstraint("(value IS NULL) = (erased_at IS NOT NULL)", name="ck_personal_datum_erased"),
        sqlite_strict=True,
    )
    op.create_table(
        "partner_row",
        *_columns(sa.Text, "contract", "profile", "key"),
        sa.Column("version", BIG, nullable=False),
        sa.Column("year", BIG),
        *_columns(sa.Text, "siret", "facts"),
        sa.Column("unread", sa.Text, nullable=False, server_default="{}"),
        sa.Column("file", BIG),
        sa.Column("sender", sa.Text, nullable=False, server_default=""),
        sa.Column("gone", FLAG, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("contract", "profile", "key", "version", name="pk_partner_row"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_partner_row_contract_contract"),
        sa.CheckConstraint("version >= 1", name="ck_partner_row_version_from_one"),
        sqlite_strict=True,
    )
    op.create_index("ix_partner_row_siret", "partner_row", ["contract", "siret"])
    op.create_table(
        "reconciliation",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("year", BIG),
        *_columns(sa.Text, "file", "sha256"),
        sa.Column("made_on", DAY, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_reconciliation"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_reconciliation_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "reconciliation_line",
        sa.Column("contract", sa.Text, nullable=False),
        *_columns(BIG, "reconciliation", "rank"),
        *_columns(sa.Text, "key", "direction", "convention"),
        sa.Column("amount_book", BIG),
        sa.Column("amount_file", BIG),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "reconciliation", "rank", name="pk_reconciliation_line"),
        sa.ForeignKeyConstraint(
            ["contract", "reconciliation"],
            ["reconciliation.contract", "reconciliation.number"],
            name="fk_reconciliation_line_reconciliation",
        ),
        sa.CheckConstraint(
            "state IN ('rapproche', 'ecart', 'absent_du_livre', 'absent_du_fichier', 'a_confirmer')",
            name="ck_reconciliation_line_state_known",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "sent_workbook",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("sent_on", DAY, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("entries", BIG, nullable=False),
        *_columns(sa.Text, "seal", "sha256", "content"),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_sent_workbook"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_sent_workbook_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "saved_profile",
        *_columns(sa.Text, "contract", "name"),
        sa.Column("version", BIG, nullable=False),
        *_columns(sa.Text, "model", "titles"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "name", "version", name="pk_saved_profile"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_saved_profile_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "appel_axis",
        *_columns(sa.Text, "contract", "appel", "axis"),
        sa.PrimaryKeyConstraint("contract", "appel", "axis", name="pk_appel_axis"),
        sa.ForeignKeyConstraint(["contract", "appel"], ["appel.contract", "appel.code"], name="fk_appel_axis_appel"),
        sqlite_strict=True,
    )
    op.create_table(
        "appel_line",
        *_columns(sa.Text, "contract", "appel", "line"),
        sa.PrimaryKeyConstraint("contract", "appel", "line", name="pk_appel_line"),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_appel_line_credit_line_line"),
        sa.ForeignKeyConstraint(["contract", "appel"], ["appel.contract", "appel.code"], name="fk_appel_line_appel"),
        sqlite_strict=True,
    )
    op.create_table(
        "appel_deadline",
        *_columns(sa.Text, "contract", "appel", "label"),
        sa.Column("on", DAY, nullable=False),
        sa.PrimaryKeyConstraint("contract", "appel", "label", name="pk_appel_deadline"),
        sa.ForeignKeyConstraint(
            ["contract", "appel"],
            ["appel.contract", "appel.code"],
            name="fk_appel_deadline_appel",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "action_public",
        *_columns(sa.Text, "contract", "action"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("territory", sa.Text),
        sa.Column("epci", sa.Text),
        sa.Column("headcount", BIG, nullable=False),
        sa.Column("counted", FLAG, nullable=False),
        sa.Column("qpv_headcount", BIG),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_action_public"),
        sa.ForeignKeyConstraint(["territory"], ["territory.code"], name="fk_action_public_territory_territory"),
        sa.ForeignKeyConstraint(["epci"], ["epci.code"], name="fk_action_public_epci_epci"),
        sa.CheckConstraint("kind IN ('qpv', 'veille', 'vecu', 'hors')", name="ck_action_public_kind"),
        sa.CheckConstraint("headcount >= 0", name="ck_action_public_headcount"),
        sa.CheckConstraint(
            "qpv_headcount IS NULL OR qpv_headcount BETWEEN 0 AND headcount",
            name="ck_action_public_qpv_headcount",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_action_public_action",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "action_reference",
        *_columns(sa.Text, "contract", "action", "kind"),
        sa.Column("year", BIG, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "kind", "year", "reference", name="pk_action_reference"),
        sa.CheckConstraint("kind IN ('dauphin', 'gispro', 'ej', 'autre')", name="ck_action_reference_kind"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_action_reference_action",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_action_reference_contract_reference", "action_reference", ["contract", "reference"])
    op.create_table(
        "action_renewal",
        *_columns(sa.Text, "contract", "action", "previous"),
        sa.PrimaryKeyConstraint("contract", "action", name="pk_action_renewal"),
        sa.ForeignKeyConstraint(
            ["contract", "previous"],
            ["action.contract", "action.number"],
            name="fk_action_renewal_previous",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_action_renewal_action",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_action_renewal_contract_previous", "action_renewal", ["contract", "previous"])
    op.create_table(
        "action_indicator",
        *_columns(sa.Text, "contract", "action"),
        sa.Column("rank", BIG, nullable=False),
        *_columns(sa.Text, "kind", "label", "expected"),
        sa.Column("realised", sa.Text),
        sa.Column("realised_on", DAY),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_action_indicator"),
        sa.CheckConstraint("kind IN ('quantitatif', 'qualitatif')", name="ck_action_indicator_kind"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_action_indicator_action",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "quartier_vecu",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("territory", sa.Text, nullable=False),
        sa.Column("qpv", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "year", "territory", name="pk_quartier_vecu"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_quartier_vecu_contract_contract"),
        sa.ForeignKeyConstraint(["territory"], ["territory.code"], name="fk_quartier_vecu_territory_territory"),
        sa.ForeignKeyConstraint(["qpv"], ["territory.code"], name="fk_quartier_vecu_territory_qpv"),
        sqlite_strict=True,
    )
    op.create_table(
        "plan_version",
        *_columns(sa.Text, "contract", "action"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("on", DAY, nullable=False),
        *_columns(sa.Text, "reason", "agent"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        *_columns(BIG, "cost_total", "valued"),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_plan_version"),
        sa.CheckConstraint("stage IN ('depose', 'ajuste', 'arbitre')", name="ck_plan_version_stage"),
        sa.CheckConstraint("cost_total >= 0 AND valued >= 0", name="ck_plan_version_totals"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_plan_version_action",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "plan_line",
        *_columns(sa.Text, "contract", "action"),
        *_columns(BIG, "version", "rank"),
        *_columns(sa.Text, "side", "account", "label"),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("line", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "version", "rank", name="pk_plan_line"),
        sa.ForeignKeyConstraint(
            ["contract", "action", "version"],
            ["plan_version.contract", "plan_version.action", "plan_version.rank"],
            name="fk_plan_line_plan_version",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_plan_line_credit_line_line"),
        sa.CheckConstraint("side IN ('charges', 'produits')", name="ck_plan_line_side"),
        sa.CheckConstraint("amount >= 0", name="ck_plan_line_amount_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "post",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        *_columns(sa.Text, "code", "kind", "label", "porteur"),
        sa.Column("action", sa.Text),
        *_columns(BIG, "percent", "first_month", "last_month", "cost_yearly"),
        sa.Column("population", BIG),
        sa.Column("population_source", sa.Text, nullable=False),
        sa.Column("example", FLAG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "year", "code", name="pk_post"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_post_contract_contract"),
        sa.ForeignKeyConstraint(["porteur"], ["porteur.code"], name="fk_post_porteur_porteur"),
        sa.ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_post_action"),
        sa.CheckConstraint("kind IN ('mous', 'adultes-relais')", name="ck_post_kind"),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name="ck_post_percent"),
        sa.CheckConstraint(
            "first_month BETWEEN 1 AND 12 AND last_month BETWEEN first_month AND 12",
            name="ck_post_months",
        ),
        sa.CheckConstraint("cost_yearly >= 0", name="ck_post_cost_not_negative"),
        sa.CheckConstraint("population >= 0", name="ck_post_population"),
        sqlite_strict=True,
    )
    op.create_table(
        "post_commune",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        *_columns(sa.Text, "post", "commune"),
        sa.PrimaryKeyConstraint("contract", "year", "post", "commune", name="pk_post_commune"),
        sa.ForeignKeyConstraint(["commune"], ["commune.insee"], name="fk_post_commune_commune_commune"),
        sa.ForeignKeyConstraint(
            ["contract", "year", "post"],
            ["post.contract", "post.year", "post.code"],
            name="fk_post_commune_post",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "post_absence",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("post", sa.Text, nullable=False),
        *_columns(BIG, "first_month", "last_month"),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "year", "post", "first_month", name="pk_post_absence"),
        sa.CheckConstraint(
            "first_month BETWEEN 1 AND 12 AND last_month BETWEEN first_month AND 12",
            name="ck_post_absence_months",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "year", "post"],
            ["post.contract", "post.year", "post.code"],
            name="fk_post_absence_post",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "post_funding",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        *_columns(sa.Text, "post", "line"),
        sa.Column("amount", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "year", "post", "line", name="pk_post_funding"),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_post_funding_credit_line_line"),
        sa.CheckConstraint("amount >= 0", name="ck_post_funding_amount_not_negative"),
        sa.ForeignKeyConstraint(
            ["contract", "year", "post"],
            ["post.contract", "post.year", "post.code"],
            name="fk_post_funding_post",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "bilan_extension",
        *_columns(sa.Text, "contract", "convention", "action"),
        sa.Column("rank", BIG, nullable=False),
        *_columns(DAY, "until", "granted_on"),
        sa.Column("motive", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "rank", name="pk_bilan_extension"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_bilan_extension_convention",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "bilan_reminder",
        *_columns(sa.Text, "contract", "convention", "action"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("sent_on", DAY, nullable=False),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "rank", name="pk_bilan_reminder"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_bilan_reminder_convention",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "bilan_sent",
        *_columns(sa.Text, "contract", "convention"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("sent_on", DAY, nullable=False),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", name="pk_bilan_sent"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_bilan_sent_convention",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "brouillon",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", BIG, nullable=False),
        *_columns(sa.Text, "words", "agent"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_brouillon"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_brouillon_contract_contract"),
        sa.CheckConstraint("state IN ('brouillon', 'valide', 'abandonne')", name="ck_brouillon_state"),
        sa.CheckConstraint("(decided_at IS NULL) = (state = 'brouillon')", name="ck_brouillon_decided"),
        sqlite_strict=True,
    )
    op.create_table(
        "service",
        *_columns(sa.Text, "contract", "code", "name"),
        sa.Column("financeur", sa.Text),
        sa.PrimaryKeyConstraint("contract", "code", name="pk_service"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_service_contract_contract"),
        sa.ForeignKeyConstraint(["financeur"], ["financeur.code"], name="fk_service_financeur_financeur"),
        sqlite_strict=True,
    )
    op.create_table(
        "avis",
        *_columns(sa.Text, "contract", "action"),
        sa.Column("rank", BIG, nullable=False),
        *_columns(sa.Text, "service", "verdict"),
        sa.Column("line", sa.Text),
        sa.Column("amount_advised", BIG),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("on", DAY, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_avis"),
        sa.ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_avis_action"),
        sa.ForeignKeyConstraint(
            ["contract", "service"],
            ["service.contract", "service.code"],
            name="fk_avis_service",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_avis_line_credit_line"),
        sa.CheckConstraint(
            "verdict IN ('favorable', 'reserves', 'defavorable', 'complement')",
            name="ck_avis_verdict",
        ),
        sa.CheckConstraint(
            "amount_advised >= 0 AND line IS NOT NULL OR amount_advised IS NULL",
            name="ck_avis_amount",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_avis_contract_service", "avis", ["contract", "service"])
    op.create_table(
        "avis_letter",
        *_columns(sa.Text, "contract", "action"),
        sa.Column("rank", BIG, nullable=False),
        *_columns(DAY, "sent_on", "due_on"),
        sa.Column("answered_on", DAY),
        sa.Column("answer", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_avis_letter"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_avis_letter_action",
        ),
        sa.CheckConstraint("due_on >= sent_on AND answered_on >= sent_on", name="ck_avis_letter_days"),
        sqlite_strict=True,
    )
    op.create_table(
        "avenant",
        *_columns(sa.Text, "contract", "convention"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("signed_on", DAY, nullable=False),
        *_columns(sa.Text, "purpose", "piece", "facts_before", "facts_after"),
        sa.Column("entry_number", BIG),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", name="pk_avenant"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_avenant_convention",
        ),
        sa.CheckConstraint("rank > 0", name="ck_avenant_rank"),
        sa.CheckConstraint("piece <> ''", name="ck_avenant_has_a_piece"),
        sqlite_strict=True,
    )
    op.create_table(
        "avenant_line",
        *_columns(sa.Text, "contract", "convention"),
        sa.Column("rank", BIG, nullable=False),
        *_columns(sa.Text, "action", "line"),
        *_columns(BIG, "amount_before", "amount_after"),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", "action", "line", name="pk_avenant_line"),
        sa.ForeignKeyConstraint(
            ["contract", "convention", "rank"],
            ["avenant.contract", "avenant.convention", "avenant.rank"],
            name="fk_avenant_line_avenant",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "convention", "action", "line"],
            [
                "convention_line.contract",
                "convention_line.convention",
                "convention_line.action",
                "convention_line.line",
            ],
            name="fk_avenant_line_convention_line",
        ),
        sa.CheckConstraint("amount_before >= 0 AND amount_after >= 0", name="ck_avenant_line_amounts_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "convention_slice",
        *_columns(sa.Text, "contract", "convention"),
        sa.Column("year", BIG, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("opened_as", sa.Text),
        sa.PrimaryKeyConstraint("contract", "convention", "year", "line", name="pk_convention_slice"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_convention_slice_convention",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "opened_as"],
            ["convention.contract", "convention.number"],
            name="fk_convention_slice_opened_as",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_convention_slice_credit_line_line"),
        sa.CheckConstraint("amount > 0", name="ck_convention_slice_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_index("ix_convention_slice_opened_as", "convention_slice", ["contract", "opened_as"])
    op.create_table(
        "convention_upstream",
        *_columns(sa.Text, "contract", "convention", "upstream"),
        sa.PrimaryKeyConstraint("contract", "convention", "upstream", name="pk_convention_upstream"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_convention_upstream_convention",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "upstream"],
            ["convention.contract", "convention.number"],
            name="fk_convention_upstream_upstream",
        ),
        sa.CheckConstraint("convention <> upstream", name="ck_convention_upstream_another"),
        sqlite_strict=True,
    )
    op.create_index("ix_convention_upstream_upstream", "convention_upstream", ["contract", "upstream"])
    op.create_table(
        "convention_stage",
        *_columns(sa.Text, "contract", "convention"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("reached_on", DAY, nullable=False),
        sa.Column("remark", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", name="pk_convention_stage"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_convention_stage_convention",
        ),
        sa.CheckConstraint(
            "stage IN ('deliberation', 'executoire', 'envoyee', 'retournee', 'parapheur', 'signee', 'notifiee')",
            name="ck_convention_stage_stage",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "convention_reference",
        *_columns(sa.Text, "contract", "convention", "kind", "reference"),
        sa.Column("year", BIG, nullable=False),
        sa.PrimaryKeyConstraint(
            "contract",
            "convention",
            "kind",
            "reference",
            "year",
            name="pk_convention_reference",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_convention_reference_convention",
        ),
        sa.CheckConstraint("kind IN ('ej', 'dossier')", name="ck_convention_reference_kind"),
        sqlite_strict=True,
    )
    op.create_index("ix_convention_reference_reference", "convention_reference", ["contract", "kind", "reference"])
    op.create_table(
        "porteur_document",
        *_columns(sa.Text, "contract", "porteur", "kind"),
        sa.Column("received_on", DAY, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "porteur", "kind", name="pk_porteur_document"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_porteur_document_contract_contract"),
        sa.ForeignKeyConstraint(["porteur"], ["porteur.code"], name="fk_porteur_document_porteur_porteur"),
        sqlite_strict=True,
    )
    op.create_table(
        "pin",
        *_columns(sa.Text, "contract", "action", "line"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("amount", BIG),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "line", "rank", name="pk_pin"),
        sa.ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_pin_action"),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_pin_line_credit_line"),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name="ck_pin_amount_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "line_certificate",
        *_columns(sa.Text, "contract", "scenario", "line"),
        *_columns(BIG, "rank", "budget", "fixed", "claims", "granted"),
        sa.Column("threshold", BIG),
        sa.Column("last_action", sa.Text),
        sa.PrimaryKeyConstraint("contract", "scenario", "line", name="pk_line_certificate"),
        sa.ForeignKeyConstraint(
            ["contract", "scenario"],
            ["scenario.contract", "scenario.name"],
            name="fk_line_certificate_scenario",
        ),
        sa.CheckConstraint(
            "(threshold IS NULL) = (last_action IS NULL)",
            name="ck_line_certificate_threshold_with_its_action",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "closing_decision",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        *_columns(sa.Text, "line", "position", "convention", "action"),
        *_columns(BIG, "rank", "amount"),
        *_columns(sa.Text, "fate", "reason", "piece"),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "contract",
            "year",
            "line",
            "position",
            "convention",
            "action",
            "rank",
            name="pk_closing_decision",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "year"],
            ["exercice.contract", "exercice.year"],
            name="fk_closing_decision_exercice",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_closing_decision_credit_line_line"),
        sa.CheckConstraint("amount > 0", name="ck_closing_decision_amount_above_zero"),
        sa.CheckConstraint("reason <> ''", name="ck_closing_decision_has_a_reason"),
        sa.CheckConstraint(
            "fate IN ('annuler', 'rendre', 'reporter', 'rattacher', 'reporter_disponible', 'tranche', "
            "'recouvrer', 'compenser', 'constater', 'lever', 'garder', 'bloquer')",
            name="ck_closing_decision_fate",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "closing_point",
        sa.Column("contract", sa.Text, nullable=False),
        *_columns(BIG, "year", "rank"),
        *_columns(sa.Text, "weight", "code", "subject"),
        sa.Column("amount", BIG, nullable=False),
        *_columns(sa.Text, "message", "command"),
        sa.PrimaryKeyConstraint("contract", "year", "rank", name="pk_closing_point"),
        sa.ForeignKeyConstraint(
            ["contract", "year"],
            ["exercice.contract", "exercice.year"],
            name="fk_closing_point_exercice",
        ),
        sa.CheckConstraint("weight IN ('a_decider', 'information')", name="ck_closing_point_weight"),
        sqlite_strict=True,
    )
    op.create_table(
        "closing_balance",
        sa.Column("contract", sa.Text, nullable=False),
        *_columns(BIG, "year", "entries", "accounts", "total"),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "year", name="pk_closing_balance"),
        sa.ForeignKeyConstraint(
            ["contract", "year"],
            ["exercice.contract", "exercice.year"],
            name="fk_closing_balance_exercice",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "decision",
        *_columns(sa.Text, "contract", "action"),
        sa.Column("rank", BIG, nullable=False),
        *_columns(sa.Text, "committee", "outcome", "reason"),
        sa.Column("on", DAY, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_decision"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_decision_action",
        ),
        sa.CheckConstraint("committee IN ('technique', 'copil')", name="ck_decision_committee"),
        sa.CheckConstraint("outcome IN ('accorde', 'refuse', 'ajourne', 'redirige')", name="ck_decision_outcome"),
        sqlite_strict=True,
    )
    op.create_table(
        "decision_amount",
        *_columns(sa.Text, "contract", "action"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", "line", name="pk_decision_amount"),
        sa.ForeignKeyConstraint(
            ["contract", "action", "rank"],
            ["decision.contract", "decision.action", "decision.rank"],
            name="fk_decision_amount_decision",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_decision_amount_line_credit_line"),
        sa.CheckConstraint("amount >= 0", name="ck_decision_amount_amount_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "month_total",
        sa.Column("contract", sa.Text, nullable=False),
        *_columns(BIG, "account", "month", "debit", "credit"),
        sa.PrimaryKeyConstraint("contract", "account", "month", name="pk_month_total"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "month_known",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("recorded_until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("contract", name="pk_month_known"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_month_known_contract_contract"),
        sqlite_strict=True,
    )
    op.create_table(
        "rule_waiver",
        sa.Column("contract", sa.Text, nullable=False),
        *_columns(BIG, "entry_number", "rank"),
        *_columns(sa.Text, "rule", "required", "motive", "convention", "action", "line"),
        sa.PrimaryKeyConstraint("contract", "entry_number", "rank", name="pk_rule_waiver"),
        sa.ForeignKeyConstraint(
            ["contract", "entry_number"],
            ["entry.contract", "entry.sequence"],
            name="fk_rule_waiver_entry",
        ),
        sa.CheckConstraint("motive <> ''", name="ck_rule_waiver_has_a_motive"),
        sqlite_strict=True,
    )
    op.create_table(
        "collection",
        *_columns(sa.Text, "contract", "reference", "titre"),
        sa.Column("collected_on", DAY, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("undone_on", DAY),
        sa.Column("entry_number", BIG),
        sa.Column("reversal_number", BIG),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_collection"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_collection_contract_contract"),
        sa.CheckConstraint("amount > 0", name="ck_collection_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_index("ix_collection_contract_titre", "collection", ["contract", "titre"])
    op.create_table(
        "scenario_entry",
        *_columns(sa.Text, "contract", "scenario", "line"),
        sa.Column("entry_number", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "scenario", "line", "entry_number", name="pk_scenario_entry"),
        sa.ForeignKeyConstraint(
            ["contract", "scenario"],
            ["scenario.contract", "scenario.name"],
            name="fk_scenario_entry_scenario",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "correction",
        sa.Column("contract", sa.Text, nullable=False),
        *_columns(BIG, "reversal_number", "right_number"),
        sa.PrimaryKeyConstraint("contract", "reversal_number", name="pk_correction"),
        sa.ForeignKeyConstraint(
            ["contract", "reversal_number"],
            ["entry.contract", "entry.sequence"],
            name="fk_correction_reversal",
        ),
        sa.ForeignKeyConstraint(
            ["contract", "right_number"],
            ["entry.contract", "entry.sequence"],
            name="fk_correction_right",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "row_change",
        sa.Column("recorded_at", INSTANT, nullable=False),
        *_columns(BIG, "act", "rank"),
        *_columns(sa.Text, "table_name", "row_key", "kind"),
        sa.Column("before", sa.Text),
        sa.Column("effect_on", DAY, nullable=False),
        sa.Column("dated", FLAG, nullable=False),
        *_columns(sa.Text, "agent", "command"),
        sa.PrimaryKeyConstraint("recorded_at", "act", "rank", name="pk_row_change"),
        sa.CheckConstraint("kind IN ('insert', 'update', 'delete')", name="ck_row_change_kind"),
        sa.CheckConstraint("(before IS NULL) = (kind = 'insert')", name="ck_row_change_before"),
        sqlite_strict=True,
    )
    op.create_index("ix_row_change_effect_on", "row_change", ["effect_on"])
    op.create_index("ix_row_change_row", "row_change", ["table_name", "row_key"])
    op.create_index("ix_row_change_dated", "row_change", ["dated", "recorded_at"])
    op.create_table(
        "kept_document",
        *_columns(sa.Text, "contract", "kind", "key"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("act_on", DAY, nullable=False),
        sa.Column("entry_number", BIG),
        *_columns(sa.Text, "facts", "sha256"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        *_columns(sa.Text, "agent", "command"),
        sa.PrimaryKeyConstraint("contract", "kind", "key", "rank", name="pk_kept_document"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_kept_document_contract_contract"),
        sa.CheckConstraint("rank >= 1", name="ck_kept_document_rank_from_one"),
        sqlite_strict=True,
    )
    op.create_table(
        "financeur_recovery",
        *_columns(sa.Text, "contract", "convention"),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("reached_on", DAY, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("reversal_number", BIG),
        sa.Column("undone_on", DAY),
        sa.PrimaryKeyConstraint("contract", "convention", "rank", name="pk_financeur_recovery"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_financeur_recovery_convention",
        ),
        sa.UniqueConstraint("contract", "entry_number", name="uq_financeur_recovery_contract_entry_number"),
        sa.CheckConstraint("step IN ('demande', 'recu', 'impute', 'abandon')", name="ck_financeur_recovery_step"),
        sa.CheckConstraint("amount > 0", name="ck_financeur_recovery_amount_above_zero"),
        sa.CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="ck_financeur_recovery_undone"),
        sqlite_strict=True,
    )
    op.create_table(
        "authority_programming",
        *_columns(sa.Text, "contract", "action", "line"),
        *_columns(BIG, "rank", "amount"),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("reversal_number", BIG),
        sa.Column("undone_on", DAY),
        sa.PrimaryKeyConstraint("contract", "action", "line", "rank", name="pk_authority_programming"),
        sa.ForeignKeyConstraint(
            ["contract", "action"],
            ["action.contract", "action.number"],
            name="fk_authority_programming_action",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_authority_programming_line_credit_line"),
        sa.UniqueConstraint("contract", "entry_number", name="uq_authority_programming_contract_entry_number"),
        sa.CheckConstraint("amount <> 0", name="ck_authority_programming_amount_not_zero"),
        sa.CheckConstraint(
            "(undone_on IS NULL) = (reversal_number IS NULL)",
            name="ck_authority_programming_undone",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "final_decision",
        *_columns(sa.Text, "contract", "convention", "action", "line"),
        *_columns(BIG, "rank", "amount"),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("undone_on", DAY),
        sa.Column("reversal_number", BIG),
        sa.PrimaryKeyConstraint("contract", "convention", "action", "line", "rank", name="pk_final_decision"),
        sa.ForeignKeyConstraint(
            ["contract", "convention"],
            ["convention.contract", "convention.number"],
            name="fk_final_decision_convention",
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_final_decision_credit_line_line"),
        sa.CheckConstraint("amount >= 0", name="ck_final_decision_amount_not_negative"),
        sa.CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="ck_final_decision_undone"),
        sqlite_strict=True,
    )
