"""The address of a base as it may be shown: never with a password in it."""

from __future__ import annotations

import re

_OF_USER = re.compile(r"(://[^:/@]*):(?!@).*@", re.DOTALL)
_OF_SETTING = re.compile(r"([?&\s](?:ssl)?password=)('[^']*'|[^&\s]*)", re.IGNORECASE)


def shown_address(address: str) -> str:
    """The address without its password, whatever form it has."""
    return _OF_SETTING.sub(r"\1***", _OF_USER.sub(r"\1@", address))


def holds_password(address: str) -> bool:
    """Whether a password stands in this address."""
    return shown_address(address) != address
