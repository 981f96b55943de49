#!/usr/bin/env python3
"""Vérifie le sceau d'une base Cofiville en fichier, d'une sauvegarde ou d'une archive, sans Cofiville.

    python3 verifier_sceau.py CHEMIN [--sceau SCEAU]

CHEMIN : le fichier d'une base, ou le dossier d'une archive. SCEAU : un sceau gardé ailleurs (123:ab12…), ou un fichier
de texte qui en porte. Se termine par 0 si tout correspond, 1 si quelque chose a été changé, 2 si rien n'a pu être lu.

Ce qui est vérifié est écrit dans sceau.md. Ce fichier n'a besoin que de Python 3.9 ou plus récent : rien n'est
installé, rien n'est écrit, aucun réseau n'est utilisé.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

GENESIS = "0" * 64
LONGEST = 4096
SHARED = ""
BOOK = ("account", "chain_head", "entry", "transfer", "sealed_act")
COUNTED = ("month_known", "month_total")
SALTS = {"attached_file": {"name": "salt", "content": "salt"}, "personal_datum": {"value": "salt"}}
WITHHELD = "_empreinte"
CREDIT_SIDE = ("NOTIFIE", "REPORT_ENTRANT", "DROIT_ACQUIS", "AVANCE", "A_RENDRE", "A_TITRER", "TITRE")
MOST_TOLD = 50

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}\+00:00")
ANCHOR = re.compile(r"\b(\d+):([0-9a-f]{12,64})|\"sceau\": *\"()([0-9a-f]{64})\"")
CELL = re.compile(r'("[^"]*(?:""[^"]*)*"|[^",\r\n]*)(,|\r\n|\Z)')

Row = List[Any]
Key = Tuple[Any, ...]


class Unreadable(Exception):
    """What was given cannot be read at all."""


class Finding(NamedTuple):
    """Something that does not hold: in which chain ("" for rows that contracts share), a code, what, a sentence."""

    chain: str
    code: str
    subject: str
    message: str


class Table(NamedTuple):
    """A table as it stands: its columns, those of its key, its rows (text, whole numbers, bytes, None)."""

    columns: List[str]
    key: List[str]
    rows: List[Row]

    def dicts(self) -> Iterator[Dict[str, Any]]:
        """Each row by column."""
        return (dict(zip(self.columns, row)) for row in self.rows)


class Verdict(NamedTuple):
    """What was found, the seals recomputed by chain of entries and of acts, and how many rows were compared."""

    findings: List[Finding]
    books: Dict[str, Dict[int, str]]
    acts: Dict[str, Dict[int, str]]
    rows: int


# ---------------------------------------------------------------------------------------------------------- reading


def read_base(path: Path) -> Dict[str, Table]:
    """Every table of a SQLite file, which is not written. raises: Unreadable."""
    try:
        base = sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)
        base.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        tables = {}
        for name in names:
            if not name.startswith("sqlite_"):
                columns = base.execute('PRAGMA table_info("%s")' % name).fetchall()
                key = [each[1] for each in sorted(columns, key=lambda each: each[5]) if each[5]]
                rows = [list(row) for row in base.execute('SELECT * FROM "%s"' % name)]
                tables[name] = Table([each[1] for each in columns], key, rows)
        base.close()
    except sqlite3.Error as error:
        raise Unreadable("« %s » n'est pas une base lisible (%s)." % (path, error)) from error
    if "sealed_act" not in tables:
        raise Unreadable("« %s » n'a pas d'actes scellés : ce n'est pas une base de cette version." % path)
    return tables


def read_csv(text: str) -> List[Row]:
    """The rows of a CSV: a cell in quotes is text, an empty one is nothing, 0x… is bytes, the others whole numbers."""
    rows: List[Row] = []
    row: Row = []
    place = 0
    while place < len(text):
        found = CELL.match(text, place)
        if found is None:
            raise Unreadable("cellule illisible au caractère %d" % place)
        row.append(cell_value(found.group(1)))
        place = found.end()
        if found.group(2) != ",":
            rows.append(row)
            row = []
    return rows


def cell_value(cell: str) -> Any:
    """What a cell holds."""
    if cell.startswith('"'):
        return cell[1:-1].replace('""', '"')
    if not cell:
        return None
    try:
        return bytes.fromhex(cell[2:]) if cell.startswith("0x") else int(cell)
    except ValueError:
        raise Unreadable("« %s » n'est ni un texte entre guillemets, ni un nombre entier" % cell[:40]) from None


def csv_table(content: bytes, key: str) -> Table:
    """A table read from a CSV. key: the columns of its key. raises: Unreadable, ValueError."""
    columns, *rows = read_csv(content.decode("utf-8"))
    if any(len(row) != len(columns) for row in rows) or not set(key.split()) <= set(columns):
        raise Unreadable("une ligne n'a pas autant de cellules que de colonnes")
    return Table(columns, key.split(), rows)


def read_archive(folder: Path, findings: List[Finding]) -> Dict[str, Table]:
    """Every table of an archive; what its table of contents does not confirm is told. raises: Unreadable."""
    try:
        contents = (folder / "sommaire.csv").read_bytes()
        first = (folder / "LISEZMOI.txt").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable("« %s » n'est pas une archive lisible (%s)." % (folder, error)) from error
    if sha256(contents).hexdigest() not in first:
        findings.append(Finding(SHARED, "fichier_altere", "sommaire.csv", "Son empreinte n'est pas dans LISEZMOI.txt."))
    heading, *listed = read_csv(contents.decode("utf-8"))
    tables = {}
    known = {"sommaire.csv", "LISEZMOI.txt"}
    for each in (dict(zip(heading, row)) for row in listed):
        name = each["fichier"]
        known.add(name)
        try:
            content = (folder / name).read_bytes()
        except OSError:
            findings.append(Finding(SHARED, "fichier_absent", name, "Ce fichier du sommaire n'est pas là."))
            continue
        if sha256(content).hexdigest() != each["sha256"]:
            findings.append(Finding(SHARED, "fichier_altere", name, "Son empreinte n'est pas celle du sommaire."))
        if each["table"]:
            try:
                tables[each["table"]] = csv_table(content, each["cle"])
            except (Unreadable, ValueError) as trouble:
                findings.append(Finding(SHARED, "fichier_altere", name, "Ce fichier ne se lit plus : %s." % trouble))
    for found in sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()):
        if found not in known and "__pycache__" not in found:
            findings.append(Finding(SHARED, "fichier_ajoute", found, "Ce fichier n'est pas dans le sommaire."))
    return tables


# --------------------------------------------------------------------------------------------------- canonical texts


def canonical(*fields: str) -> str:
    """Each field preceded by its length in characters and a colon."""
    return "".join(["%d:%s" % (len(field), field) for field in fields])


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def said(value: Any) -> Any:
    """A stored value as an act says it."""
    if isinstance(value, str) and len(value) > LONGEST:
        return ["sha256", digest(value)]
    return ["sha256", sha256(value).hexdigest()] if isinstance(value, bytes) else value


def as_said(name: str, table: Table) -> Tuple[List[str], Iterator[Row]]:
    """The columns of a table that acts say (no salt), and its rows as they say them (digests of what may be erased)."""
    salts = SALTS.get(name, {})
    columns = [each for each in table.columns if each not in salts.values()]
    plain = [each[: -len(WITHHELD)] if each.endswith(WITHHELD) else each for each in columns]

    def shown(row: Row) -> Row:
        values = dict(zip(table.columns, row))
        for column, salt in salts.items():
            if column in values and values[column] is not None:
                values[column] = ["salted", digest(canonical(values[salt] or "", values[column]))]
            elif values.get(column + WITHHELD) is not None:
                values[column + WITHHELD] = ["salted", values[column + WITHHELD]]
        return [said(values[each]) for each in columns]

    return plain, (shown(row) for row in table.rows)


def account_key(account: Dict[str, Any]) -> Optional[str]:
    """The five parts of the key of an account; None when they are not those of its number and side."""
    parts = [account[name] for name in ("position", "line", "year", "convention", "action")]
    key = "\x1f".join(map(str, parts))
    number = int.from_bytes(sha256(key.encode("utf-8", "surrogateescape")).digest()[:8], "big") >> 1
    side = "C" if account["position"] in CREDIT_SIDE else "D"
    return key if (number, side) == (account["id"], account["side"]) else None


def entry_seal(previous: str, entry: Dict[str, Any], moves: Sequence[Tuple[str, str, int]]) -> Optional[str]:
    """The seal an entry should have; None when its day or its instant can no longer be read."""
    if not (DAY.fullmatch(entry["effect_on"]) and INSTANT.fullmatch(entry["recorded_at"])):
        return None
    role = entry["database_role"]
    fields = [
        "cofiville-entry-2" if role else "cofiville-entry-1",
        previous,
        str(entry["sequence"]),
        *(entry[name] for name in ("reference", "kind", "label", "piece", "motive", "effect_on")),
        "" if entry["reverses"] is None else str(entry["reverses"]),
        *(entry[name] for name in ("content_hash", "contract", "recorded_at", "agent", "command")),
        *([role] if role else []),
    ]
    return digest(
        canonical(*fields) + "".join([canonical(debit, credit, str(cents)) for debit, credit, cents in moves])
    )


def act_seal(previous: str, act: Dict[str, Any]) -> Optional[str]:
    """The seal an act should have; None when its instant can no longer be read."""
    if not INSTANT.fullmatch(act["recorded_at"]):
        return None
    names = (
        "contract",
        "number",
        "recorded_at",
        "agent",
        "command",
        "database_role",
        "entries",
        "entry_seal",
        "digest",
    )
    return digest(canonical("cofiville-act-1", previous, *(str(act[name]) for name in names)))


# ---------------------------------------------------------------------------------------------------------- the book


def by_contract(table: Table) -> Dict[str, List[Dict[str, Any]]]:
    """The rows of a table by contract."""
    found: Dict[str, List[Dict[str, Any]]] = {}
    for row in table.dicts():
        found.setdefault(row["contract"], []).append(row)
    return found


def verify_books(tables: Dict[str, Table], findings: List[Finding]) -> Dict[str, Dict[int, str]]:
    """The seal of each entry by contract and number, recomputed up to the first that does not hold."""
    of = {name: by_contract(tables[name]) for name in (*BOOK, *COUNTED) if name in tables}
    contracts = {row["code"] for row in tables["contract"].dicts()} if "contract" in tables else set()
    books = {}
    named = {row["contract"] for table in tables.values() if "contract" in table.columns for row in table.dicts()}
    for code in sorted({*contracts, *named} - {SHARED}):
        if code not in contracts:
            findings.append(Finding(code, "contrat_inconnu", code, "Des lignes sont à un contrat qui n'existe pas."))
        mine = {name: of.get(name, {}).get(code, []) for name in (*BOOK, *COUNTED)}
        books[code] = verify_book(code, mine, findings)
    return books


def verify_book(code: str, mine: Dict[str, List[Dict[str, Any]]], findings: List[Finding]) -> Dict[int, str]:
    """The same of one contract. mine: its rows of each table."""
    keys: Dict[int, str] = {}
    for account in mine["account"]:
        key = account_key(account)
        if key is None:
            subject = "compte %s" % account["id"]
            findings.append(Finding(code, "compte_altere", subject, "L'identité de ce compte a été modifiée."))
        else:
            keys[account["id"]] = key
    entries = sorted(mine["entry"], key=lambda each: each["sequence"])
    transfers = sorted(mine["transfer"], key=lambda each: (each["sequence"], each["rank"]))
    seals = verify_entries(code, entries, transfers, keys, findings)
    last = entries[-1] if entries else {"sequence": 0, "seal": GENESIS}
    head = mine["chain_head"][0] if mine["chain_head"] else {"sequence": 0, "seal": GENESIS}
    if (head["sequence"], head["seal"]) != (last["sequence"], last["seal"]):
        subject = "écriture %s" % head["sequence"]
        message = "Le sceau du livre n'est pas celui de sa dernière écriture."
        findings.append(Finding(code, "sceau_altere", subject, message))
    verify_totals(code, mine, transfers, findings)
    verify_months(code, mine, entries, transfers, findings)
    return seals


def verify_entries(
    code: str,
    entries: List[Dict[str, Any]],
    transfers: List[Dict[str, Any]],
    keys: Dict[int, str],
    findings: List[Finding],
) -> Dict[int, str]:
    """The seal of each entry by number, up to the first that does not hold."""
    moved: Dict[int, Optional[List[Tuple[str, str, int]]]] = {}
    for each in transfers:
        moves = moved.setdefault(each["sequence"], [])
        debit, credit = keys.get(each["debit_account"]), keys.get(each["credit_account"])
        if moves is None or debit is None or credit is None or each["rank"] != len(moves) + 1:
            moved[each["sequence"]] = None
        else:
            moves.append((debit, credit, each["amount"]))
    previous, number, holds, seals = GENESIS, 0, True, {}
    for entry in entries:
        number += 1
        subject = "écriture %s" % entry["sequence"]
        if entry["sequence"] != number:
            findings.append(Finding(code, "ecriture_manquante", "écriture %d" % number, "Cette écriture manque."))
            number, holds = entry["sequence"], False
        moves = moved.pop(number, [])
        if moves is None or entry_seal(previous, entry, moves) != entry["seal"]:
            findings.append(Finding(code, "ecriture_alteree", subject, "Elle ne correspond plus à son sceau."))
            holds = False
        previous = entry["seal"]
        if holds:
            seals[number] = previous
    for stray in moved:
        message = "Des mouvements n'appartiennent à aucune écriture."
        findings.append(Finding(code, "mouvement_sans_ecriture", "écriture %s" % stray, message))
    return seals


def verify_totals(
    code: str, mine: Dict[str, List[Dict[str, Any]]], transfers: List[Dict[str, Any]], findings: List[Finding]
) -> None:
    """Whether accounts say what their transfers add up to."""
    sums: Dict[int, List[int]] = {}
    for each in transfers:
        sums.setdefault(each["debit_account"], [0, 0])[0] += each["amount"]
        sums.setdefault(each["credit_account"], [0, 0])[1] += each["amount"]
    for account in mine["account"]:
        if [account["debit"], account["credit"]] != sums.pop(account["id"], [0, 0]):
            subject = "compte %s %s %s" % (account["position"], account["line"], account["year"])
            message = "Ses totaux ne sont pas ceux de ses mouvements."
            findings.append(Finding(code, "solde_altere", subject, message))
    for stranger in sorted(sums):
        message = "Un mouvement vise un compte qui n'existe pas."
        findings.append(Finding(code, "compte_manquant", "compte %s" % stranger, message))


def month_of(day: str) -> int:
    """The month of a day, as 201602."""
    return int(day[:4] + day[5:7])


def verify_months(
    code: str,
    mine: Dict[str, List[Dict[str, Any]]],
    entries: List[Dict[str, Any]],
    transfers: List[Dict[str, Any]],
    findings: List[Finding],
) -> None:
    """Whether months say what their transfers add up to, as far as they are counted."""
    known = mine["month_known"][0] if mine["month_known"] else {"sequence": 0, "recorded_until": None}
    counted = [each for each in entries if each["sequence"] <= known["sequence"]]
    months = {each["sequence"]: month_of(each["effect_on"]) for each in counted if DAY.fullmatch(each["effect_on"])}
    sums: Dict[Key, List[int]] = {}
    for each in transfers:
        if each["sequence"] in months:
            month = months[each["sequence"]]
            sums.setdefault((each["debit_account"], month), [0, 0])[0] += each["amount"]
            sums.setdefault((each["credit_account"], month), [0, 0])[1] += each["amount"]
    stored = {(each["account"], each["month"]): [each["debit"], each["credit"]] for each in mine["month_total"]}
    wrong = sorted({key[0] for key in {**sums, **stored} if sums.get(key) != stored.get(key)})
    if known["sequence"] and max((each["recorded_at"] for each in counted), default=None) != known["recorded_until"]:
        wrong.append(0)
    for account in wrong:
        message = "Ses totaux par mois ne sont pas ceux des écritures."
        findings.append(Finding(code, "mois_alteres", "compte %s" % account, message))


# ---------------------------------------------------------------------------------------------------------- the acts

SaidRows = Dict[str, Dict[Key, Dict[str, Any]]]


def verify_acts(
    tables: Dict[str, Table], books: Dict[str, Dict[int, str]], findings: List[Finding]
) -> Tuple[Dict[str, Dict[int, str]], SaidRows]:
    """The seal of each act by chain and number, up to the first that does not hold; every row that acts say."""
    stored = {(row["contract"], row["sequence"]): row["seal"] for row in tables["entry"].dicts()}
    acts = sorted(tables["sealed_act"].dicts(), key=lambda each: (each["contract"], each["number"]))
    heads: Dict[str, Tuple[int, str]] = dict.fromkeys((SHARED, *books), (0, GENESIS))
    seals: Dict[str, Dict[int, str]] = {code: {} for code in heads}
    rows: Dict[str, SaidRows] = {}
    broken = set()
    for act in acts:
        code, number = act["contract"], act["number"]
        last, previous = heads.get(code, (0, GENESIS))
        subject = "acte %s" % number
        wrong = []
        if number != last + 1:
            wrong.append(Finding(code, "acte_manquant", "acte %d" % (last + 1), "Cet acte manque."))
        text = act_text(act)
        if text is None or act_seal(previous, act) != act["seal"]:
            wrong.append(Finding(code, "acte_altere", subject, "Cet acte ne correspond plus à son sceau."))
        if act["entries"] and stored.get((code, act["entries"])) != act["entry_seal"]:
            message = "L'écriture %s du livre n'est plus celle que cet acte a trouvée." % act["entries"]
            wrong.append(Finding(code, "livre_autre", subject, message))
        heads[code] = (number, act["seal"])
        findings.extend(wrong)
        if wrong:
            broken.add(code)
        if code not in broken:
            seals.setdefault(code, {})[number] = act["seal"]
        if text is not None:
            try:
                replay(json.loads(text), tables, rows.setdefault(code, {}), code, findings)
            except (ValueError, KeyError, TypeError):
                findings.append(Finding(code, "acte_altere", subject, "Ce qu'il dit des lignes ne se lit plus."))
    return seals, merged(rows, findings)


def act_text(act: Dict[str, Any]) -> Optional[bytes]:
    """The canonical text of an act; None when it is not the one its digest says."""
    try:
        text = zlib.decompress(act["changes"])
    except (zlib.error, TypeError):
        return None
    return text if sha256(text).hexdigest() == act["digest"] else None


def replay(parts: List[Any], tables: Dict[str, Table], rows: SaidRows, code: str, findings: List[Finding]) -> None:
    """Do again, to the rows of one chain, what an act says was done."""
    if any(kind == "state" for kind, *_ in parts):
        rows.clear()
    for kind, name, columns, each in parts:
        if kind == "kept":
            continue
        mine = rows.setdefault(name, {})
        key_names = tables[name].key if name in tables else columns
        for values in each:
            if kind == "update":
                key = tuple(map(str, values[0]))
                row = mine.get(key)
                holds = row is not None and [row.get(column) for column in columns] == values[1]
                if row is not None:
                    row.update(zip(columns, values[2]))
            else:
                row = dict(zip(columns, values))
                key = key_of(row, key_names)
                holds = mine.pop(key, None) == (row if kind == "delete" else None)
                if kind != "delete":
                    mine[key] = row
            if not holds:
                findings.append(Finding(code, "acte_contredit", subject_of(name, key), "Des actes s'y contredisent."))


def key_of(row: Dict[str, Any], names: Sequence[str]) -> Key:
    """The key of a row; its parts as text."""
    return tuple([str(row[name]) for name in names])


def merged(rows: Dict[str, SaidRows], findings: List[Finding]) -> SaidRows:
    """The rows of every chain together."""
    whole: SaidRows = {}
    for code, said_rows in rows.items():
        for name, mine in said_rows.items():
            there = whole.setdefault(name, {})
            findings.extend(
                Finding(code, "acte_contredit", subject_of(name, key), "Deux chaînes disent cette ligne.")
                for key in mine
                if key in there
            )
            there.update(mine)
    return whole


def verify_rows(tables: Dict[str, Table], whole: SaidRows, findings: List[Finding]) -> int:
    """Compare every row of every covered table with what acts say; gives how many were."""
    compared = 0
    for name in sorted({*tables, *whole} - {*BOOK, *COUNTED, "alembic_version"}):
        expected = dict(whole.get(name, {}))
        if name not in tables:
            if expected:
                message = "Cette table, dont les actes disent %d lignes, n'est pas là." % len(expected)
                findings.append(Finding(SHARED, "table_absente", name, message))
            continue
        table = tables[name]
        columns, rows = as_said(name, table)
        found = []
        for row in rows:
            now = dict(zip(columns, row))
            key = key_of(now, table.key)
            was = expected.pop(key, None)
            compared += 1
            if was is None:
                found.append((key, "ligne_ajoutee", "Cette ligne a été ajoutée sans acte."))
            elif was != now:
                others = [each for each in {**was, **now} if was.get(each) != now.get(each) or each not in now]
                found.append((key, "ligne_alteree", "Changé sans acte : %s." % told(name, others, was, now)))
        found += [(key, "ligne_manquante", "Cette ligne a été supprimée sans acte.") for key in expected]
        for key, code, message in found[:MOST_TOLD]:
            findings.append(Finding(chain_of(table, key), code, subject_of(name, key), message))
        if len(found) > MOST_TOLD:
            message = "Et %d autres lignes de cette table." % (len(found) - MOST_TOLD)
            findings.append(Finding(SHARED, "lignes_alterees", name, message))
    return compared


def told(name: str, columns: Sequence[str], was: Dict[str, Any], now: Dict[str, Any]) -> str:
    """What columns held according to acts and hold now; of persons, the columns alone."""
    if name in SALTS:
        return ", ".join(columns)
    return " ; ".join(
        "%s : %s selon l'acte, %s ici" % (each, brief(was.get(each)), brief(now.get(each))) for each in columns
    )


def chain_of(table: Table, key: Key) -> str:
    """The contract of a row, "" for one that all share."""
    return str(key[0]) if key and table.key[0] == "contract" else SHARED


def subject_of(name: str, key: Key) -> str:
    """A row as it is named."""
    return "%s %s" % (name, " / ".join(map(brief, key)))


def brief(value: Any) -> str:
    """A value in a few characters that any screen can write."""
    if value is None:
        return "vide"
    text = "un texte long (%s…)" % value[1][:12] if isinstance(value, list) else str(value)
    text = text if len(text) <= 60 else text[:60] + "…"
    return "".join(each if each.isprintable() else "?" for each in text)


# --------------------------------------------------------------------------------------------------------- the whole


def verify(path: Path, anchors: Sequence[str] = ()) -> Verdict:
    """Verify a base or an archive. anchors: texts that hold seals (123:ab12…). raises: Unreadable."""
    findings: List[Finding] = []
    texts = list(anchors)
    if path.is_dir():
        tables = read_archive(path, findings)
        texts.append((path / "LISEZMOI.txt").read_text("utf-8"))
    else:
        tables = read_base(path)
    lacking = [name for name in BOOK if name not in tables]
    if lacking:
        findings.extend(Finding(SHARED, "table_absente", name, "Cette table n'est pas là.") for name in lacking)
        return Verdict(findings, {}, {}, 0)
    books = verify_books(tables, findings)
    acts, whole = verify_acts(tables, books, findings)
    rows = verify_rows(tables, whole, findings)
    chains = [*books.values(), *acts.values()]
    for text in texts:
        for one, two, _, three in ANCHOR.findall(text):
            number, seal = int(one or 0), two or three
            if not (any(holds(chain, number, seal) for chain in chains) or GENESIS.startswith(seal)):
                subject = "sceau %s:%s…" % (number or "", seal[:12])
                message = "Aucune chaîne ne porte ce sceau : la fin a été retirée ou tout a été réécrit."
                findings.append(Finding(SHARED, "sceau_absent", subject, message))
    return Verdict(findings, books, acts, rows)


def holds(chain: Dict[int, str], number: int, seal: str) -> bool:
    """Whether a chain has this seal, or one that begins so, at this place (0: anywhere)."""
    if number:
        return chain.get(number, "").startswith(seal)
    return any(each.startswith(seal) for each in chain.values())


def head_of(chain: Dict[int, str]) -> str:
    """The last link of a chain as it is printed."""
    return "%d:%s" % max(chain.items())


def kept_anchor(typed: str) -> str:
    """A text that holds the seal typed, or that of the file named."""
    kept = Path(typed)
    text = kept.read_text("utf-8", "replace") if kept.is_file() else typed.strip().lower()
    return '"sceau": "%s"' % text if re.fullmatch("[0-9a-f]{64}", text) else text


def main(words: Optional[Sequence[str]] = None) -> int:
    """Verify what is named on the command line, and say it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0], add_help=True)
    parser.add_argument(
        "chemin", type=Path, help="le fichier d'une base ou d'une sauvegarde, ou le dossier d'une archive"
    )
    parser.add_argument("--sceau", default="", help="un sceau gardé ailleurs, ou le fichier qui le porte")
    typed = parser.parse_args(words)
    if not typed.chemin.exists():
        print("« %s » n'existe pas." % typed.chemin, file=sys.stderr)
        return 2
    anchors = [kept_anchor(typed.sceau)] if typed.sceau else []
    if not all(map(ANCHOR.search, anchors)):
        print("« %s » ne porte aucun sceau (123:ab12…)." % typed.sceau, file=sys.stderr)
        return 2
    try:
        verdict = verify(typed.chemin, anchors)
    except Unreadable as trouble:
        print(trouble, file=sys.stderr)
        return 2
    for word, chains in (("écritures", verdict.books), ("actes", verdict.acts)):
        for code, chain in chains.items():
            if chain:
                print("%s : %d %s, sceau %s" % (code or "Lignes communes", len(chain), word, head_of(chain)))
    for each in verdict.findings:
        print("%s%s : %s (%s)" % (each.chain and each.chain + " ", each.subject, each.message, each.code))
    if verdict.findings:
        print("%d anomalie(s) : ce qui est là n'est pas ce que les sceaux disent." % len(verdict.findings))
        return 1
    print("Intact : %d lignes comparées, tous les sceaux recalculés." % verdict.rows)
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
