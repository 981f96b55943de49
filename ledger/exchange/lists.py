"""The lists that drop-downs offer: credit lines, financeurs, territories, objectives of the référentiel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Lists: TypeAlias = Mapping[str, Sequence[tuple[str, str]]]
