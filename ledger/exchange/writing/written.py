"""Writing a file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from ledger.exchange.opening.limits import FileRefused


def write_whole(path: Path, content: bytes) -> None:
    """Put the content there in one move; a file that stood there is replaced only once the new one is whole.

    raises: FileRefused when it cannot be written.
    """
    draft = path.with_name(f".{path.name}.partiel")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as trouble:
        raise FileRefused(
            f"« {path} » ne peut pas être écrit ({trouble.strerror}).",
            "Fermez ce fichier s'il est ouvert, vérifiez que le dossier existe et que vous pouvez y écrire.",
        ) from None
    finally:
        draft.unlink(missing_ok=True)
