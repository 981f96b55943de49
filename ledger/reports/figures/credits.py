"""Figures of an enveloppe: where the money of a line and year stands, each euro in one of them only."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.journal.positions import Figure, Position
from ledger.reports.figures.entry import BalanceFigure, CombinedFigure, DefinedFigure, RecordedFigure

NOTIFIED = DefinedFigure(
    "notifie",
    "notifié",
    "Les crédits ouverts sur une ligne et un exercice : notifications, modifications, et reports reçus.",
    "Les tranches des années suivantes, tant qu'elles ne sont pas ouvertes.",
    BalanceFigure((Position.NOTIFIE, Position.REPORT_ENTRANT)),
    also=("crédits notifiés", "ouvert"),
)
OPENED_FIRST = DefinedFigure(
    "notifie_initial",
    "notifications",
    "Les crédits d'une ligne et d'un exercice tels que notifiés.",
    "Les modifications et les reports.",
    RecordedFigure("les notifications et ouvertures par avance, moins ce que la notification en reprend"),
)
MODIFIED = DefinedFigure(
    "modifications",
    "modifications",
    "Les hausses et les baisses de crédits déjà notifiés.",
    "Les notifications et les reports.",
    RecordedFigure("les écritures de modification"),
)
CARRIED_IN = DefinedFigure(
    "reporte_entrant",
    "dont reporté de l'année précédente",
    "La part du notifié qui vient d'un report.",
    "Ce qui est notifié pour l'année même.",
    BalanceFigure((Position.REPORT_ENTRANT,)),
    also=("reporté de l'année précédente", "dont reporté"),
)
AVAILABLE = DefinedFigure(
    "disponible",
    "disponible",
    "Ce qui n'est ni accordé, ni annulé, ni reporté, ni rendu, bloqué compris.",
    "Rien.",
    BalanceFigure((Position.DISPONIBLE, Position.BLOQUE)),
)
HELD_BACK = DefinedFigure(
    "dont_bloque",
    "dont bloqué",
    "La part du disponible qui ne peut rien financer : gardée pour son financeur, gelée ou d'une baisse annoncée par"
    " lui, ou sur un exercice clos.",
    "Ce qui peut encore être accordé.",
    RecordedFigure(
        "ce que tient la position `BLOQUE` et ce qui est gelé ou annoncé en baisse, au plus le disponible ; sur un"
        " exercice clos, tout le disponible"
    ),
    also=("bloqué",),
    since="0.2",
)
BLOCKED = DefinedFigure(
    "bloque",
    "bloqué pour le financeur",
    "Ce qui attend d'être rendu à son financeur, ou remis à disposition par lui.",
    "Le reste du disponible.",
    BalanceFigure((Position.BLOQUE,)),
)
GRANTABLE = DefinedFigure(
    "programmable",
    "programmable",
    "Ce qui peut encore être accordé.",
    "Ce qui est bloqué pour un financeur, gelé ou annoncé en baisse, et tout ce qui reste sur un exercice clos.",
    CombinedFigure(("disponible",), ("dont_bloque",)),
    since="0.2",
)
TO_CONVENTION = DefinedFigure(
    "programme",
    "programmé, non engagé",
    "Ce qui est accordé et qu'aucune convention signée n'engage encore.",
    "Ce qui est engagé, ordonné ou payé.",
    BalanceFigure((Position.PROGRAMME,)),
    also=("accordé, sans convention",),
)
TO_ORDER = DefinedFigure(
    "engage",
    "engagé, non ordonné",
    "Ce que les conventions signées engagent et que rien n'ordonne encore de payer (ni ne constate payé).",
    "Ce qui est ordonné ou payé.",
    BalanceFigure((Position.ENGAGE,)),
    also=("conventionné, à payer",),
)
TO_PAY = DefinedFigure(
    "non_paye",
    "ordonné, non payé",
    "Ce qui est mandaté et que le comptable n'a pas encore payé.",
    "Les mandats payés ou rejetés.",
    BalanceFigure((Position.ORDONNE,)),
    key="ordonne",
    also=("ordonné, pas payé",),
)
CONSUMED = DefinedFigure(
    "consomme",
    "consommé",
    "Ce qui est versé et que rien ne reprend : la dépense acquise à ce jour.",
    "Le trop-versé que les bilans ont trouvé, même pas encore récupéré (« à recouvrer »).",
    BalanceFigure((Position.VERSE,)),
    key="verse",
)
TO_RECOVER = DefinedFigure(
    "a_recouvrer",
    "à recouvrer",
    "Le trop-versé que les bilans ont trouvé et qui n'est ni encaissé, ni compensé, ni remis.",
    "Ce qui est déjà revenu.",
    BalanceFigure((Position.A_RECOUVRER,)),
    also=("reste à recouvrer",),
)
CANCELLED = DefinedFigure(
    "annule",
    "annulé",
    "Les crédits qui ne serviront plus : annulés à la clôture, ou repris par le budget général.",
    "Ce qui est reporté ou rendu.",
    BalanceFigure((Position.ANNULE,)),
)
CARRIED = DefinedFigure(
    "reporte",
    "reporté",
    "Les crédits passés à l'exercice suivant, où ils sont de nouveau notifiés.",
    "Ce qui vient de l'année précédente.",
    BalanceFigure((Position.REPORTE,)),
)
RETURNED = DefinedFigure(
    "rendu",
    "rendu",
    "Ce qui est retourné à son financeur, ou s'est ouvert à d'autres à la levée d'une réserve.",
    "Ce qui lui est encore dû.",
    BalanceFigure((Position.RENDU, Position.RESERVE_LEVEE)),
)
LIFTED = DefinedFigure(
    "reserve_levee",
    "dont réserve levée",
    "Ce qu'une réserve levée a ouvert à d'autres bénéficiaires : rien n'en est annulé.",
    "Ce que l'autorité de gestion a programmé, qui reste.",
    BalanceFigure((Position.RESERVE_LEVEE,)),
)
NOT_PAID = DefinedFigure(
    "non_verse",
    "non versé",
    "Ce qui est notifié et que les porteurs n'ont pas reçu : disponible, accordé, annulé, reporté ou rendu.",
    "Rien. Un report y est deux fois : reporté de l'année qu'il quitte, notifié et non versé dans celle qui le reçoit.",
    CombinedFigure(("notifie",), ("verse",)),
    since="0.2",
)
CREDIT_FIGURES = (
    NOTIFIED,
    OPENED_FIRST,
    MODIFIED,
    CARRIED_IN,
    AVAILABLE,
    HELD_BACK,
    BLOCKED,
    LIFTED,
    GRANTABLE,
    TO_CONVENTION,
    TO_ORDER,
    TO_PAY,
    CONSUMED,
    TO_RECOVER,
    CANCELLED,
    CARRIED,
    RETURNED,
    NOT_PAID,
)
OF_LINE: Mapping[Figure, DefinedFigure] = {
    figure: entry for figure in Figure for entry in CREDIT_FIGURES if entry.script_key == str(figure)
}
"""The figure of the catalogue for each position of a line."""
SHOWN_POSITIONS = (
    GRANTABLE,
    HELD_BACK,
    *(entry for figure, entry in OF_LINE.items() if figure not in (Figure.NOTIFIE, Figure.DISPONIBLE)),
)
"""The figures that add up to what is notified, the disponible in its two parts."""
