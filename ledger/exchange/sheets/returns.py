"""The sheet where what a partner changed on a returned workbook is looked at three ways, and adopted."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet

RETURN = Sheet(
    name="Retour",
    title="Ce que le destinataire a changé",
    key=("action", "heading"),
    large=True,
    instructions=(
        "« Adopter » : oui pour prendre leur valeur, non pour garder la nôtre. Importez ensuite ce classeur.",
        "Ce qui a changé des deux côtés attend votre réponse ; ce qui ne s'adopte pas ici dit l'acte à taper.",
        "Une ligne s'ajoute en bas : N°, colonne (« Financeur : ligne, Décidé »), chez eux, oui.",
    ),
    columns=(
        Column("action", "N°", Kind.CODE, required=True, width=11),
        Column("title", "Intitulé", Kind.TEXT, informative=True, width=28),
        Column("heading", "Colonne", Kind.TEXT, required=True, width=34),
        Column("sent", "Envoyé", Kind.TEXT, informative=True, width=17),
        Column("ours", "Chez nous", Kind.TEXT, expected=True, width=17),
        Column("theirs", "Chez eux", Kind.TEXT, expected=True, width=17),
        Column("adopt", "Adopter", Kind.YES_NO, expected=True, width=10),
        Column("act", "Sinon, l'acte", Kind.TEXT, informative=True, width=34),
    ),
)
