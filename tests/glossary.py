"""The glossary of figures written again from their catalogue: python -m tests.glossary (make glossaire)."""

from __future__ import annotations

from ledger.reports.figures.catalogue import glossary
from tests.bases import ROOT

GLOSSARY = ROOT / "docs" / "glossaire.md"

if __name__ == "__main__":
    GLOSSARY.write_text(glossary(), encoding="utf-8")
