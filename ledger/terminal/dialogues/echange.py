"""What `cofiville echange adapter` asks in a terminal: the title, in the file, of each column that has none yet."""

from __future__ import annotations

from typing import Any

from ledger.terminal.dialogue import ask
from ledger.terminal.screen import say


def ask_titles(typed: dict[str, Any]) -> dict[str, Any]:
    """The columns typed and those answered: a title of the file for a column of the model; blank for none."""
    from ledger.exchange.partners.saved import title_named, titles_in, titles_matched
    from ledger.exchange.profiles import find_profile

    sheet = find_profile(typed["modele"]).sheet
    columns = list(typed["colonne"] or ())
    there = titles_in(typed["fichier"], typed["limite"] or ())
    known = titles_matched(sheet, there, columns)
    free = [title for title in there if title not in known.values()]
    if free:
        say("Titres du fichier pas encore rattachés : " + ", ".join(free))
    for column in sheet.columns:
        if column.field in known or not free:
            continue
        needed = "obligatoire" if column.required or column.expected else "Entrée si aucune"
        question = f"Quel titre dit « {column.title} » ({needed})"
        answer = ask(question, lambda text: title_named(there, text) if text else "")
        if answer:
            columns.append(f"{column.title}={answer}")
            free.remove(answer)
    return {"colonne": columns}
