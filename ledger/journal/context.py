"""Who acts, on which contract, by which command: what the session knows of its user."""

from __future__ import annotations

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
