"""Appels, actions, publics, plans de financement and posts in full; versions of plans are never overwritten."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean(create_constraint=False).with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")

FEWER = "status IN ('demande', 'non_recevable', 'refuse')"
RENEWAL = "renewal IN ('', 'nouvelle', 'reconduite')"
ALL = "status IN ('pressenti', 'demande', 'non_recevable', 'propose', 'accorde', 'refuse')"


def upgrade() -> None:
    _action_columns()
    _funding_statuses()
    _appel_parts()
    _action_parts()
    _quartier_vecu()
    _plans()
    _posts()
    _guards()


def _action_columns() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    number, day = ("INTEGER", "TEXT") if sqlite else ("BIGINT", "DATE")
    for column in (
        f"deposited_on {day}",
        f"starts_on {day}",
        f"ends_on {day}",
        f"years {number} NOT NULL DEFAULT 1 CONSTRAINT ck_action_years CHECK (years BETWEEN 1 AND 6)",
        f"renewal TEXT NOT NULL DEFAULT '' CONSTRAINT ck_action_renewal CHECK ({RENEWAL})",
        f"valued {number} NOT NULL DEFAULT 0 CONSTRAINT ck_action_valued CHECK (valued >= 0)",
        "share_source TEXT NOT NULL DEFAULT ''",
    ):
        op.execute(sa.text(f"ALTER TABLE action ADD COLUMN {column}"))


def _funding_statuses() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint("ck_funding_status", "funding")
        op.create_check_constraint("ck_funding_status", "funding", ALL)
        return
    # The way SQLite documents to change a CHECK without rebuilding a table.
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'funding'", (FEWER, ALL)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _of_appel(table: str, *columns: sa.Column, key: str, others: tuple = ()) -> None:
    op.create_table(
        table,
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("appel", sa.Text, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("contract", "appel", key, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["contract", "appel"], ["appel.contract", "appel.code"], name=f"fk_{table}_appel"),
        *others,
        sqlite_strict=True,
    )


def _appel_parts() -> None:
    _of_appel("appel_axis", sa.Column("axis", sa.Text, nullable=False), key="axis")
    line = sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_appel_line_credit_line_line")
    _of_appel("appel_line", sa.Column("line", sa.Text, nullable=False), key="line", others=(line,))
    _of_appel(
        "appel_deadline",
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("on", DAY, nullable=False),
        key="label",
    )


def _of_action(table: str, *columns: sa.Column, key: tuple = ("rank",), others: tuple = ()) -> None:
    op.create_table(
        table,
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("contract", "action", *key, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name=f"fk_{table}_action"
        ),
        *others,
        sqlite_strict=True,
    )


def _action_parts() -> None:
    _of_action(
        "action_public",
        sa.Column("rank", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("territory", sa.Text),
        sa.Column("epci", sa.Text),
        sa.Column("headcount", BIG, nullable=False),
        sa.Column("counted", FLAG, nullable=False),
        sa.Column("qpv_headcount", BIG),
        sa.Column("evidence", sa.Text, nullable=False),
        others=(
            sa.ForeignKeyConstraint(["territory"], ["territory.code"], name="fk_action_public_territory_territory"),
            sa.ForeignKeyConstraint(["epci"], ["epci.code"], name="fk_action_public_epci_epci"),
            sa.CheckConstraint("kind IN ('qpv', 'veille', 'vecu', 'hors')", name="ck_action_public_kind"),
            sa.CheckConstraint("headcount >= 0", name="ck_action_public_headcount"),
            sa.CheckConstraint(
                "qpv_headcount IS NULL OR qpv_headcount BETWEEN 0 AND headcount", name="ck_action_public_qpv_headcount"
            ),
        ),
    )
    _of_action(
        "action_reference",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        key=("kind", "year", "reference"),
        others=(sa.CheckConstraint("kind IN ('dauphin', 'gispro', 'ej', 'autre')", name="ck_action_reference_kind"),),
    )
    op.create_index("ix_action_reference_contract_reference", "action_reference", ["contract", "reference"])
    _of_action(
        "action_renewal",
        sa.Column("previous", sa.Text, nullable=False),
        key=(),
        others=(
            sa.ForeignKeyConstraint(
                ["contract", "previous"], ["action.contract", "action.number"], name="fk_action_renewal_previous"
            ),
        ),
    )
    op.create_index("ix_action_renewal_contract_previous", "action_renewal", ["contract", "previous"])
    _of_action(
        "action_indicator",
        sa.Column("rank", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("expected", sa.Text, nullable=False),
        sa.Column("realised", sa.Text),
        sa.Column("realised_on", DAY),
        others=(sa.CheckConstraint("kind IN ('quantitatif', 'qualitatif')", name="ck_action_indicator_kind"),),
    )


def _quartier_vecu() -> None:
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


def _plans() -> None:
    _of_action(
        "plan_version",
        sa.Column("rank", BIG, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("on", DAY, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("cost_total", BIG, nullable=False),
        sa.Column("valued", BIG, nullable=False),
        others=(
            sa.CheckConstraint("stage IN ('depose', 'ajuste', 'arbitre')", name="ck_plan_version_stage"),
            sa.CheckConstraint("cost_total >= 0 AND valued >= 0", name="ck_plan_version_totals"),
        ),
    )
    op.create_table(
        "plan_line",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
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


def _posts() -> None:
    op.create_table(
        "post",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("porteur", sa.Text, nullable=False),
        sa.Column("action", sa.Text),
        sa.Column("percent", BIG, nullable=False),
        sa.Column("first_month", BIG, nullable=False),
        sa.Column("last_month", BIG, nullable=False),
        sa.Column("cost_yearly", BIG, nullable=False),
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
            "first_month BETWEEN 1 AND 12 AND last_month BETWEEN first_month AND 12", name="ck_post_months"
        ),
        sa.CheckConstraint("cost_yearly >= 0", name="ck_post_cost_not_negative"),
        sa.CheckConstraint("population >= 0", name="ck_post_population"),
        sqlite_strict=True,
    )
    commune = sa.ForeignKeyConstraint(["commune"], ["commune.insee"], name="fk_post_commune_commune_commune")
    _of_post("post_commune", sa.Column("commune", sa.Text, nullable=False), key="commune", others=(commune,))
    _of_post(
        "post_absence",
        sa.Column("first_month", BIG, nullable=False),
        sa.Column("last_month", BIG, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        key="first_month",
        others=(
            sa.CheckConstraint(
                "first_month BETWEEN 1 AND 12 AND last_month BETWEEN first_month AND 12", name="ck_post_absence_months"
            ),
        ),
    )
    _of_post(
        "post_funding",
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        key="line",
        others=(
            sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_post_funding_credit_line_line"),
            sa.CheckConstraint("amount >= 0", name="ck_post_funding_amount_not_negative"),
        ),
    )


def _of_post(table: str, *columns: sa.Column, key: str, others: tuple) -> None:
    op.create_table(
        table,
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("post", sa.Text, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("contract", "year", "post", key, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["contract", "year", "post"], ["post.contract", "post.year", "post.code"], name=f"fk_{table}_post"
        ),
        *others,
        sqlite_strict=True,
    )


KEYS = {"plan_version": ("contract", "action", "rank"), "plan_line": ("contract", "action", "version", "rank")}


def _guards() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, key in KEYS.items():
        for statement in _sqlite_guards(table, key) if sqlite else (_postgresql_guard(table),):
            op.execute(sa.text(statement))


def _sqlite_guards(table: str, key: tuple) -> list:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return [
        *(
            f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
            BEGIN SELECT RAISE(ABORT, 'cofiville:{table} is append-only'); END"""
            for act in ("UPDATE", "DELETE")
        ),
        f"""CREATE TRIGGER {table}_once BEFORE INSERT ON {table} BEGIN
        SELECT RAISE(ABORT, 'cofiville:{table} already exists') FROM {table} WHERE {same};
        END""",
    ]


def _postgresql_guard(table: str) -> str:
    return f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"""
