"""Each act's row knows the number of its entry, and of the one that undid it; what is collected on a titre is a row.

Rows of older bases are tied to the book where one entry, and one only, can be theirs: the same kind, and the whole
reference that the program wrote then, alone or followed by (2), (3)… when the act had been undone and written again.
What cannot be tied keeps no number: the audit says so.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
ENTRY, UNDOING = "entry_number", "reversal_number"
COLUMNS = {
    "payment_order": (ENTRY, UNDOING),
    "payment": (ENTRY, UNDOING),
    "bilan": (ENTRY, UNDOING),
    "titre": (ENTRY, UNDOING, "cancellation_number"),
    "set_off": (ENTRY, UNDOING),
    "compensation": (ENTRY, "realised_number"),
    "convention": (ENTRY, UNDOING, "ending_number"),
    "avenant": (ENTRY,),
    "direct_grant": (ENTRY,),
}
TURNS = 50


class Written(NamedTuple):
    """An entry of an older base: its day as stored, the one that reverses it."""

    number: int
    reference: str
    kind: str
    piece: str
    effect_on: Any
    reversal: int | None
    label: str


class Moved(NamedTuple):
    """What an entry moved from one account to another."""

    debited: str
    credited: str
    debited_convention: str
    credited_convention: str
    amount: int


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, sa.Column(column, BIG))
    _tables()
    base = op.get_bind()
    for contract in base.execute(sa.text("SELECT code FROM contract ORDER BY code")).scalars().all():
        _Ties(base, contract).write()
    for statement in _guards():
        op.execute(sa.text(statement))


def _tables() -> None:
    op.create_table(
        "collection",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contract", "reference", "titre")),
        sa.Column("collected_on", DAY, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("undone_on", DAY),
        sa.Column(ENTRY, BIG),
        sa.Column(UNDOING, BIG),
        sa.PrimaryKeyConstraint("contract", "reference", name="pk_collection"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_collection_contract_contract"),
        sa.CheckConstraint("amount > 0", name="ck_collection_amount_above_zero"),
        sqlite_strict=True,
    )
    op.create_index("ix_collection_contract_titre", "collection", ["contract", "titre"])
    op.create_table(
        "scenario_entry",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contract", "scenario", "line")),
        sa.Column(ENTRY, BIG, nullable=False),
        sa.PrimaryKeyConstraint("contract", "scenario", "line", ENTRY, name="pk_scenario_entry"),
        sa.ForeignKeyConstraint(
            ["contract", "scenario"], ["scenario.contract", "scenario.name"], name="fk_scenario_entry_scenario"
        ),
        sqlite_strict=True,
    )


class _Ties:
    """The acts of one contract, and the entries that may be theirs."""

    def __init__(self, base: sa.Connection, contract: str) -> None:
        self._base, self._contract = base, contract
        self._entries: dict[str, Written] = {}
        self._moves: dict[int, list[Moved]] = defaultdict(list)
        entries = """SELECT e.sequence, e.reference, e.kind, e.piece, e.effect_on, r.sequence, e.label FROM entry e
            LEFT JOIN entry r ON r.contract = e.contract AND r.reverses = e.sequence
            WHERE e.contract = :contract ORDER BY e.sequence"""
        for row in self._rows(entries):
            self._entries[row[1]] = Written(*row)
        moves = """SELECT t.sequence, d.position, c.position, d.convention, c.convention, t.amount FROM transfer t
            JOIN entry e ON e.contract = t.contract AND e.sequence = t.sequence
            JOIN account d ON d.contract = t.contract AND d.id = t.debit_account
            JOIN account c ON c.contract = t.contract AND c.id = t.credit_account
            WHERE t.contract = :contract AND e.kind IN ('titre', 'encaissement', 'recette')
            ORDER BY t.sequence, t.rank"""
        for number, *moved in self._rows(moves):
            self._moves[number].append(Moved(*moved))

    def write(self) -> None:
        self._typed_by_people()
        self._of_conventions()
        self._titres()
        self._collections()
        self._compensations()
        self._grants()

    def _rows(self, sql: str) -> list[Any]:
        return list(self._base.execute(sa.text(sql), {"contract": self._contract}).all())

    def _found(
        self, reference: str, kinds: tuple[str, ...], *, undone: bool, piece: str | None = None
    ) -> Written | None:
        """The one entry of this act that stands; the last that was undone, for an act undone; None when in doubt."""
        names = [reference, *(f"{reference} ({turn})" for turn in range(2, TURNS))]
        found = [each for name in names if (each := self._entries.get(name)) is not None and each.kind in kinds]
        found = [each for each in found if piece is None or each.piece == piece]
        found = [each for each in found if (each.reversal is not None) is undone]
        return found[-1] if found and (undone or len(found) == 1) else None

    def _tie(self, table: str, key: dict[str, Any], found: Written | None, column: str = ENTRY) -> None:
        if found is None:
            return
        values = {column: found.number}
        if column == ENTRY and UNDOING in COLUMNS[table]:
            values[UNDOING] = found.reversal
        changes = ", ".join(f"{name} = :{name}" for name in values)
        same = " AND ".join(f"{name} = :{name}" for name in key)
        sql = f"UPDATE {table} SET {changes} WHERE contract = :contract AND {same}"
        self._base.execute(sa.text(sql), {"contract": self._contract, **key, **values})

    def _typed_by_people(self) -> None:
        for table, day, name, kinds in (
            ("payment_order", "rejected_on", "ORDRE", ("ordre_de_paiement",)),
            ("payment", "undone_on", "PAIEMENT", ("paiement", "constat_paiement")),
        ):
            for reference, undone in self._rows(f"SELECT reference, {day} FROM {table} WHERE contract = :contract"):
                found = self._found(f"{name} {reference}", kinds, undone=undone is not None, piece=reference)
                self._tie(table, {"reference": reference}, found)

    def _of_conventions(self) -> None:
        for number, kind, state in self._rows("SELECT number, kind, state FROM convention WHERE contract = :contract"):
            name, written = ("DROIT", "droit_acquis") if kind == "recette" else ("ENGAGEMENT", "engagement")
            ended = self._found(f"RESILIATION {number}", ("resiliation",), undone=False)
            stands = state in ("signee", "soldee") or ended is not None
            found = self._found(f"{name} {number}", (written,), undone=not stands)
            self._tie("convention", {"number": number}, found)
            self._tie("convention", {"number": number}, ended, "ending_number")
        for number, action, undone in self._rows(
            "SELECT convention, action, undone_on FROM bilan WHERE contract = :contract"
        ):
            found = self._found(f"BILAN {number} {action}", ("bilan",), undone=undone is not None)
            self._tie("bilan", {"convention": number, "action": action}, found)
        for number, year, undone in self._rows(
            "SELECT DISTINCT convention, year, undone_on FROM set_off WHERE contract = :contract"
        ):
            found = self._found(f"COMPENSATION {number} {year}", ("compensation",), undone=undone is not None)
            self._tie("set_off", {"convention": number, "year": year}, found)

    def _titres(self) -> None:
        query = "SELECT reference, cancelled_on, cancellation_piece FROM titre WHERE contract = :contract"
        for reference, cancelled_on, piece in self._rows(query):
            undone = cancelled_on is not None and not piece
            found = self._found(f"TITRE {reference}", ("titre",), undone=undone, piece=reference)
            if found is not None and all(move.debited != "A_ENCAISSER" for move in self._moves[found.number]):
                found = None
            self._tie("titre", {"reference": reference}, found)
            if cancelled_on is not None and piece:
                name = f"ANNULATION TITRE {reference}"
                decided = self._found(name, ("remise", "annulation_titre"), undone=False, piece=piece)
                self._tie("titre", {"reference": reference}, decided, "cancellation_number")

    def _collections(self) -> None:
        of_convention: dict[str, list[str]] = defaultdict(list)
        titres: dict[str, list[str]] = {}
        for reference, convention in self._rows("SELECT reference, convention FROM titre WHERE contract = :contract"):
            of_convention[convention].append(reference)
            titres[f"TITRE {reference}"] = [reference]
        last: dict[str, tuple[Written, str, int]] = {}
        for written in self._entries.values():
            moves = [move for move in self._moves[written.number] if move.credited == "A_ENCAISSER"]
            holders = {move.credited_convention for move in moves}
            if written.kind != "encaissement" or len(holders) != 1:
                continue
            holder = holders.pop()
            # Titres were once on the accounts of their convention: the label that the program wrote names which.
            several = of_convention.get(holder, [])
            named = [each for each in several if written.label == f"Encaissement sur le titre {each}"]
            owed = titres.get(holder) or (several if len(several) == 1 else named)
            if len(owed) == 1 and (written.reversal is None or written.piece not in last):
                last[written.piece] = (written, owed[0], sum(move.amount for move in moves))
        days = {written.number: written.effect_on for written in self._entries.values()}
        columns = f"contract, reference, titre, collected_on, amount, undone_on, {ENTRY}, {UNDOING}"
        marks = ":contract, :reference, :titre, :on, :amount, :undone, :number, :reversal"
        sql = f"INSERT INTO collection ({columns}) VALUES ({marks})"
        for reference, (written, titre, amount) in last.items():
            values = {
                "contract": self._contract,
                "reference": reference,
                "titre": titre,
                "on": written.effect_on,
                "amount": amount,
                "undone": None if written.reversal is None else days[written.reversal],
                "number": written.number,
                "reversal": written.reversal,
            }
            self._base.execute(sa.text(sql), values)

    def _compensations(self) -> None:
        query = "SELECT recette, convention, realised_on FROM compensation WHERE contract = :contract"
        for recette, convention, realised_on in self._rows(query):
            key = {"recette": recette, "convention": convention}
            self._tie("compensation", key, self._found(f"DROIT {recette}", ("droit_acquis",), undone=False))
            receipts = [
                written
                for written in self._entries.values()
                if written.kind == "recette"
                and written.effect_on == realised_on
                and written.reversal is None
                and any(move.credited_convention == recette for move in self._moves[written.number])
            ]
            self._tie("compensation", key, receipts[0] if len(receipts) == 1 else None, "realised_number")

    def _grants(self) -> None:
        with _open_to_changes(self._base, "avenant"), _open_to_changes(self._base, "direct_grant"):
            for number, rank in self._rows("SELECT convention, rank FROM avenant WHERE contract = :contract"):
                found = self._entries.get(f"AVENANT {number} {rank}")
                self._tie("avenant", {"convention": number, "rank": rank}, found)
            for (reference,) in self._rows("SELECT reference FROM direct_grant WHERE contract = :contract"):
                self._tie("direct_grant", {"reference": reference}, self._entries.get(reference))
        lines = """SELECT DISTINCT g.scenario, g.line FROM scenario_grant g
            JOIN scenario s ON s.contract = g.contract AND s.name = g.scenario
            WHERE g.contract = :contract AND g.granted > 0 AND s.validated_on IS NOT NULL"""
        for scenario, line in self._rows(lines):
            if (found := self._entries.get(f"PROGRAMMATION {scenario} {line}")) is not None:
                values = {"contract": self._contract, "scenario": scenario, "line": line, "number": found.number}
                sql = "INSERT INTO scenario_entry VALUES (:contract, :scenario, :line, :number)"
                self._base.execute(sa.text(sql), values)


@contextmanager
def _open_to_changes(base: sa.Connection, table: str) -> Iterator[None]:
    """Let the rows of a table that never change take their new column; its guards are put back as they were."""
    if base.dialect.name == "postgresql":
        base.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        base.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    triggers = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    kept = base.execute(triggers, {"table": table}).all()
    for name, _ in kept:
        base.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in kept:
        base.exec_driver_sql(sql)


def _guards() -> list[str]:
    if op.get_bind().dialect.name != "sqlite":
        return [
            (
                "CREATE TRIGGER scenario_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON scenario_entry "
                "FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse()"
            )
        ]
    key = ("contract", "scenario", "line", ENTRY)
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return [
        *(
            f"CREATE TRIGGER scenario_entry_no_{act.lower()} BEFORE {act} ON scenario_entry "
            "BEGIN SELECT RAISE(ABORT, 'cofiville:scenario_entry is append-only'); END"
            for act in ("UPDATE", "DELETE")
        ),
        (
            "CREATE TRIGGER scenario_entry_once BEFORE INSERT ON scenario_entry BEGIN "
            f"SELECT RAISE(ABORT, 'cofiville:scenario_entry already exists') FROM scenario_entry WHERE {same}; END"
        ),
    ]
