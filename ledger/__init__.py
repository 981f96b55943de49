"""Cofiville: the ledger and grant-allocation engine of a Contrat de ville."""

__version__ = "0.1.0"
