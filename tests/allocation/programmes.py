"""Small programmes drawn at random, as the engine shares them: lines in turn, requests, one cap by action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from ledger.allocation.engine.sharing import Asking, SharedLine, allocate_cents


@dataclass(frozen=True)
class Programme:
    """Lines with what they hold, what each action asks of each (0 for nothing), what all lines may give it in all."""

    held: tuple[int, ...]
    asked: tuple[tuple[int, ...], ...]
    caps: tuple[int, ...]

    @property
    def askings(self) -> list[Asking]:
        """The programme as the engine takes it."""
        lines = []
        for line, held in enumerate(self.held):
            places = [place for place, amounts in enumerate(self.asked) if amounts[line]]
            lines.append(Asking(held, places, [self.asked[place][line] for place in places], (0,)))
        return lines

    def shared(self) -> list[SharedLine]:
        """The programme shared line after line."""
        return allocate_cents(self.askings, [list(self.caps)])

    def grants(self) -> list[list[int]]:
        """By action then line, in cents."""
        found = [[0] * len(self.held) for _ in self.asked]
        for line, (asking, shared) in enumerate(zip(self.askings, self.shared(), strict=True)):
            for place, grant in zip(asking.places, shared.grants, strict=True):
                found[place][line] = grant
        return found

    def totals(self) -> list[int]:
        """By action, in cents."""
        return [sum(amounts) for amounts in self.grants()]

    def with_held(self, held: Sequence[int]) -> Programme:
        """The same with other enveloppes."""
        return replace(self, held=tuple(held))

    def without(self, place: int) -> Programme:
        """The same without an action: it asks nothing, the others keep their place."""
        nothing = tuple(0 for _ in self.held)
        return replace(self, asked=(*self.asked[:place], nothing, *self.asked[place + 1 :]))

    def times(self, factor: int) -> Programme:
        """The same, every amount multiplied."""
        return Programme(
            tuple(factor * held for held in self.held),
            tuple(tuple(factor * amount for amount in amounts) for amounts in self.asked),
            tuple(factor * cap for cap in self.caps),
        )


@st.composite
def programmes(draw: st.DrawFn, most: int = 10_000, actions: int = 6) -> Programme:
    """One to four lines, one action or more."""
    lines = draw(st.integers(1, 4))
    amounts = st.integers(0, most)
    asked = draw(
        st.lists(st.tuples(*[st.one_of(st.just(0), amounts)] * lines), min_size=1, max_size=actions).map(tuple)
    )
    caps = tuple(draw(st.integers(0, sum(amounts) or 1)) for amounts in asked)
    held = draw(st.tuples(*[st.integers(0, most * len(asked))] * lines))
    return Programme(held, asked, caps)
