"""`cofiville porteur`: the bodies that carry actions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from ledger.commands.referential.porteur_life import Code, montrer, porteur_row, shown_contact
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.choices import base_address, may_ask
from ledger.commands.shell.dialogue import ask
from ledger.commands.shell.options import Oui, confirm
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table
from ledger.commands.shell.usage import WrongUsage
from ledger.referential.statuts import statut_words
from ledger.referential.vocabulary import PorteurKind

app = group("Porteurs : communes, CCAS, caisses des écoles, associations, bailleurs.")
app.command("montrer")(montrer)


def _kind(text: str) -> str:
    from ledger.referential.porteurs import check_kind

    return check_kind(text) if text else ""


Kind = Annotated[
    str,
    typer.Option(
        "--type",
        metavar="TYPE",
        parser=_kind,
        help="Le type : commune, ccas, caisse_des_ecoles, association, bailleur, epci, etablissement_public ou autre ;"
        " celui du statut sinon.",
    ),
]
Juridique = Annotated[
    str | None,
    typer.Option(
        "--statut",
        metavar="STATUT",
        help="Le statut juridique, que le type ne dit pas pour un bailleur ou un « autre » : oph, esh, sem, spl, gip,"
        " entreprise, departement, region… Il dit le droit public ou privé.",
    ),
]
Siret = Annotated[str, typer.Option(help="Les 14 chiffres du SIRET.")]
Rna = Annotated[str, typer.Option(help="Le numéro RNA d'une association (W…).")]
Insee = Annotated[str, typer.Option("--commune", metavar="INSEE", help="Le code INSEE de sa commune.")]


@app.command("lister")
def lister() -> None:
    """Liste les porteurs.

    Exemple : cofiville porteur lister
    """
    from ledger.referential.porteurs import porteurs

    with reading() as session:
        rows = [porteur_row(porteur) for porteur in porteurs(session)]
    show(
        rows,
        lambda: table(
            "Porteurs",
            ("Code", "Nom", "Type", "SIRET", "RNA", "Commune", "À confirmer", "Statut"),
            [
                tuple((r | {"type": PorteurKind(r["type"]).label, "statut": statut_words(r["statut"])}).values())[:-1]
                for r in rows
            ],
        ),
    )


@app.command("ajouter", asks=("kind|statut",))
def ajouter(
    nom: Annotated[str, typer.Argument(metavar="NOM", help="Le nom complet.")],
    kind: Kind = "",
    statut: Juridique = None,
    code: Annotated[str, typer.Option(help="Le code ; tiré du nom sinon.")] = "",
    siret: Siret = "",
    rna: Rna = "",
    commune: Insee = "",
) -> None:
    """Ajoute un porteur.

    Exemple : cofiville porteur ajouter "Les Ateliers du Faubourg" --type association --code ATELIERS
    """
    from ledger.referential.porteurs import PorteurForm, record_porteur

    kind, statut = _kind_and_statut(kind, statut)
    with writing() as session:
        form = PorteurForm(name=nom, kind=kind, code=code, siret=siret, rna=rna, commune=commune, statut=statut)
        row = porteur_row(record_porteur(session, form))
    show(row, lambda: _added(row))


def _kind_and_statut(kind: str, statut: str | None) -> tuple[str, str | None]:
    """The type and the statut: the type that the statut tells, the statut asked where the type tells none."""
    from ledger.referential.statuts import Statut, read_statut, statut_of_kind

    if not kind and not statut:
        raise WrongUsage("Le type du porteur manque.", "Donnez --type association, ou son statut : --statut oph.")
    if statut and not kind:
        return read_statut(statut).kind, statut
    if statut is None and statut_of_kind(kind) is None and may_ask():
        question = f"Statut juridique (vide : à confirmer ; {', '.join(Statut)})"
        answer = ask(question, lambda text: read_statut(text).value if text else "")
        return kind, answer or None
    return kind, statut


def _added(row: dict[str, Any]) -> None:
    say(f"Porteur {row['code']} ajouté : {row['nom']}.")
    if row["statut"] is None:
        say(
            "Statut juridique à confirmer : jusque-là, les règles des organismes privés s'appliquent."
            f" Donnez-le : cofiville porteur modifier {row['code']} --statut oph (ou esh, sem, gip…)."
        )


@app.command("modifier")
def modifier(
    code: Code,
    nom: Annotated[str | None, typer.Option(help="Le nouveau nom.")] = None,
    kind: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Le nouveau type.")] = None,
    siret: Annotated[str | None, typer.Option(help="Le nouveau SIRET.")] = None,
    rna: Annotated[str | None, typer.Option(help="Le nouveau RNA.")] = None,
    commune: Annotated[str | None, typer.Option("--commune", metavar="INSEE", help="La commune.")] = None,
    statut: Juridique = None,
) -> None:
    """Corrige un porteur ; ce qui n'est pas donné ne change pas, et il est tenu pour confirmé.

    Exemple : cofiville porteur modifier CCAS-D-ESCAUDAIN --siret 26590205600018
    """
    from ledger.referential.lookups import find_porteur
    from ledger.referential.porteurs import PorteurForm, change_porteur

    def kept(typed: str | None, now: str | None) -> str:
        return (now or "") if typed is None else typed

    with writing() as session:
        now = find_porteur(session, code)
        form = PorteurForm(
            name=kept(nom, now.name),
            kind=kept(kind, now.kind),
            siret=kept(siret, now.siret),
            rna=kept(rna, now.rna),
            commune=kept(commune, now.commune),
            statut=statut,
        )
        row = porteur_row(change_porteur(session, now.code, form))
    show(row, lambda: say(f"Porteur {row['code']} corrigé."))


@app.command("contact")
def contact(
    code: Code,
    nom: Annotated[str, typer.Option(metavar="NOM", help="La personne à joindre.")] = "",
    iban: Annotated[str, typer.Option(metavar="IBAN", help="L'IBAN du RIB ; montré en partie seulement.")] = "",
) -> None:
    """Garde la personne à joindre et l'IBAN d'un porteur, hors du livre : ils peuvent être effacés.

    Exemple : cofiville porteur contact CCAS-D-ESCAUDAIN --nom "Mme Dubois" --iban "FR76 3000 6000 0112 3456 7890 189"
    """
    from ledger.referential.contacts import record_contact

    with writing() as session:
        kept = record_contact(session, code, name=nom, iban=iban, at=datetime.now(UTC))
    row = {"porteur": code, **shown_contact(kept)}
    show(row, lambda: say(f"{code} : {row['contact'] or 'sans contact'}, IBAN {row['iban'] or 'non connu'}."))


@app.command("effacer-contact")
def effacer_contact(code: Code, oui: Oui = False) -> None:
    """Efface la personne et l'IBAN gardés pour un porteur ; les montants et le sceau du livre ne changent pas.

    Les sauvegardes déjà faites les portent encore : détruisez-les, ou refaites l'effacement après une restauration.

    Exemple : cofiville porteur effacer-contact CCAS-D-ESCAUDAIN --oui
    """
    from ledger.referential.contacts import erase_contact
    from ledger.storage.backup import forget_old_pages
    from ledger.storage.engine import database_url, sqlite_path

    confirm(f"La personne à joindre et l'IBAN de {code} seront effacés, sans retour.", oui)
    with writing() as session:
        kinds = erase_contact(session, code, at=datetime.now(UTC))
    path = sqlite_path(database_url(base_address()))
    if path is not None:
        forget_old_pages(path)
    show({"porteur": code, "efface": kinds}, lambda: say(f"{code} : effacé ({', '.join(kinds)})."))
