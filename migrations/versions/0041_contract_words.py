"""Dispositifs, scales and kinds of post become each contract's own, dated; kinds of territory have days too.

Each contract of the base gets those that were common to all. Of its kinds of territory, the quartier vécu is the one
whose people count only on evidence.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")

NAMED = {
    "action": {"scale": "scale", "dispositif": "dispositif"},
    "post": {"kind": "post_kind"},
}
DISPOSITIFS = (
    ("action", "action", "action", "", "§5.4.1"),
    ("dre", "réussite éducative (DRE)", "DRE", "", "§5.2.5"),
    ("ovv", "ville vie vacances (OVV)", "OVV", "", "§5.4.1"),
    ("fipd", "prévention de la délinquance (FIPD)", "FIPD", "", "§5.4.1 et §5.2.6"),
    ("mous", "ingénierie (MOUS)", "MOUS", "", "§5.3.2.2"),
    ("adultes-relais", "adultes-relais", "adultes-relais", "adultes-relais", "§5.3.1"),
    ("fonjep", "FONJEP", "FONJEP", "fonjep", "ANCT (postes 2020-2023)"),
    ("moyens-communs", "moyens communs", "moyens communs", "moyens-communs", "§5.2.5"),
)
SCALES = (
    ("communale", "communale", "", "§5.4.3"),
    ("communautaire", "communautaire", "", "§5.4.3"),
    ("arrondissement", "arrondissement", "plusieurs-epci", "§5.4.3.3"),
)
POST_KINDS = (
    ("mous", "MOUS", "mous", "§5.3.2.2"),
    ("adultes-relais", "adulte-relais", "adultes-relais", "§5.3.1"),
)


def upgrade() -> None:
    base = op.get_bind()
    _tables()
    for name in ("starts_on", "ends_on"):
        op.add_column("territory_kind", sa.Column(name, DAY))
    op.add_column("territory_kind", sa.Column("on_evidence", FLAG, nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE territory_kind SET on_evidence = :yes WHERE code = 'vecu'").bindparams(yes=_yes(base)))
    for contract in base.exec_driver_sql("SELECT code FROM contract ORDER BY code").scalars().all():
        _fill(base, contract)
    if base.dialect.name == "sqlite":
        _name_in_contract_sqlite(base)
    else:
        _name_in_contract_server()


def _yes(base: sa.Connection) -> int | bool:
    return 1 if base.dialect.name == "sqlite" else True


def _tables() -> None:
    op.create_table(
        "dispositif",
        *_texts("contract", "code", "label", "short_label"),
        *_ranked(),
        _role(),
        *_sourced("dispositif"),
        sa.CheckConstraint("role IN ('', 'moyens-communs', 'adultes-relais', 'fonjep')", name="ck_dispositif_role"),
        sqlite_strict=True,
    )
    op.create_table(
        "scale",
        *_texts("contract", "code", "label"),
        *_ranked(),
        _role(),
        *_sourced("scale"),
        sa.CheckConstraint("role IN ('', 'plusieurs-epci')", name="ck_scale_role"),
        sqlite_strict=True,
    )
    op.create_table(
        "post_kind",
        *_texts("contract", "code", "label", "dispositif"),
        *_ranked(),
        *_sourced("post_kind"),
        sa.ForeignKeyConstraint(
            ["contract", "dispositif"], ["dispositif.contract", "dispositif.code"], name="fk_post_kind_dispositif"
        ),
        sqlite_strict=True,
    )


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _ranked() -> list[sa.Column]:
    return [sa.Column("rank", BIG, nullable=False)]


def _role() -> sa.Column:
    return sa.Column("role", sa.Text, nullable=False, server_default="")


def _sourced(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("source", sa.Text, nullable=False, server_default=""),
        sa.Column("starts_on", DAY),
        sa.Column("ends_on", DAY),
        sa.PrimaryKeyConstraint("contract", "code", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name=f"fk_{table}_contract_contract"),
    ]


def _fill(base: sa.Connection, contract: str) -> None:
    for table, names, rows in (
        ("dispositif", "code, label, short_label, role, source", DISPOSITIFS),
        ("scale", "code, label, role, source", SCALES),
        ("post_kind", "code, label, dispositif, source", POST_KINDS),
    ):
        marks = ", ".join(f":{name}" for name in names.split(", "))
        asked = sa.text(f"INSERT INTO {table} (contract, rank, {names}) VALUES (:contract, :rank, {marks})")
        for rank, row in enumerate(rows, start=1):
            base.execute(asked, {"contract": contract, "rank": rank, **dict(zip(names.split(", "), row, strict=True))})


def _key(table: str, column: str, owner: str) -> str:
    return f"CONSTRAINT fk_{table}_{column} FOREIGN KEY(contract, {column}) REFERENCES {owner} (contract, code)"


def _name_in_contract_sqlite(base: sa.Connection) -> None:
    """The words of each key are changed where they stand; nothing stored changes."""
    version = base.exec_driver_sql("PRAGMA schema_version").scalar_one()
    base.exec_driver_sql("PRAGMA writable_schema=ON")
    for table, columns in NAMED.items():
        asked = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
        sql = base.exec_driver_sql(asked, (table,)).scalar_one()
        for column, owner in columns.items():
            old = rf"CONSTRAINT ck_{table}_{column} CHECK \({column} IN \([^)]*\)\)"
            sql, changed = re.subn(old, _key(table, column, owner), sql)
            if changed != 1:
                raise RuntimeError(f"the words of {table}.{column} are not those that were written")
        base.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (sql, table))
    base.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    base.exec_driver_sql("PRAGMA writable_schema=RESET")
    if lost := base.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"rows name what is not in their contract: {lost[:3]}")


def _name_in_contract_server() -> None:
    for table, columns in NAMED.items():
        for column, owner in columns.items():
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{column}")
            op.execute(f"ALTER TABLE {table} ADD {_key(table, column, owner)}")
