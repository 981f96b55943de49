"""Appels, actions, their slices, territories, plans de financement and statuses."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean(create_constraint=False).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _appel()
    _action()
    _action_slice()
    _action_status()
    _action_territory()
    _funding()


def _appel() -> None:
    op.create_table(
        "appel",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
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


def _action() -> None:
    op.create_table(
        "action",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("appel", sa.Text),
        sa.Column("porteur", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("objective", sa.Text),
        sa.Column("scale", sa.Text, nullable=False),
        sa.Column("dispositif", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("innovation_criteria", BIG, nullable=False),
        sa.Column("cost_total", BIG, nullable=False),
        sa.Column("cost_eligible", BIG, nullable=False),
        sa.Column("public_caph", BIG),
        sa.Column("public_cavm", BIG),
        sa.Column("no_droit_commun_reason", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("example", FLAG, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "number", name="pk_action"),
        sa.CheckConstraint(
            "dispositif IN ('action', 'dre', 'ovv', 'fipd', 'mous', 'adultes-relais', 'fonjep', 'moyens-communs')",
            name="ck_action_dispositif",
        ),
        sa.ForeignKeyConstraint(["porteur"], ["porteur.code"], name="fk_action_porteur_porteur"),
        sa.CheckConstraint(
            "status IN ('depose', 'recevable', 'instruit', 'accorde', 'refuse', 'abandonne')", name="ck_action_status"
        ),
        sa.ForeignKeyConstraint(["contract", "appel"], ["appel.contract", "appel.code"], name="fk_action_appel"),
        sa.ForeignKeyConstraint(["objective"], ["objective.code"], name="fk_action_objective_objective"),
        sa.CheckConstraint(
            "cost_total >= 0 AND cost_eligible >= 0 AND cost_eligible <= cost_total", name="ck_action_costs"
        ),
        sa.CheckConstraint("innovation_criteria BETWEEN 0 AND 4", name="ck_action_innovation_criteria"),
        sa.CheckConstraint("nature IN ('fonctionnement', 'investissement')", name="ck_action_nature"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_action_contract_contract"),
        sa.CheckConstraint("scale IN ('communale', 'communautaire', 'arrondissement')", name="ck_action_scale"),
        sqlite_strict=True,
    )
    op.create_index("ix_action_contract_porteur", "action", ["contract", "porteur"])
    op.create_index("ix_action_contract_year", "action", ["contract", "year"])


def _action_slice() -> None:
    op.create_table(
        "action_slice",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("headcount", BIG),
        sa.Column("cost", BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "kind", name="pk_action_slice"),
        sa.CheckConstraint("kind IN ('qpv', 'veille', 'hors')", name="ck_action_slice_kind"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_slice_action"
        ),
        sa.CheckConstraint("cost >= 0", name="ck_action_slice_cost_not_negative"),
        sqlite_strict=True,
    )


def _action_status() -> None:
    op.create_table(
        "action_status",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("on", DAY, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "rank", name="pk_action_status"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_status_action"
        ),
        sqlite_strict=True,
    )


def _action_territory() -> None:
    op.create_table(
        "action_territory",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("territory", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "territory", name="pk_action_territory"),
        sa.ForeignKeyConstraint(["territory"], ["territory.code"], name="fk_action_territory_territory_territory"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_action_territory_action"
        ),
        sqlite_strict=True,
    )


def _funding() -> None:
    op.create_table(
        "funding",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("amount_requested", BIG, nullable=False),
        sa.Column("shared", FLAG, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("observation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("contract", "action", "line", name="pk_funding"),
        sa.CheckConstraint("amount_requested >= 0", name="ck_funding_amount_not_negative"),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_funding_credit_line_line"),
        sa.CheckConstraint("status IN ('demande', 'non_recevable', 'refuse')", name="ck_funding_status"),
        sa.ForeignKeyConstraint(["contract", "action"], ["action.contract", "action.number"], name="fk_funding_action"),
        sqlite_strict=True,
    )
    op.create_index("ix_funding_contract_line", "funding", ["contract", "line"])
