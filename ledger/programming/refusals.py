"""The refusals of programming."""

from __future__ import annotations

from ledger.core.errors import LedgerError


class ProgrammeRefused(LedgerError):
    """The action or the appel cannot be recorded as asked."""

    code = "programmation_refusee"


class AppelClosed(ProgrammeRefused):
    """A deposit outside the days of its appel."""

    code = "appel_clos"
