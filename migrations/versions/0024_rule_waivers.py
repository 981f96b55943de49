"""Rules put aside as rows, which never change; those that older acts tell without a doubt are written too.

An act told a rule put aside at the head of its motive, in words that the program chose; the reason typed follows. The
words of one rule end in a parenthesis, and an order against two rules repeats the same reason: nothing else is read.
"""

import re
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = ("contract", "entry_number", "rank")
WORDS = ("rule", "required", "motive", "convention", "action", "line")
_LATE = r"(?P<late>un bilan en retard \(.*?, dû le [^()]*\))"
_MISSING = r"(?P<missing>une pièce manquante \(.*?\))"
_ORDERS = (
    re.compile(f"Malgré {_LATE} : (?P<why>.+) ; Malgré {_MISSING} : (?P=why)", re.DOTALL),
    re.compile(f"Malgré (?:{_LATE}|{_MISSING}) : (?P<why>.+)", re.DOTALL),
)
_GRANTS = (
    re.compile(
        r"Malgré (?P<ceiling>(?:la règle (?P<rule>\S+)|les règles) \([^()]* au plus\)) : (?P<why>.+)", re.DOTALL
    ),
)
_FORMS = {"ordre_de_paiement": _ORDERS, "programmation": _GRANTS}


def upgrade() -> None:
    op.create_table(
        "rule_waiver",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in WORDS),
        sa.PrimaryKeyConstraint(*KEY, name="pk_rule_waiver"),
        sa.ForeignKeyConstraint(
            ["contract", "entry_number"], ["entry.contract", "entry.sequence"], name="fk_rule_waiver_entry"
        ),
        sa.CheckConstraint("motive <> ''", name="ck_rule_waiver_has_a_motive"),
        sqlite_strict=True,
    )
    _write_those_told()
    for statement in _guards():
        op.execute(sa.text(statement))


def _write_those_told() -> None:
    entries = "SELECT contract, sequence, kind, motive FROM entry WHERE motive <> '' ORDER BY contract, sequence"
    rows = [
        dict(zip((*KEY, *WORDS), (contract, number, rank, *words, "", "", ""), strict=True))
        for contract, number, kind, motive in op.get_bind().execute(sa.text(entries)).all()
        for rank, words in enumerate(told(kind, motive), start=1)
    ]
    columns = ", ".join((*KEY, *WORDS))
    marks = ", ".join(f":{name}" for name in (*KEY, *WORDS))
    if rows:
        op.get_bind().execute(sa.text(f"INSERT INTO rule_waiver ({columns}) VALUES ({marks})"), rows)


def told(kind: str, motive: str) -> Iterator[tuple[str, str, str]]:
    """Rule, what it required and why it was put aside, for each rule."""
    for form in _FORMS.get(kind, ()):
        if (found := form.fullmatch(motive)) is not None:
            parts = found.groupdict()
            for name in ("late", "missing", "ceiling"):
                if parts.get(name):
                    yield parts.get("rule") or "", parts[name], parts["why"]
            return


def _guards() -> list[str]:
    if op.get_bind().dialect.name != "sqlite":
        return [
            (
                "CREATE TRIGGER rule_waiver_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_waiver "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        ]
    same = " AND ".join(f"{column} = NEW.{column}" for column in KEY)
    return [
        *(
            f"CREATE TRIGGER rule_waiver_no_{act.lower()} BEFORE {act} ON rule_waiver "
            "BEGIN SELECT RAISE(ABORT, 'cofiville:rule_waiver is append-only'); END"
            for act in ("UPDATE", "DELETE")
        ),
        (
            "CREATE TRIGGER rule_waiver_once BEFORE INSERT ON rule_waiver BEGIN "
            f"SELECT RAISE(ABORT, 'cofiville:rule_waiver already exists') FROM rule_waiver WHERE {same}; END"
        ),
    ]
