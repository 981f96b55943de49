"""A worksheet whose formulas are written as they are given."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class OwnFormulas(Worksheet):  # type: ignore[misc]
    """Spares some thirty searches a formula for functions newer than 2010: ours use none.

    Should the library stop calling this, formulas are the same and writing them is slower.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")
