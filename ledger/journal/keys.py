"""What identifies an account: its position, line, year, convention and action."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple


class Position(StrEnum):
    """Where money stands; docs/integrity.md says what enters and leaves each."""

    NOTIFIE = "NOTIFIE"
    REPORT_ENTRANT = "REPORT_ENTRANT"
    DISPONIBLE = "DISPONIBLE"
    BLOQUE = "BLOQUE"
    PROGRAMME = "PROGRAMME"
    ENGAGE = "ENGAGE"
    ORDONNE = "ORDONNE"
    VERSE = "VERSE"
    A_RECOUVRER = "A_RECOUVRER"
    ANNULE = "ANNULE"
    REPORTE = "REPORTE"
    RENDU = "RENDU"
    RESERVE_LEVEE = "RESERVE_LEVEE"
    DROIT_ACQUIS = "DROIT_ACQUIS"
    A_RECEVOIR = "A_RECEVOIR"
    DETENU = "DETENU"
    AVANCE = "AVANCE"
    REVERSE = "REVERSE"
    DROIT_PERDU = "DROIT_PERDU"
    A_RENDRE = "A_RENDRE"
    TRESOR = "TRESOR"
    A_TITRER = "A_TITRER"
    A_ENCAISSER = "A_ENCAISSER"
    TITRE = "TITRE"

    # An Enum hashes its name in Python; keys are hashed at every act.
    __hash__ = str.__hash__

    @property
    def side(self) -> str:
        """ "C" for sources and debts, "D" for everything else: the side its balance stands on."""
        return "C" if self in CREDIT_SIDE else "D"


CREDIT_SIDE = frozenset(
    {
        Position.NOTIFIE,
        Position.REPORT_ENTRANT,
        Position.DROIT_ACQUIS,
        Position.AVANCE,
        Position.A_RENDRE,
        Position.A_TITRER,
        Position.TITRE,
    }
)


POSITIONS = {position.value: position for position in Position}


class AccountKey(NamedTuple):
    """The natural key of an account inside its contract."""

    position: Position
    line: str
    year: int
    convention: str = ""
    action: str = ""

    def text(self) -> str:
        """The key as users and seals read it: "ENGAGE ETAT-PDV-DRE 2016 C2016-001 2016-014"."""
        return " ".join(
            part for part in (self.position, self.line, str(self.year), self.convention, self.action) if part
        )

    def key_text(self) -> str:
        """The five parts, separated by a character that no code holds: what is hashed."""
        return f"{self.position.value}\x1f{self.line}\x1f{self.year}\x1f{self.convention}\x1f{self.action}"

    def account_id(self) -> int:
        """The first 63 bits of the SHA-256 of the key: the same id in every copy of the base."""
        return int.from_bytes(sha256(self.key_text().encode()).digest()[:8], "big") >> 1
