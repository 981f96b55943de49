"""What people read of each kind of grant stays what it was, word for word, and adds up."""

from __future__ import annotations

import pytest

from ledger.allocation.engine.share_lines import SharedLines
from ledger.core.money import total
from tests.allocation.explanations import KEPT, cases, page


def test_explanations_read_as_they_were_read_again() -> None:
    how = "read the difference, then: python -m tests.allocation.explanations"
    assert page() == KEPT.read_text(encoding="utf-8"), how


@pytest.mark.parametrize(("title", "outcome"), list(cases()), ids=[title for title, _ in cases()])
def test_steps_sum_to_the_grant_and_reductions_to_what_was_not_granted(title: str, outcome: SharedLines) -> None:
    for grant in outcome.grants():
        assert total(step.amount for step in grant.steps) == grant.granted, title
        assert total(step.reduction for step in grant.steps) == grant.requested - grant.granted, title
        for step in grant.steps:
            assert not step.steps or total(each.amount for each in step.steps) == step.amount
