"""Who acts, on which contract, by which command: what the session knows of its user."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session


class Context(NamedTuple):
    """The contract whose book is open, the agent who acts and the command typed."""

    contract: str
    agent: str
    command: str


def context(session: Session) -> Context:
    """The context the commands layer put in `session.info`."""
    return Context(session.info["contract"], session.info["agent"], session.info["command"])


def present(session: Session) -> Session:
    """The session on the base as it stands, of which this one may show a past day; else this one.

    The chain of seals is only whole there. The commands layer puts it in `session.info`.
    """
    found: Session = session.info.get("present", session)
    return found


def known_at(session: Session) -> datetime | None:
    """The instant by which what is read of the book was recorded; None for all that is written.

    What we knew in March about January: the commands layer puts it in `session.info`.
    """
    instant: datetime | None = session.info.get("known_at")
    return instant
