"""`cofiville ouvrir`: the page in the browser of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.caller import line_runner, warn
from ledger.commands.declaring.choices import agent_name, base_address, contract_code
from ledger.commands.declaring.group import single
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, one
from ledger.core.field import Field, Kind

if TYPE_CHECKING:
    from pathlib import Path

app = single()

_ADDRESS = Field("adresse", "adresse", since="0.2")
_ALREADY = Field("deja_ouverte", "déjà ouverte", Kind.YES_NO, since="0.2")


@app.command("ouvrir", answer=one(_ADDRESS, _ALREADY))
def ouvrir(
    port: Annotated[
        int, Option("--port", metavar="PORT", min=0, max=65535, help="Le port de la page ; 0 : un port libre.")
    ] = 0,
    lecture: Annotated[bool, Option("--lecture", help="La page montre tout et n'enregistre rien.")] = False,
    sans_navigateur: Annotated[
        bool, Option("--sans-navigateur", help="N'ouvre pas le navigateur : dit le fichier à y ouvrir.")
    ] = False,
) -> Outcome:
    """Ouvre la page dans le navigateur : l'année, ses écrans et ses actes, sur ce poste seul, jusqu'à Ctrl-C.

    Exemple : cofiville ouvrir --lecture
    """
    from ledger.commands.declaring.access import reading, sharing
    from ledger.page.calling import Place
    from ledger.page.guards import Door
    from ledger.page.screens import PageServed, application
    from ledger.page.serving import (
        Serving,
        bound_socket,
        instance_file,
        page_announced,
        token_of_instance,
        write_entrance,
    )

    base = base_address()
    instance = instance_file(base)
    if there := token_of_instance(instance):
        _show(write_entrance(instance, *there), there[0], sans_navigateur)
        address = f"http://127.0.0.1:{there[0]}/"
        return Outcome({"adresse": address, "deja_ouverte": True}, (f"La page de cette base est déjà là : {address}",))
    with reading():
        place = Place(base, contract_code(), agent_name())
    serving = Serving()
    with bound_socket(port) as bound, sharing():
        door = Door(bound.getsockname()[1], lecture)
        subjects = tuple(line_runner().subjects.values())
        page = PageServed(place, door, subjects, serving.stop)
        with page_announced(instance, door):
            _show(write_entrance(instance, door.port, door.new_token()), door.port, sans_navigateur)
            serving.run(application(page), bound)
    return Outcome({"adresse": f"http://{door.host}/", "deja_ouverte": False}, ("La page est fermée.",))


def _show(entrance: Path, port: int, by_hand: bool) -> None:
    """Open the browser on its entrance, or say where it is."""
    import webbrowser

    warn(f"La page : http://127.0.0.1:{port}/ (Ctrl-C, ou son bouton, l'arrête).")
    if by_hand or not webbrowser.open(entrance.as_uri()):
        warn(f"Ouvrez ce fichier dans le navigateur : {entrance}")
