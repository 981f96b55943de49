"""A base of version 0.1 (revision 0023), or of what was written since, raised to the tables version 0.2 begins with.

`versions/0035_baseline.py` makes the same tables at once. Each step is the migration of one revision as it was; guards
are made again afterwards. An older base is raised by version 0.1 first.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean(create_constraint=False).with_variant(sa.Integer(), "sqlite")


def raise_from(revision: str) -> None:
    """Run the steps of the revisions after this one."""
    for number, step in STEPS.items():
        if number > revision:
            step()
    op.execute(sa.text(f"UPDATE alembic_version SET version_num = '{max(STEPS)}'"))


def _drop_guards(table: str) -> None:
    """Let the rows of a table that never change take a new column."""
    base = op.get_bind()
    names = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
    if base.dialect.name == "postgresql":
        owned = f"tgrelid = '{table}'::regclass AND NOT tgisinternal"
        names = f"SELECT tgname || ' ON {table}' FROM pg_trigger WHERE {owned}"
    for name in base.exec_driver_sql(names).scalars().all():
        base.exec_driver_sql(f"DROP TRIGGER {name}")


WAIVER_KEY = ("contract", "entry_number", "rank")
WAIVER_WORDS = ("rule", "required", "motive", "convention", "action", "line")
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
WAIVER_FORMS = {"ordre_de_paiement": _ORDERS, "programmation": _GRANTS}


def rule_waivers() -> None:
    """Rules put aside as rows, which never change; those that older acts tell without a doubt are written too.

    An act told a rule put aside at the head of its motive, in words that the program chose; the reason typed
    follows. The words of one rule end in a parenthesis, and an order against two rules repeats the same reason:
    nothing else is read.
    """
    op.create_table(
        "rule_waiver",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in WAIVER_WORDS),
        sa.PrimaryKeyConstraint(*WAIVER_KEY, name="pk_rule_waiver"),
        sa.ForeignKeyConstraint(
            ["contract", "entry_number"], ["entry.contract", "entry.sequence"], name="fk_rule_waiver_entry"
        ),
        sa.CheckConstraint("motive <> ''", name="ck_rule_waiver_has_a_motive"),
        sqlite_strict=True,
    )
    _write_waivers_told()


def _write_waivers_told() -> None:
    entries = "SELECT contract, sequence, kind, motive FROM entry WHERE motive <> '' ORDER BY contract, sequence"
    rows = [
        dict(zip((*WAIVER_KEY, *WAIVER_WORDS), (contract, number, rank, *words, "", "", ""), strict=True))
        for contract, number, kind, motive in op.get_bind().execute(sa.text(entries)).all()
        for rank, words in enumerate(waivers_told(kind, motive), start=1)
    ]
    columns = ", ".join((*WAIVER_KEY, *WAIVER_WORDS))
    marks = ", ".join(f":{name}" for name in (*WAIVER_KEY, *WAIVER_WORDS))
    if rows:
        op.get_bind().execute(sa.text(f"INSERT INTO rule_waiver ({columns}) VALUES ({marks})"), rows)


def waivers_told(kind: str, motive: str) -> Iterator[tuple[str, str, str]]:
    """Rule, what it required and why it was put aside, for each rule."""
    for form in WAIVER_FORMS.get(kind, ()):
        if (found := form.fullmatch(motive)) is not None:
            parts = found.groupdict()
            for name in ("late", "missing", "ceiling"):
                if parts.get(name):
                    yield parts.get("rule") or "", parts[name], parts["why"]
            return


def whole_cost() -> None:
    """What an action cost in all, beside its eligible cost: other receipts are taken off it."""
    # Empty for the bilans settled before, whose final amount rests on the eligible cost.
    op.add_column("bilan", sa.Column("whole_cost", BIG))


ENTRY, UNDOING = "entry_number", "reversal_number"
NUMBERS = {
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


def entry_numbers() -> None:
    """Each act's row knows the number of its entry, and of the one that undid it.

    What is collected on a titre is a row.

    Rows of older bases are tied to the book where one entry, and one only, can be theirs: the same kind, and
    the whole reference that the program wrote then, alone or followed by (2), (3)… when the act had been undone
    and written again. What cannot be tied keeps no number: the audit says so.
    """
    for table, columns in NUMBERS.items():
        for column in columns:
            op.add_column(table, sa.Column(column, BIG))
    _collections_and_scenarios()
    base = op.get_bind()
    for table in ("avenant", "direct_grant"):
        _drop_guards(table)
    for contract in base.execute(sa.text("SELECT code FROM contract ORDER BY code")).scalars().all():
        _Ties(base, contract).write()


def _collections_and_scenarios() -> None:
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
        if column == ENTRY and UNDOING in NUMBERS[table]:
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


def partner_lines() -> None:
    """What a partner's line says beside its values.

    Which file said it, who sent it, and whether a later one dropped it.
    """
    op.add_column("partner_row", sa.Column("unread", sa.Text, nullable=False, server_default="{}"))
    op.add_column("partner_row", sa.Column("file", BIG))
    op.add_column("partner_row", sa.Column("sender", sa.Text, nullable=False, server_default=""))
    op.add_column("partner_row", sa.Column("gone", FLAG, nullable=False, server_default=sa.false()))


CORRECTION_KEY = ("contract", "reversal_number")
CORRECTIONS_TOLD = """INSERT INTO correction (contract, reversal_number, right_number)
    SELECT undoing.contract, undoing.sequence, redone.sequence FROM entry undoing
    JOIN entry redone ON redone.contract = undoing.contract AND redone.sequence = undoing.sequence + 1
    WHERE undoing.reverses IS NOT NULL AND redone.motive =
        'Correction de l''écriture ' || CAST(undoing.reverses AS TEXT) || ' : ' || undoing.motive"""


def corrections() -> None:
    """What corrects what: the entry undone, the one that undid it, the one written in its place, as a row.

    Older corrections said it in the motive of the entry written next: those whose whole motive is that of the
    reversal, after the words the program put before it, are written too.
    """
    op.create_table(
        "correction",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("reversal_number", BIG, nullable=False),
        sa.Column("right_number", BIG, nullable=False),
        sa.PrimaryKeyConstraint(*CORRECTION_KEY, name="pk_correction"),
        *(
            sa.ForeignKeyConstraint(
                ["contract", f"{name}_number"], ["entry.contract", "entry.sequence"], name=f"fk_correction_{name}"
            )
            for name in ("reversal", "right")
        ),
        sqlite_strict=True,
    )
    op.execute(sa.text(CORRECTIONS_TOLD.replace(":", r"\:")))


FINANCEURS = {
    "ETAT": "etat",
    "REGION": "region",
    "CAPH": "epci",
    "CAVM": "epci",
    "COMMUNES": "commune",
    "ANRU": "etablissement_public",
    "CDC": "etablissement_public",
    "EUROPE": "union_europeenne",
    "DEPARTEMENT": "departement",
    "ARS": "etablissement_public",
}
PUBLIC_SHARES = "('PART-PUBLIQUE-COMMUNE-INVESTISSEMENT', 'PART-PUBLIQUE-EPCI-INVESTISSEMENT')"


def statuts() -> None:
    """The statut juridique of porteurs and financeurs.

    The share of a maître d'ouvrage is taken of public financing.

    A statut is filled where the type, or the financeur itself, tells it; that of a bailleur, of an "autre", of
    the Caf and of the CPAM stays empty: it is asked. The two rules of CGCT L1111-10 III shipped before, where
    nobody changed them, are superseded by the same rule on its own base.
    """
    op.add_column("porteur", sa.Column("statut", sa.Text))
    op.add_column("financeur", sa.Column("statut", sa.Text))
    op.add_column("action", sa.Column("own_share", sa.Text))
    op.execute("UPDATE porteur SET statut = kind WHERE kind NOT IN ('bailleur', 'autre')")
    for code, statut in FINANCEURS.items():
        op.execute(
            sa.text("UPDATE financeur SET statut = :statut WHERE code = :code").bindparams(statut=statut, code=code)
        )
    op.execute(
        f"""INSERT INTO rule_version (contract, id, code, kind, scope, figures, label, first_day, last_day, source_text,
            source_article, source_link, to_confirm, verified_on, entered_by, recorded_at, supersedes)
        SELECT held.contract,
            (SELECT max(id) FROM rule_version AS every WHERE every.contract = held.contract)
            + (SELECT count(*) FROM rule_version AS before WHERE before.contract = held.contract
                AND before.code IN {PUBLIC_SHARES} AND before.id <= held.id),
            held.code, 'part_porteur', held.scope, '{{"assiette":"public","taux":"1/5"}}', held.label, held.first_day,
            held.last_day, held.source_text, held.source_article, held.source_link, held.to_confirm, held.verified_on,
            held.entered_by, held.recorded_at, held.id
        FROM rule_version AS held
        WHERE held.code IN {PUBLIC_SHARES} AND held.kind = 'plafond_part_publique' AND held.figures = '{{"taux":"4/5"}}'
            AND NOT EXISTS (SELECT 1 FROM rule_version AS later
                WHERE later.contract = held.contract AND later.supersedes = held.id)"""
    )


def row_changes() -> None:
    """What each act does to the rows of business, and from which day: so that a past day can be read again.

    Append-only.
    """
    op.create_table(
        "row_change",
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("act", BIG, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("row_key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("effect_on", DAY, nullable=False),
        sa.Column("dated", FLAG, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("recorded_at", "act", "rank", name="pk_row_change"),
        sa.CheckConstraint("kind IN ('insert', 'update', 'delete')", name="ck_row_change_kind"),
        sa.CheckConstraint("(before IS NULL) = (kind = 'insert')", name="ck_row_change_before"),
        sqlite_strict=True,
    )
    op.create_index("ix_row_change_effect_on", "row_change", ["effect_on"])
    op.create_index("ix_row_change_row", "row_change", ["table_name", "row_key"])
    op.create_index("ix_row_change_dated", "row_change", ["dated", "recorded_at"])


DOCUMENTS, DOCUMENT_KEY = "kept_document", ("contract", "kind", "key", "rank")


def kept_documents() -> None:
    """What documents said at their act; append-only."""
    op.create_table(
        DOCUMENTS,
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("act_on", DAY, nullable=False),
        sa.Column("entry_number", BIG),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(*DOCUMENT_KEY, name="pk_kept_document"),
        sa.ForeignKeyConstraint(["contract"], ["contract.code"], name="fk_kept_document_contract_contract"),
        sa.CheckConstraint("rank >= 1", name="ck_kept_document_rank_from_one"),
        sqlite_strict=True,
    )


LINES = (
    ("CDC-PRETS", "CDC-INGENIERIE", "Prêts de la Caisse des dépôts", "fonds_propres", "qpv|veille|hors", "§5.5.6"),
    (
        *("ETAT-PDV-FONJEP", "ETAT-FONJEP", "Politique de la ville - postes FONJEP (programme 147)"),
        *("specifique", "qpv", "ANCT (postes 2020-2023)"),
    ),
)
ADD_LINE = """INSERT INTO credit_line (code, financeur, label, nature, territories, source, rank)
SELECT :code, financeur, :label, :nature, :territories, :source, (SELECT MAX(rank) + 1 FROM credit_line)
FROM credit_line WHERE code = :beside AND NOT EXISTS (SELECT 1 FROM credit_line WHERE code = :code)"""


def two_lines() -> None:
    """Credit lines that the text tells apart: loans of the Caisse des dépôts.

    Fonjep posts of the programme 147.

    Where the shipped lines are. What was written under CDC-INGENIERIE or ETAT-FONJEP stays there, as it was
    decided.
    """
    for code, beside, label, nature, territories, source in LINES:
        line = {"code": code, "label": label, "nature": nature, "territories": territories, "source": source}
        op.get_bind().execute(sa.text(ADD_LINE), {**line, "beside": beside})


FATES_BEFORE = (
    "fate IN ('annuler', 'rendre', 'reporter', 'rattacher', 'reporter_disponible', 'tranche', 'recouvrer', 'compenser')"
)
FATES_AFTER = FATES_BEFORE.removesuffix(")") + ", 'constater', 'lever', 'garder', 'bloquer')"
WIDENED = ("closing_remainder", "closing_decision")


def whose_money() -> None:
    """Whose money it is: what financeurs take back themselves, what a managing authority programmed; more fates."""
    _recoveries_and_authority()
    if op.get_bind().dialect.name == "sqlite":
        _widen_sqlite()
        return
    for table in WIDENED:
        op.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_fate"))
        op.execute(sa.text(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_fate CHECK ({FATES_AFTER})"))


def _widen_sqlite() -> None:
    """As revision 0020: the words of the CHECK are changed where they stand; nothing stored changes."""
    base = op.get_bind()
    version = base.exec_driver_sql("PRAGMA schema_version").scalar_one()
    base.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = [
        base.exec_driver_sql(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND instr(sql, ?)",
            (FATES_BEFORE, FATES_AFTER, table, FATES_BEFORE),
        ).rowcount
        for table in WIDENED
    ]
    base.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    base.exec_driver_sql("PRAGMA writable_schema=RESET")
    if changed != [1, 1]:
        raise RuntimeError("the CHECKs on fates are not those that revision 0020 wrote")


def _recoveries_and_authority() -> None:
    op.create_table(
        "financeur_recovery",
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("convention", sa.Text, nullable=False),
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
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("entry_number", BIG, nullable=False),
        sa.Column("reversal_number", BIG),
        sa.Column("undone_on", DAY),
        sa.PrimaryKeyConstraint("contract", "action", "line", "rank", name="pk_authority_programming"),
        sa.ForeignKeyConstraint(
            ["contract", "action"], ["action.contract", "action.number"], name="fk_authority_programming_action"
        ),
        sa.ForeignKeyConstraint(["line"], ["credit_line.code"], name="fk_authority_programming_line_credit_line"),
        sa.UniqueConstraint("contract", "entry_number", name="uq_authority_programming_contract_entry_number"),
        sa.CheckConstraint("amount <> 0", name="ck_authority_programming_amount_not_zero"),
        sa.CheckConstraint("(undone_on IS NULL) = (reversal_number IS NULL)", name="ck_authority_programming_undone"),
        sqlite_strict=True,
    )


def action_bilans() -> None:
    """A bilan says what no convention of the book pays of its other funding.

    Financeurs decide what they finally pay.
    """
    op.add_column("bilan", sa.Column("outside_funding", BIG))
    op.create_table(
        "final_decision",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("contract", "convention", "action", "line")),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
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


def reduced_mandats() -> None:
    """What of a titre reduces the mandats of its own exercice.

    Titres issued before keep the account they were given.
    """
    op.add_column("titre", sa.Column("reduced", BIG, nullable=False, server_default="0"))


STEPS = {
    "0024": rule_waivers,
    "0025": whole_cost,
    "0026": entry_numbers,
    "0027": partner_lines,
    "0028": corrections,
    "0029": statuts,
    "0030": row_changes,
    "0031": kept_documents,
    "0032": two_lines,
    "0033": whose_money,
    "0034": action_bilans,
    "0035": reduced_mandats,
}
