"""A contract has its own référentiel, its days and its acts: contract first in every key, first and last day beside.

What was common to the contracts of a base becomes each one's own, with the same codes and figures. A quartier vécu goes
to the contracts that list or serve it alone.
"""

import json
import re
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")

COMMON = (
    *("epci", "commune", "financeur", "credit_line", "territory", "territory_commune", "territory_population"),
    "objective",
)
NAMED = {
    "action": {"objective": ("objective", "axis", "code")},
    "action_public": {"territory": ("territory", "territory", "code"), "epci": ("epci", "epci", "code")},
    "action_territory": {"territory": ("territory", "territory", "code")},
    "convention": {"payer": ("financeur", "financeur", "code")},
    "post_commune": {"commune": ("commune", "commune", "insee")},
    "quartier_vecu": {"territory": ("territory", "territory", "code"), "qpv": ("territory", "territory", "code")},
    "service": {"financeur": ("financeur", "financeur", "code")},
    **{
        table: {"line": ("credit_line", "credit_line", "code")}
        for table in (
            *("appel_line", "authority_programming", "avis", "bilan_line", "closing_decision", "convention_line"),
            *("convention_slice", "decision_amount", "final_decision", "funding", "pin", "plan_line", "post_funding"),
        )
    },
}
KINDS = (("qpv", "QPV", "qpv"), ("veille", "veille active", "veille"), ("vecu", "quartier vécu", "qpv"))
KINDS = (*KINDS, ("hors", "hors territoires", "hors"))
EPCIS = {"200042190": ("CAPH", "la"), "245901160": ("Valenciennes Métropole", "")}
SIGNED = {
    "CV195": ("2015-01-01", "2020-12-31", "2015-06-26", "Contrat de ville CAPH 2015-2020"),
    "CV193": ("2015-01-01", "2020-12-31", None, "Contrat de ville CAVM 2015-2020"),
}
MODELS = {"CV195": "caph-2015-2020", "CV193": "cavm-2015-2020"}
EXTENSIONS = (
    ("2018-12-28", "2022-12-31", "Loi de finances pour 2019 (2018-1317), article 181"),
    ("2021-12-30", "2023-12-31", "Loi de finances pour 2022 (2021-1900), article 68"),
)
SERVED = "SELECT contract, territory FROM quartier_vecu UNION SELECT contract, territory FROM action_territory"


def upgrade() -> None:
    base = op.get_bind()
    _contract_columns()
    if base.dialect.name == "sqlite":
        _name_in_contract_sqlite(base)
    for table in reversed(COMMON):
        op.execute(f"CREATE TABLE {table}_before AS SELECT * FROM {table}")
        # On a server the keys of other tables go with it, and are made again below.
        op.execute(f"DROP TABLE {table}{'' if base.dialect.name == 'sqlite' else ' CASCADE'}")
    _tables()
    _fill(base)
    for table in COMMON:
        op.execute(f"DROP TABLE {table}_before")
    if base.dialect.name == "postgresql":
        _name_in_contract_server()
    _changes_kept(base)
    _periods(base)
    if base.dialect.name == "sqlite" and (lost := base.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"rows name what is not in their contract: {lost[:3]}")


def _contract_columns() -> None:
    for name in ("starts_on", "ends_on", "signed_on", "closed_on"):
        op.add_column("contract", sa.Column(name, DAY))
    words = "CONSTRAINT ck_contract_frame CHECK (frame IN ('', 'piliers', 'socle'))"
    op.execute(f"ALTER TABLE contract ADD COLUMN frame TEXT NOT NULL DEFAULT '' {words}")
    for name, default in (
        ("time_zone", "Europe/Paris"),
        ("signatories", ""),
        ("letter_heading", ""),
        ("source", ""),
        ("model", ""),
    ):
        op.add_column("contract", sa.Column(name, sa.Text, nullable=False, server_default=default))


def _key(table: str, column: str, owner: str, code: str) -> str:
    return f"CONSTRAINT fk_{table}_{column} FOREIGN KEY(contract, {column}) REFERENCES {owner} (contract, {code})"


def _name_in_contract_sqlite(base: sa.Connection) -> None:
    """The words of each key are changed where they stand; nothing stored changes."""
    version = base.exec_driver_sql("PRAGMA schema_version").scalar_one()
    base.exec_driver_sql("PRAGMA writable_schema=ON")
    for table, columns in NAMED.items():
        words = base.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
        sql, changed = words.scalar_one(), 0
        for column, (before, owner, code) in columns.items():
            old = rf"CONSTRAINT \w+ FOREIGN KEY\({column}\) REFERENCES {before} \({code}\)"
            sql, found = re.subn(old, _key(table, column, owner, code), sql)
            changed += found
        if table == "action_public":
            kind = _key(table, "kind", "territory_kind", "code")
            sql, found = re.subn(r"CONSTRAINT ck_action_public_kind CHECK \(kind IN \([^)]*\)\)", kind, sql)
            changed += found - 1
        if changed != len(columns):
            raise RuntimeError(f"the keys of {table} are not those that were written")
        base.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (sql, table))
    base.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    base.exec_driver_sql("PRAGMA writable_schema=RESET")


def _name_in_contract_server() -> None:
    op.execute("ALTER TABLE action_public DROP CONSTRAINT ck_action_public_kind")
    op.execute(f"ALTER TABLE action_public ADD {_key('action_public', 'kind', 'territory_kind', 'code')}")
    for table, columns in NAMED.items():
        for column, (_, owner, code) in columns.items():
            op.execute(f"ALTER TABLE {table} ADD {_key(table, column, owner, code)}")


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _days() -> list[sa.Column]:
    return [sa.Column("starts_on", DAY), sa.Column("ends_on", DAY)]


def _doubt() -> sa.Column:
    return sa.Column("to_confirm", FLAG, nullable=False, server_default=sa.false())


def _in_contract(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    owner, _, _ = target.partition(".")
    return sa.ForeignKeyConstraint(["contract", column], [f"{owner}.contract", target], name=f"fk_{table}_{column}")


def _of_contract(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["contract"], ["contract.code"], name=f"fk_{table}_contract_contract")


def _own_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("contract", *columns, name=f"pk_{table}")


def _tables() -> None:
    _who()
    _where()
    op.create_table(
        "contract_act",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("ends_on", DAY),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("to_confirm", FLAG, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        *_texts("agent", "command"),
        _own_key("contract_act", "rank"),
        _of_contract("contract_act"),
        sa.CheckConstraint("kind IN ('prolongation', 'avenant', 'annexe')", name="ck_contract_act_kind"),
        sa.CheckConstraint("(kind = 'prolongation') = (ends_on IS NOT NULL)", name="ck_contract_act_prolonged"),
        sqlite_strict=True,
    )


def _who() -> None:
    op.create_table(
        "epci",
        *_texts("contract", "code", "siren", "name", "short_name"),
        sa.Column("article", sa.Text, nullable=False, server_default=""),
        *_days(),
        _own_key("epci", "code"),
        _of_contract("epci"),
        sqlite_strict=True,
    )
    op.create_table(
        "financeur",
        *_texts("contract", "code", "name", "kind", "role", "source"),
        sa.Column("statut", sa.Text),
        _doubt(),
        *_days(),
        _own_key("financeur", "code"),
        _of_contract("financeur"),
        sqlite_strict=True,
    )
    op.create_table(
        "credit_line",
        *_texts("contract", "code", "financeur", "label", "nature", "territories", "source"),
        sa.Column("rank", BIG, nullable=False),
        _doubt(),
        *_days(),
        _own_key("credit_line", "code"),
        _in_contract("credit_line", "financeur", "financeur.code"),
        sa.CheckConstraint("nature IN ('specifique', 'droit_commun', 'fonds_propres')", name="ck_credit_line_nature"),
        sqlite_strict=True,
    )
    op.create_table(
        "axis",
        *_texts("contract", "code", "label"),
        sa.Column("parent", sa.Text),
        sa.Column("rank", BIG, nullable=False),
        *_days(),
        _own_key("axis", "code"),
        _of_contract("axis"),
        _in_contract("axis", "parent", "axis.code"),
        sqlite_strict=True,
    )


def _where() -> None:
    op.create_table(
        "commune",
        *_texts("contract", "insee", "siren", "name", "epci"),
        sa.Column("population", BIG, nullable=False),
        *_days(),
        _own_key("commune", "insee"),
        _in_contract("commune", "epci", "epci.code"),
        sqlite_strict=True,
    )
    op.create_table(
        "territory_kind",
        *_texts("contract", "code", "label", "served_as"),
        sa.Column("rank", BIG, nullable=False),
        _own_key("territory_kind", "code"),
        _of_contract("territory_kind"),
        sa.CheckConstraint("served_as IN ('qpv', 'veille', 'hors')", name="ck_territory_kind_served_as"),
        sqlite_strict=True,
    )
    op.create_table(
        "territory",
        *_texts("contract", "code", "name", "kind", "epci", "source"),
        _doubt(),
        *_days(),
        _own_key("territory", "code"),
        _in_contract("territory", "kind", "territory_kind.code"),
        _in_contract("territory", "epci", "epci.code"),
        sqlite_strict=True,
    )
    op.create_table(
        "territory_commune",
        *_texts("contract", "territory", "commune_name"),
        _own_key("territory_commune", "territory", "commune_name"),
        _in_contract("territory_commune", "territory", "territory.code"),
        sqlite_strict=True,
    )
    op.create_table(
        "territory_population",
        *_texts("contract", "territory", "commune", "epci"),
        sa.Column("population", BIG, nullable=False),
        sa.Column("source", sa.Text, nullable=False, server_default=""),
        sa.Column("vintage", BIG),
        _own_key("territory_population", "territory", "commune", "epci"),
        _in_contract("territory_population", "territory", "territory.code"),
        _in_contract("territory_population", "epci", "epci.code"),
        sqlite_strict=True,
    )


def _fill(base: sa.Connection) -> None:
    """Each contract of the base gets what they had in common."""
    contracts = base.exec_driver_sql("SELECT code FROM contract ORDER BY code").scalars().all()
    _copy("epci", "code, siren, name, short_name", "code, siren, name, code")
    for siren, (name, article) in EPCIS.items():
        asked = "UPDATE epci SET short_name = :name, article = :article WHERE siren = :siren"
        base.execute(sa.text(asked), {"name": name, "article": article, "siren": siren})
    for table, columns in (
        ("financeur", "code, name, kind, role, source, statut"),
        ("credit_line", "code, financeur, label, nature, territories, source, rank"),
        ("commune", "insee, siren, name, epci, population"),
    ):
        _copy(table, columns, columns)
    kinds = [
        {"contract": contract, "code": code, "label": label, "served_as": served, "rank": rank}
        for contract in contracts
        for rank, (code, label, served) in enumerate(KINDS, start=1)
    ]
    _insert(base, "territory_kind", kinds)
    columns = "code, name, kind, epci, source"
    own = f"before.kind <> 'vecu' OR (contract.code, before.code) IN ({SERVED})"
    nobody = f"before.code NOT IN (SELECT territory FROM ({SERVED}) AS served)"
    _copy("territory", columns, columns, f" WHERE {own} OR {nobody}")
    there = " JOIN territory ON territory.contract = contract.code AND territory.code = before.territory"
    _copy("territory_commune", "territory, commune_name", "territory, commune_name", there)
    columns = "territory, commune, epci, population"
    _copy("territory_population", columns, columns, there)
    _insert(base, "axis", [{"contract": contract, **node} for contract in contracts for node in _tree(base)])


def _copy(table: str, columns: str, values: str, condition: str = "") -> None:
    taken = ", ".join(f"before.{each}" for each in values.split(", "))
    op.execute(
        f"INSERT INTO {table} (contract, {columns})"
        f" SELECT contract.code, {taken} FROM contract CROSS JOIN {table}_before AS before{condition}"
    )


def _insert(base: sa.Connection, table: str, rows: list[dict[str, object]]) -> None:
    if rows:
        names, marks = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
        base.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), rows)


def _tree(base: sa.Connection) -> list[dict[str, object]]:
    """Axes, then priorities, then objectives: what stands above comes first."""
    asked = "SELECT axis, axis_label, priority, priority_label, code, label FROM objective_before"
    levels: list[dict[str, tuple[str, str | None]]] = [{}, {}, {}]
    for axis, axis_label, priority, priority_label, code, label in base.exec_driver_sql(asked).all():
        levels[0][axis] = axis_label, None
        levels[1][priority] = priority_label, axis
        levels[2][code] = label, priority
    found = [(code, *node) for level in levels for code, node in level.items()]
    places = sorted((code for code, *_ in found), key=lambda code: [(len(part), part) for part in code.split(".")])
    ranks = {code: rank for rank, code in enumerate(places, start=1)}
    return [{"code": code, "label": label, "parent": above, "rank": ranks[code]} for code, label, above in found]


def _changes_kept(base: sa.Connection) -> None:
    """What is kept of each row's past bears the key it has now."""
    _drop_guards(base, "row_change")
    contracts = base.exec_driver_sql("SELECT code FROM contract ORDER BY code").scalars().all()
    names = "recorded_at, act, rank, table_name, row_key, kind, before, effect_on, dated, agent, command"
    listed = ", ".join(f"'{table}'" for table in COMMON)
    rows = base.execute(sa.text(f"SELECT {names} FROM row_change WHERE table_name IN ({listed})")).mappings().all()
    for row in rows:
        key = json.loads(row["row_key"])
        holders = [each for each in contracts if _there(base, row["table_name"], each, key)] or contracts
        op.get_bind().execute(
            sa.text("DELETE FROM row_change WHERE recorded_at = :recorded_at AND act = :act AND rank = :rank"),
            dict(row),
        )
        kept = [
            {
                **row,
                "rank": row["rank"] + 1_000_000 * place,
                "row_key": _text([contract, *key]),
                "before": _before(row, contract),
            }
            for place, contract in enumerate(holders)
        ]
        _insert(base, "row_change", kept)


def _there(base: sa.Connection, table: str, contract: str, key: list[object]) -> bool:
    if table == "objective":
        return False
    first = "insee" if table == "commune" else "territory" if table.startswith("territory_") else "code"
    asked = sa.text(f"SELECT 1 FROM {table} WHERE contract = :contract AND {first} = :key")
    return base.execute(asked, {"contract": contract, "key": key[0]}).first() is not None


def _before(row: sa.RowMapping, contract: str) -> str | None:
    if row["before"] is None or row["kind"] != "delete":
        return row["before"]
    return _text({**json.loads(row["before"]), "contract": contract})


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _drop_guards(base: sa.Connection, table: str) -> None:
    """Let the rows of a table that never change be changed."""
    names = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
    if base.dialect.name == "postgresql":
        names = (
            f"SELECT tgname || ' ON {table}' FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal"
        )
    for name in base.exec_driver_sql(names).scalars().all():
        base.exec_driver_sql(f"DROP TRIGGER {name}")


def _periods(base: sa.Connection) -> None:
    """The days of the two contracts that version 0.1 knew, prolonged as they were, and to their last exercice."""
    for code, (first, last, signed_on, source) in SIGNED.items():
        asked = sa.text("SELECT min(year), max(year) FROM exercice WHERE contract = :code")
        years = base.execute(asked, {"code": code}).one()
        if base.execute(sa.text("SELECT 1 FROM contract WHERE code = :code"), {"code": code}).first() is None:
            continue
        asked = sa.text(
            "UPDATE contract SET starts_on = :first, ends_on = :last, signed_on = :signed_on, frame = 'piliers',"
            " source = :source, model = :model WHERE code = :code"
        )
        began = min(first, f"{years[0] or 9999}-01-01")
        said = {"first": began, "last": last, "signed_on": signed_on, "source": source, "code": code}
        said["model"] = MODELS[code]
        base.execute(asked, said)
        acts = list(EXTENSIONS)
        if (year := years[1] or 0) > 2023:
            acts.append((f"{year}-01-01", f"{year}-12-31", f"Exercice {year}, ouvert sous la version 0.1"))
        _insert(base, "contract_act", [_prolonged(code, rank, *act) for rank, act in enumerate(acts, start=1)])


def _prolonged(contract: str, rank: int, decided_on: str, ends_on: str, piece: str) -> dict[str, object]:
    days = {
        "decided_on": decided_on,
        "ends_on": ends_on,
        "recorded_at": datetime.now(UTC).isoformat(timespec="microseconds"),
    }
    said = {"piece": piece, "to_confirm": True, "agent": "", "command": ""}
    return {"contract": contract, "rank": rank, "kind": "prolongation", **days, **said}
