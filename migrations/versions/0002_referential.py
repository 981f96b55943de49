"""Common facts: financeurs, lines, EPCIs, communes, territories, objectives, porteurs, charts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean(create_constraint=False).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _chart_account()
    _epci()
    _financeur()
    _objective()
    _porteur()
    _commune()
    _credit_line()
    _territory()
    _territory_commune()
    _territory_population()


def _chart_account() -> None:
    op.create_table(
        "chart_account",
        sa.Column("nomenclature", sa.Text, nullable=False),
        sa.Column("variant", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("nomenclature", "variant", "year", "account", name="pk_chart_account"),
        sqlite_strict=True,
    )


def _epci() -> None:
    op.create_table(
        "epci",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("siren", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_epci"),
        sqlite_strict=True,
    )


def _financeur() -> None:
    op.create_table(
        "financeur",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_financeur"),
        sqlite_strict=True,
    )


def _objective() -> None:
    op.create_table(
        "objective",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("priority_label", sa.Text, nullable=False),
        sa.Column("axis", sa.Text, nullable=False),
        sa.Column("axis_label", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_objective"),
        sqlite_strict=True,
    )


def _porteur() -> None:
    op.create_table(
        "porteur",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("siret", sa.Text),
        sa.Column("rna", sa.Text),
        sa.Column("commune", sa.Text),
        sa.Column("to_confirm", FLAG, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_porteur"),
        sa.UniqueConstraint("siret", name="uq_porteur_siret"),
        sa.CheckConstraint(
            "kind IN ('commune', 'ccas', 'caisse_des_ecoles', 'association', 'bailleur', 'epci',"
            " 'etablissement_public', 'autre')",
            name="ck_porteur_kind",
        ),
        sqlite_strict=True,
    )


def _commune() -> None:
    op.create_table(
        "commune",
        sa.Column("insee", sa.Text, nullable=False),
        sa.Column("siren", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("epci", sa.Text, nullable=False),
        sa.Column("population", BIG, nullable=False),
        sa.PrimaryKeyConstraint("insee", name="pk_commune"),
        sa.ForeignKeyConstraint(["epci"], ["epci.code"], name="fk_commune_epci_epci"),
        sqlite_strict=True,
    )


def _credit_line() -> None:
    op.create_table(
        "credit_line",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("financeur", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("territories", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_credit_line"),
        sa.CheckConstraint("nature IN ('specifique', 'droit_commun', 'fonds_propres')", name="ck_credit_line_nature"),
        sa.ForeignKeyConstraint(["financeur"], ["financeur.code"], name="fk_credit_line_financeur_financeur"),
        sqlite_strict=True,
    )


def _territory() -> None:
    op.create_table(
        "territory",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("epci", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_territory"),
        sa.ForeignKeyConstraint(["epci"], ["epci.code"], name="fk_territory_epci_epci"),
        sa.CheckConstraint("kind IN ('qpv', 'veille', 'vecu', 'hors')", name="ck_territory_kind"),
        sqlite_strict=True,
    )


def _territory_commune() -> None:
    op.create_table(
        "territory_commune",
        sa.Column("territory", sa.Text, nullable=False),
        sa.Column("commune_name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("territory", "commune_name", name="pk_territory_commune"),
        sa.ForeignKeyConstraint(["territory"], ["territory.code"], name="fk_territory_commune_territory_territory"),
        sqlite_strict=True,
    )


def _territory_population() -> None:
    op.create_table(
        "territory_population",
        sa.Column("territory", sa.Text, nullable=False),
        sa.Column("commune", sa.Text, nullable=False),
        sa.Column("epci", sa.Text, nullable=False),
        sa.Column("population", BIG, nullable=False),
        sa.PrimaryKeyConstraint("territory", "commune", "epci", name="pk_territory_population"),
        sa.ForeignKeyConstraint(["territory"], ["territory.code"], name="fk_territory_population_territory_territory"),
        sa.ForeignKeyConstraint(["epci"], ["epci.code"], name="fk_territory_population_epci_epci"),
        sqlite_strict=True,
    )
