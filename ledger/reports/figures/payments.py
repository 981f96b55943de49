"""Figures of conventions and of the money passed on: ordered, paid, justified, still due, to be taken back."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.journal.positions import DUE_POSITIONS, ORDERED_POSITIONS, PAID_POSITIONS, Position
from ledger.reports.figures.entry import (
    BalanceFigure,
    CombinedFigure,
    DefinedFigure,
    MovedFigure,
    PlannedFigure,
    RatioFigure,
    RecordedFigure,
)

ORDERED = DefinedFigure(
    "ordonne",
    "ordonné",
    "Ce qui est mandaté, ou constaté payé par un financeur, payé ou non.",
    "Les mandats rejetés ; ce qui est revenu (encaissé, compensé).",
    BalanceFigure(ORDERED_POSITIONS),
)
PAID = DefinedFigure(
    "verse",
    "versé",
    "Ce que les porteurs ont reçu et gardent en main, trop-versé à recouvrer compris, retenues comprises.",
    "Ce qui est revenu (encaissé, compensé), les paiements annulés.",
    BalanceFigure(PAID_POSITIONS),
)
PAYMENT = DefinedFigure(
    "paye",
    "payé",
    "La somme des paiements, telle qu'elle est sortie ou constatée.",
    "Les paiements annulés ; les retenues, qui ne sont pas sorties. Ce qui est revenu depuis n'en est pas déduit.",
    RecordedFigure("la somme des paiements en vigueur"),
    key="montant",
)
COMMITTED_IN_ALL = DefinedFigure(
    "engage_en_tout",
    "engagé en tout",
    "Tout ce qui fut engagé sur l'exercice, reports reçus compris.",
    "Ce que les avenants ont rendu à la programmation. Ce qui fut libéré ensuite n'en est pas déduit.",
    MovedFigure((Position.ENGAGE,), (Position.PROGRAMME, Position.REPORT_ENTRANT)),
)
ORDERED_IN_ALL = DefinedFigure(
    "ordonne_en_tout",
    "ordonné en tout",
    "Tout ce qui fut mandaté ou constaté payé sur l'exercice.",
    "Les mandats rejetés. Ce qui est revenu ensuite n'en est pas déduit.",
    MovedFigure((Position.ORDONNE, Position.VERSE), (Position.ENGAGE,)),
)
PAID_IN_ALL = DefinedFigure(
    "paye_en_tout",
    "payé en tout",
    "Tout ce qui fut payé sur l'exercice, retenues comprises.",
    "Les paiements annulés. Ce qui est revenu ensuite n'en est pas déduit.",
    MovedFigure((Position.VERSE,), (Position.ORDONNE, Position.ENGAGE)),
)
FREED = DefinedFigure(
    "libere",
    "libéré",
    "Ce qui était engagé et que les bilans ou les dégagements ont libéré.",
    "Ce que les avenants ont rendu à la programmation.",
    MovedFigure((Position.DISPONIBLE, Position.BLOQUE, Position.ANNULE), (Position.ENGAGE,)),
)
TAKEN_BACK = DefinedFigure(
    "recupere",
    "récupéré",
    "Le trop-versé revenu : encaissé, compensé ou reporté.",
    "Ce qui est encore à recouvrer.",
    MovedFigure((Position.DISPONIBLE, Position.BLOQUE, Position.ANNULE, Position.REPORTE), (Position.A_RECOUVRER,)),
)
JUSTIFIED = DefinedFigure(
    "justifie",
    "justifié",
    "Ce que les bilans arrêtés accordent finalement.",
    "Les conventions dont le bilan est attendu, les bilans annulés.",
    RecordedFigure("la somme des montants définitifs des bilans en vigueur"),
    also=("justifié par les bilans", "montant définitif", "définitif"),
)
STILL_DUE = DefinedFigure(
    "reste_du",
    "reste dû",
    "Ce qui est engagé et pas encore payé ; pour un droit de l'EPCI, ce qui n'est pas encore reçu.",
    "Ce que les bilans ont libéré.",
    BalanceFigure(DUE_POSITIONS),
    also=("engagé ou ordonné, à verser",),
)
ADVANCE = DefinedFigure(
    "acompte",
    "acompte",
    "La part du versé qui n'attendait pas le bilan.",
    "Le solde.",
    RecordedFigure("le versé de chaque convention, dans la limite de ses échéances qui n'attendent pas le bilan"),
)
BALANCE = DefinedFigure(
    "solde",
    "solde",
    "La part du versé au-delà des acomptes.",
    "Les acomptes.",
    CombinedFigure(("verse",), ("acompte",)),
)
OVERPAID = DefinedFigure(
    "trop_verse",
    "reversement / compensation",
    "Tout le trop-versé que les bilans ont trouvé, récupéré ou non.",
    "Ce que les bilans n'ont pas encore dit.",
    MovedFigure((Position.A_RECOUVRER,), (Position.VERSE,)),
)
COST_FORECAST = DefinedFigure(
    "cout_prevu",
    "coût prévu",
    "Le coût prévu des actions dont le bilan est arrêté : celui que le coût réel se compare à.",
    "Les actions dont le bilan est attendu (« coût, bilan attendu »).",
    PlannedFigure("le coût total des actions dont un bilan est en vigueur"),
)
COST_AWAITED = DefinedFigure(
    "cout_attendu",
    "coût, bilan attendu",
    "Le coût prévu des actions dont aucun bilan n'est arrêté.",
    "Les actions au bilan arrêté (« coût prévu »).",
    PlannedFigure("le coût total des actions sans bilan en vigueur"),
    since="0.2",
)
COST_REAL = DefinedFigure(
    "cout_reel",
    "coût réel",
    "Ce que les actions ont coûté, d'après leurs bilans.",
    "Les actions dont le bilan est attendu.",
    RecordedFigure("le coût réel du dernier bilan en vigueur de l'action"),
    also=("réalisé",),
)
COST_GAP = DefinedFigure(
    "ecart_cout",
    "écart de coût",
    "Coût réel moins coût prévu, des mêmes actions.",
    "Les actions dont le bilan est attendu.",
    CombinedFigure(("cout_reel",), ("cout_prevu",)),
)
GRANTED_SETTLED = DefinedFigure(
    "accorde_arrete",
    "accordé, bilan arrêté",
    "Ce qu'accordaient les conventions dont le bilan est arrêté : ce à quoi le justifié se compare.",
    "Les conventions dont le bilan est attendu (« accordé, bilan attendu »).",
    RecordedFigure("le conventionné des conventions et actions dont un bilan est en vigueur"),
)
GRANTED_AWAITED = DefinedFigure(
    "accorde_attendu",
    "accordé, bilan attendu",
    "Ce qui est accordé et qu'aucun bilan ne justifie encore, conventionné ou non.",
    "Les conventions dont le bilan est arrêté (« accordé, bilan arrêté »).",
    CombinedFigure(("accorde",), ("accorde_arrete",)),
    since="0.2",
)
GRANT_GAP = DefinedFigure(
    "ecart",
    "justifié moins accordé",
    "Ce que les bilans arrêtés retiennent, moins ce que les mêmes conventions accordaient.",
    "Ce dont le bilan est attendu.",
    CombinedFigure(("justifie",), ("accorde_arrete",)),
)
BILANS = DefinedFigure(
    "bilans",
    "bilans arrêtés",
    "Le nombre d'actions dont un bilan au moins est arrêté.",
    "Les bilans annulés.",
    RecordedFigure("le nombre d'actions distinctes à bilan en vigueur"),
    Kind.INTEGER,
)
SPECIFIC = DefinedFigure(
    "specifique",
    "crédits spécifiques",
    "Ce que l'État, la Région et l'EPCI accordent sur leurs crédits spécifiques.",
    "Les autres financeurs, le droit commun.",
    RecordedFigure("l'accordé des lignes spécifiques de ces financeurs"),
)
DROIT_COMMUN = DefinedFigure(
    "droit_commun",
    "droit commun",
    "Ce qui est accordé sur des crédits de droit commun, tous financeurs.",
    "Les crédits spécifiques.",
    RecordedFigure("l'accordé des lignes de droit commun"),
)
OTHERS = DefinedFigure(
    "autres",
    "autres financements",
    "Les autres montants accordés, et les fonds propres prévus par les actions financées.",
    "Les actions auxquelles rien n'est accordé.",
    RecordedFigure("l'accordé des autres lignes, plus les fonds propres des actions financées"),
)
LEVERAGE = DefinedFigure(
    "effet_levier",
    "effet levier",
    "Les euros que chaque euro de crédits spécifiques entraîne.",
    "Rien n'est dit quand aucun crédit spécifique n'est accordé.",
    RatioFigure(("droit_commun", "autres"), "specifique"),
    Kind.RATE,
)
RECEIVED = DefinedFigure(
    "recu",
    "reçu",
    "Ce que l'EPCI a reçu d'un financeur pour le reverser.",
    "Le droit acquis et pas encore reçu.",
    RecordedFigure("ce que tient `DROIT_ACQUIS`, moins ce que tient `A_RECEVOIR`"),
)
PASSED_ON = DefinedFigure(
    "reverse",
    "reversé",
    "Ce que l'EPCI a reversé aux porteurs, net de ce qu'il a encaissé ou retenu.",
    "Ses propres crédits.",
    BalanceFigure((Position.REVERSE,)),
)
GIVEN_BACK = DefinedFigure(
    "rendu_financeur",
    "rendu au financeur",
    "Ce que l'EPCI a rendu au financeur dont elle reversait les crédits, par millésime.",
    "Ce qui est encore à rendre.",
    RecordedFigure("ce que tient `DROIT_PERDU`, moins ce que tient `A_RENDRE`"),
    key="rendu",
)
RECEIVED_NOT_PASSED_ON = DefinedFigure(
    "recu_non_reverse",
    "reçu, non reversé",
    "Ce que l'EPCI détient d'un financeur.",
    "Ce qu'elle a avancé.",
    RecordedFigure("ce que tient `DETENU`, moins ce que tient `AVANCE`, jamais négatif, ligne par ligne"),
)
PASSED_ON_NOT_RECEIVED = DefinedFigure(
    "reverse_non_recu",
    "reversé, non reçu",
    "Ce que l'EPCI a avancé pour un financeur.",
    "Ce qu'elle détient de lui.",
    RecordedFigure("ce que tient `AVANCE`, moins ce que tient `DETENU`, jamais négatif, ligne par ligne"),
)
UNSPENT = DefinedFigure(
    "non_consomme",
    "non consommé",
    "Le trop-versé des porteurs sur les crédits reversés, encore à recouvrer.",
    "Ce qui est déjà encaissé, retenu ou rendu.",
    RecordedFigure("ce que tient `A_RECOUVRER` sur les conventions qui reversent les crédits du millésime"),
)
TO_GIVE_BACK = DefinedFigure(
    "a_rendre",
    "à rendre",
    "Ce que l'EPCI doit rendre au financeur : le reçu, moins le droit acquis que rien n'a fait perdre.",
    "Ce qui est déjà rendu ; ce qui n'a jamais été reçu. Jamais négatif.",
    RecordedFigure("reçu, moins (droit acquis − droit perdu), moins rendu au financeur, ligne par ligne"),
)
RIGHT_ACQUIRED = DefinedFigure(
    "droit_acquis",
    "droit acquis",
    "Ce que les arrêtés d'un financeur donnent à l'EPCI pour le reverser, compléments et avenants compris.",
    "Les droits annulés.",
    BalanceFigure((Position.DROIT_ACQUIS,)),
    since="0.2",
)
RIGHT_LOST = DefinedFigure(
    "droit_perdu",
    "droit perdu",
    "Ce que les bilans et les dégagements font perdre du droit acquis.",
    "Ce que le financeur a reprogrammé ou abandonné.",
    BalanceFigure((Position.DROIT_PERDU,)),
    since="0.2",
)
STILL_AWAITED = DefinedFigure(
    "reste_attendu",
    "encore attendu",
    "Ce que le financeur doit encore verser : le droit acquis que rien n'a fait perdre, moins le reçu gardé.",
    "Le droit perdu. Jamais négatif.",
    RecordedFigure("(droit acquis − droit perdu), moins (reçu − rendu au financeur), ligne par ligne"),
    since="0.2",
)
RECOVERED_FROM_PORTEURS = DefinedFigure(
    "recouvre",
    "repris aux porteurs",
    "Ce que les porteurs ont rendu du millésime : encaissé sur titre, ou compensé.",
    "Ce qui leur reste à rendre.",
    RecordedFigure("ce qui a quitté `A_RECOUVRER` sur les conventions qui reversent les crédits du millésime"),
    since="0.2",
)
WITHHELD_LATER = DefinedFigure(
    "a_retenir",
    "retenu sur un droit suivant",
    "Ce que le financeur a décidé de retenir sur un droit suivant, et retiendra à sa prochaine recette.",
    "Ce qui est déjà retenu. Peut passer l'à rendre, tant que le financeur n'a pas tout versé.",
    RecordedFigure("la somme des compensations décidées et pas encore réalisées"),
    since="0.2",
)
ORDER_GROSS = DefinedFigure(
    "brut",
    "liquidé",
    "Ce qu'un mandat reconnaît dû, avant retenue.",
    "Les mandats rejetés, dans le total.",
    RecordedFigure("le montant des lignes du mandat"),
)
ORDER_WITHHELD = DefinedFigure(
    "impute",
    "retenu",
    "Ce qu'un mandat garde pour compenser un trop-versé antérieur du même porteur.",
    "Les mandats rejetés, dans le total.",
    RecordedFigure("les retenues des lignes du mandat"),
)
ORDER_NET = DefinedFigure(
    "net",
    "à payer",
    "Ce que le comptable doit sortir pour un mandat.",
    "Les retenues ; les mandats rejetés, dans le total.",
    CombinedFigure(("brut",), ("impute",)),
)
COLLECTED = DefinedFigure(
    "encaisse",
    "encaissé",
    "Ce qui est entré sur un titre de recettes.",
    "Ce qui fut compensé ou remis sans être encaissé.",
    RecordedFigure("le montant du titre, moins ce qu'il attend encore, moins ce qui en fut annulé"),
)
TO_COLLECT = DefinedFigure(
    "reste_a_encaisser",
    "reste à encaisser",
    "Ce qu'un titre émis attend encore.",
    "Les titres annulés ; le trop-versé qu'aucun titre ne réclame encore.",
    RecordedFigure("ce que tient `A_ENCAISSER` pour le titre"),
    key="reste",
)
TO_BE_PAID = DefinedFigure(
    "a_verser",
    "à verser",
    "Ce que les conventions signées ont encore à payer et dont l'échéance est venue, ou vient dans le délai regardé.",
    "Ce qui est déjà ordonné ou payé.",
    RecordedFigure("les échéances, dans la limite de ce qui est engagé et non ordonné"),
    key="montant",
)
TO_JUSTIFY = DefinedFigure(
    "a_justifier",
    "versé, à justifier",
    "Ce que des porteurs ont reçu et dont le bilan est attendu.",
    "Ce qu'un bilan arrêté justifie. Ne s'additionne pas à ce qui est à verser.",
    RecordedFigure("le versé des conventions et actions dont le bilan est dû"),
    key="a_justifier",
)
AMOUNT = DefinedFigure(
    "montant",
    "montant",
    "Le montant de l'acte, de l'échéance ou de la ligne que la rangée décrit.",
    "Dit par chaque écran ; des montants de natures différentes ne s'additionnent pas.",
    RecordedFigure("le montant de la rangée"),
    also=("à payer ou à encaisser",),
)
PAYMENT_FIGURES = (
    ORDERED,
    PAID,
    PAYMENT,
    COMMITTED_IN_ALL,
    ORDERED_IN_ALL,
    PAID_IN_ALL,
    FREED,
    TAKEN_BACK,
    JUSTIFIED,
    STILL_DUE,
    ADVANCE,
    BALANCE,
    OVERPAID,
    COST_FORECAST,
    COST_AWAITED,
    COST_REAL,
    COST_GAP,
    GRANTED_SETTLED,
    GRANTED_AWAITED,
    GRANT_GAP,
    BILANS,
    SPECIFIC,
    DROIT_COMMUN,
    OTHERS,
    LEVERAGE,
    RECEIVED,
    PASSED_ON,
    GIVEN_BACK,
    RECEIVED_NOT_PASSED_ON,
    PASSED_ON_NOT_RECEIVED,
    UNSPENT,
    TO_GIVE_BACK,
    RIGHT_ACQUIRED,
    RIGHT_LOST,
    STILL_AWAITED,
    RECOVERED_FROM_PORTEURS,
    WITHHELD_LATER,
    ORDER_GROSS,
    ORDER_WITHHELD,
    ORDER_NET,
    COLLECTED,
    TO_COLLECT,
    TO_BE_PAID,
    TO_JUSTIFY,
    AMOUNT,
)
