"""What a position refuses to give: the sentence and the way out, for each position that can run dry."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.core.errors import LedgerError
from ledger.core.money import Money
from ledger.journal.positions import POSITION_LABELS, AccountKey, Position

_WORDS: Mapping[Position, tuple[str, str]] = {
    Position.DISPONIBLE: (
        "L'enveloppe {line} {year} ne peut pas donner {asked} : il reste {left} disponibles.",
        (
            "Réduisez le montant de {missing}, ou augmentez l'enveloppe : cofiville enveloppe modifier "
            "{line} {year} {missing_plain} --piece PIECE."
        ),
    ),
    Position.PROGRAMME: (
        "L'action {action} n'a plus que {left} programmés sur {line} {year} ; {asked} sont demandés.",
        (
            "Réduisez le montant de {missing}, ou programmez le complément : cofiville allocation accorder "
            "{action} {line} {missing_plain} --piece PIECE."
        ),
    ),
    Position.ENGAGE: (
        "La convention {convention} n'a plus que {left} engagés sur {line} {year} ; {asked} sont demandés.",
        "Réduisez le montant de {missing}, ou signez un avenant ; l'état : cofiville convention montrer {convention}.",
    ),
    Position.ORDONNE: (
        "La convention {convention} n'a que {left} ordonnés sur {line} {year} ; {asked} sont demandés.",
        "Ordonnez d'abord le versement : cofiville versement ordonner {convention}.",
    ),
    Position.VERSE: (
        "La convention {convention} n'a reçu que {left} sur {line} {year} ; {asked} sont demandés.",
        "Vérifiez le montant : cofiville convention montrer {convention}.",
    ),
    Position.A_RECOUVRER: (
        (
            "Il ne reste que {left} à recouvrer sur la convention {convention}, ligne {line} {year} ; "
            "{asked} sont demandés."
        ),
        "Réduisez le montant de {missing}.",
    ),
    Position.BLOQUE: (
        "Il n'y a que {left} à rendre sur {line} {year} ; {asked} sont demandés.",
        "Réduisez le montant de {missing} ; l'état : cofiville reversement etat {year}.",
    ),
    Position.A_RECEVOIR: (
        "Il ne reste que {left} à recevoir sur {line} {year} ; {asked} sont annoncés.",
        (
            "Vérifiez le montant reçu, ou enregistrez l'arrêté complémentaire : cofiville convention recevoir "
            "{line} {year} {missing_plain} --numero NUMERO --piece PIECE."
        ),
    ),
    Position.DETENU: (
        "L'intercommunalité ne détient que {left} de {line} {year} ; {asked} sont demandés.",
        "Réduisez le montant de {missing} ; l'état : cofiville reversement etat {year}.",
    ),
    Position.AVANCE: (
        "L'intercommunalité n'a avancé que {left} de {line} {year} ; {asked} sont demandés.",
        "Réduisez le montant de {missing} ; l'état : cofiville reversement etat {year}.",
    ),
    Position.A_RENDRE: (
        "Il ne reste que {left} à rendre sur {line} {year} ; {asked} sont demandés.",
        "Réduisez le montant de {missing} ; l'état : cofiville reversement etat {year}.",
    ),
    Position.A_TITRER: (
        "Il ne reste que {left} à titrer sur {line} {year} ; {asked} sont demandés.",
        (
            "Réduisez le montant de {missing} ; constatez d'abord la recette : cofiville recette constater "
            "CONVENTION {missing_plain} --reference REFERENCE."
        ),
    ),
    Position.A_ENCAISSER: (
        "Il ne reste que {left} à encaisser pour {line} {year} sur ce titre ; {asked} sont annoncés.",
        "Réduisez le montant de {missing}.",
    ),
    Position.NOTIFIE: (
        "L'enveloppe {line} {year} n'est notifiée que de {left} ; une baisse de {asked} est demandée.",
        "Réduisez la baisse de {missing}.",
    ),
}
_OTHERWISE = (
    "Il n'y a que {left} {position} sur {line} {year} ; {asked} sont demandés.",
    "Réduisez le montant de {missing}.",
)


class Overdraft(LedgerError):
    """A position asked for more than it holds."""

    code = "depassement"

    def __init__(self, key: AccountKey, left: Money, asked: Money) -> None:
        missing = asked - left
        words = {
            "position": POSITION_LABELS.get(key.position, key.position.lower().replace("_", " ")),
            "line": key.line,
            "year": key.year,
            "convention": key.convention,
            "action": key.action,
            "left": left.french(),
            "asked": asked.french(),
            "missing": missing.french(),
            "missing_plain": missing.plain(),
        }
        problem, remedy = _WORDS.get(key.position, _OTHERWISE)
        super().__init__(problem.format(**words), remedy.format(**words))
        self.key, self.left, self.asked = key, left, asked
