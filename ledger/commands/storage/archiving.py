"""The archive of a contract, made beside its place: refused while the contract goes on, moved there once verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ledger.commands.declaring.contract_day import today_in
from ledger.commands.declaring.retrying import note_made
from ledger.commands.outcome import Outcome
from ledger.commands.storage.inspection import HEADS
from ledger.core.errors import FileInTheWay, LedgerError
from ledger.core.field import Field, Kind
from ledger.core.period import french_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from ledger.storage.archive import WrittenArchive

ARCHIVE = (
    Field(
        "contrat", "contrat", Kind.CODE, help="Le code du contrat.", placeholder="CODE", offers="contrats", since="0.2"
    ),
    Field("dossier", "dossier", Kind.PATH, help="Le dossier à créer.", placeholder="DOSSIER", since="0.2"),
    Field("exercices_ouverts", "exercices ouverts", Kind.ORDINAL, many=True, since="0.2"),
    *(each.but(since="0.2") for each in HEADS[:2]),
)


class ContractNotFinished(LedgerError):
    """An archive of a contract some of whose exercices are open."""

    code = "exercices_ouverts"


def archive_contract(session: Session, code: str, folder: Path, *, with_open_years: bool) -> Outcome:
    """Write the archive of this contract there; what was written.

    raises: NotFound, ContractNotFinished, FileInTheWay, FileNotWritten, ArchiveNotSound.
    """
    from ledger.journal.exercices import exercices
    from ledger.referential.contracts import read_contract
    from ledger.storage.archive import write_archive
    from ledger.storage.delivered_files import cannot_be_written
    from ledger.storage.session import acting_for
    from ledger.storage.whole_files import made_whole_folder

    contract = read_contract(session, code).contract
    with acting_for(session, contract.code):
        years = [each.year for each in exercices(session) if each.closed_on is None]
    if years and not with_open_years:
        raise _not_finished(contract.code, years)
    _check_free(folder)
    words = _words(contract.code, contract.name, french_day(today_in(contract.time_zone)), years)
    try:
        with made_whole_folder(folder) as draft:
            draft.chmod(0o700)
            written = write_archive(session, contract.code, draft, words)
    except OSError as trouble:
        raise cannot_be_written(folder, trouble) from None
    note_made()
    return _outcome(contract.code, folder, written, years)


def _not_finished(code: str, years: Sequence[int]) -> ContractNotFinished:
    listed = ", ".join(map(str, years))
    return ContractNotFinished(
        f"Le contrat {code} n'est pas terminé : exercices ouverts, {listed}.",
        f"Clôturez-les (cofiville cloture executer {years[0]}), ou archivez-le tel quel : --exercices-ouverts",
    )


def _check_free(folder: Path) -> None:
    """Nothing where this folder can be made. raises: FileInTheWay."""
    if folder.is_symlink():
        raise FileInTheWay(str(folder), "c'est un lien", replaceable=False)
    if folder.exists() and not folder.is_dir():
        raise FileInTheWay(str(folder), "ce n'est pas un dossier", replaceable=False)
    if folder.exists() and any(folder.iterdir()):
        raise FileInTheWay(str(folder), "ce dossier n'est pas vide", replaceable=False)


def _words(code: str, name: str, day: str, years: Sequence[int]) -> list[str]:
    from ledger import __version__
    from ledger.storage.schema import program_revision

    words = [
        f"ARCHIVE DU CONTRAT {code} : {name}",
        f"Écrite le {day} par Cofiville {__version__} (base en version {program_revision()}).",
    ]
    if years:
        words.append(f"Exercices encore ouverts ce jour-là : {', '.join(map(str, years))}.")
    return words


def _outcome(code: str, folder: Path, written: WrittenArchive, years: list[int]) -> Outcome:
    from ledger.storage.archive import VERIFIER

    entries, seal = written.book
    row = {
        "contrat": code,
        "dossier": str(folder),
        "exercices_ouverts": years,
        "ecritures": entries,
        "sceau": seal,
    }
    said = (
        f"Archive écrite dans {folder} : {written.tables} tables, {written.rows} lignes, vérifiée.",
        f"{code} : {entries} écritures, sceau {entries}:{seal}",
        f"Pour la vérifier plus tard, sans Cofiville : python3 {folder / VERIFIER} {folder}",
    )
    return Outcome(row, said)
