"""The example years 2016 and 2026, labelled so in every output: fictitious amounts and headcounts, as CSV files.

Its réussite éducative actions are the worked case DRE-2016 (§5.2.5), its arrondissement action the case
30 540 : 35 260 (§5.4.3.3); enveloppes follow the orders of magnitude of §5.5.1 and §2.1.2. 2026 is of a second
contract, on the QPV of 2024, with axes of its own; the State takes back what one department saw taken back in 2025.
"""

from __future__ import annotations

import csv
from pathlib import Path

FOLDER = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one CSV file of the example ("actions_2016.csv"), as text."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
