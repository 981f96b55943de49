"""Postes cofinancés: MOUS and adultes-relais of a year, and what each line pays of them."""

from __future__ import annotations

from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, column
from ledger.exchange.fields import ACTION_NUMBER, CREDIT_LINE, EXERCICE, INTITULE
from ledger.exchange.sheets.choices import word_column
from ledger.programming.fields import EMPLOYER, EXAMPLE, POST, POST_KIND

COFINANCED_POSTS = Sheet(
    name="Postes cofinancés",
    title="Postes d'ingénierie et adultes-relais",
    key=("year", "code"),
    aliases=("postes mous",),
    instructions=(
        "Une ligne par poste et par exercice. Le coût et les financements sont ceux de douze mois.",
        "Vacances : les mois sans personne, « 3-5 ; 9 ». Une vacance notée ne se retire pas par le classeur.",
    ),
    columns=(
        column("year", EXERCICE, required=True, aliases=("année",), width=10),
        column("code", POST, help="", required=True, width=24),
        word_column("kind", POST_KIND, "types_de_poste", width=15),
        column("label", INTITULE, required=True, width=34),
        column("porteur", EMPLOYER, help="", required=True, aliases=("porteur",), width=26),
        column("action", ACTION_NUMBER, width=11, help="L'action qui porte le poste."),
        Column("percent", "Temps (%)", Kind.INTEGER, default=100, width=10, help="100 : temps plein."),
        Column("first_month", "Premier mois", Kind.INTEGER, default=1, width=10, help="De 1 à 12."),
        Column("last_month", "Dernier mois", Kind.INTEGER, default=12, width=10, help="De 1 à 12."),
        Column("absences", "Vacances", Kind.TEXT, width=16, help="Mois sans personne : « 3-5 ; 9 »."),
        Column("cost_yearly", "Coût sur 12 mois", Kind.AMOUNT, required=True, summed=True, width=16),
        Column("communes", "Communes", Kind.CODES, width=30, help="Codes INSEE, séparés par un point-virgule."),
        Column("population", "Population éligible", Kind.INTEGER, width=12),
        Column("population_source", "Source de la population", Kind.TEXT, width=26),
        column("example", EXAMPLE, default=False, width=9),
        Column("cost", "Coût de l'année", Kind.AMOUNT, informative=True, summed=True, width=16),
    ),
)

POST_FUNDINGS = Sheet(
    name="Financements des postes",
    title="Ce que chaque ligne paie d'un poste sur douze mois",
    key=("year", "post", "line"),
    instructions=("Une ligne par poste et par ligne de crédit, part de l'employeur comprise.",),
    columns=(
        column("year", EXERCICE, required=True, aliases=("année",), width=10),
        column("post", POST, help="", required=True, width=24),
        column("line", CREDIT_LINE, required=True, aliases=("ligne",), width=28),
        Column("amount", "Montant sur 12 mois", Kind.AMOUNT, required=True, summed=True, width=16),
    ),
)
