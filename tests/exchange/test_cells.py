"""What a cell says: every unambiguous French form is read, everything else has its code."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from ledger.core.field import Choice, Kind
from ledger.core.money import Money
from ledger.exchange.declaration import Column
from ledger.exchange.opening.grid import RawValue
from ledger.exchange.reading.cells import Unreadable, read_cell

AMOUNT = Column("amount", "Montant", Kind.AMOUNT, signed=True)
CHOICE = Column("kind", "Type", Kind.CHOICE, choices=(Choice("caisse_des_ecoles", "caisse des écoles"),))


@pytest.mark.parametrize(
    ("raw", "cents"),
    [
        (500.5, 50050),
        (1234567.89, 123456789),
        (0.1 + 0.2, 30),
        (40000, 4000000),
        ("500,50", 50050),
        ("1 234 567,89", 123456789),
        ("40 000,00", 4000000),
        ("50\u00a0000 euros", 5000000),
        ("1\u202f234,56 €", 123456),
        ("-12,50", -1250),
    ],
)
def test_an_amount_is_read_to_the_cent(raw: RawValue, cents: int) -> None:
    assert read_cell(AMOUNT, raw) == Money(cents)


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        (Kind.AMOUNT, "1.234,56", "montant_ambigu"),
        (Kind.AMOUNT, "1.234", "montant_ambigu"),
        (Kind.AMOUNT, "12,3456", "montant_decimales"),
        (Kind.AMOUNT, 333.3333, "montant_decimales"),
        (Kind.AMOUNT, "NC", "montant_illisible"),
        (Kind.AMOUNT, "1 23,4", "montant_illisible"),
        (Kind.AMOUNT, "1e3", "montant_illisible"),
        (Kind.AMOUNT, True, "montant_illisible"),
        (Kind.DAY, "03/04/16", "date_ambigue"),
        (Kind.DAY, "28/11/2017\n08/12/2017", "date_illisible"),
        (Kind.DAY, "Solde en 2018", "date_illisible"),
        (Kind.DAY, "31/02/2016", "date_illisible"),
        (Kind.DAY, 12.5, "date_illisible"),
        (Kind.CODE, datetime(2016, 7, 2), "date_au_lieu_de_texte"),  # noqa: DTZ001
        (Kind.CODE, "CCAS de Denain", "code_illisible"),
        (Kind.INTEGER, "douze", "nombre_illisible"),
        (Kind.INTEGER, -1, "nombre_illisible"),
        (Kind.INTEGER, 2.0**66, "nombre_illisible"),
        (Kind.INTEGER, "1234567890123456789", "nombre_illisible"),
        (Kind.INTEGER, float("inf"), "nombre_illisible"),
        (Kind.DAY, float("inf"), "date_illisible"),
        (Kind.AMOUNT, float("inf"), "montant_illisible"),
        (Kind.RATE, "165 %", "taux_illisible"),
        (Kind.YES_NO, "peut-être", "oui_non_illisible"),
        (Kind.CHOICE, "commune libre", "choix_inconnu"),
        (Kind.SIRET, 21860194600000.0, "siret_detruit"),
        (Kind.SIRET, "8,03E+13", "siret_detruit"),
        (Kind.SIRET, "215901729", "siret_siren"),
        (Kind.SIRET, "21590172900017", "siret_invalide"),
        (Kind.SIRET, "néant", "siret_invalide"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_with_its_code(kind: Kind, raw: RawValue, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_cell(Column("field", "Titre", kind, choices=CHOICE.choices), raw)
    assert refused.value.code == code


def test_a_negative_amount_is_refused_where_none_makes_sense() -> None:
    with pytest.raises(Unreadable, match="montant_negatif"):
        read_cell(Column("amount", "Montant", Kind.AMOUNT), -5)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.DAY, "15/02/2016", date(2016, 2, 15)),
        (Kind.DAY, "2017/09/08", date(2017, 9, 8)),
        (Kind.DAY, "2016-02-15", date(2016, 2, 15)),
        (Kind.DAY, 43655, date(2019, 7, 9)),
        (Kind.DAY, datetime(2016, 2, 15), date(2016, 2, 15)),  # noqa: DTZ001
        (Kind.CODE, "5.1.2", "5.1.2"),
        (Kind.CODE, 59172.0, "59172"),
        (Kind.CODES, "Denain Centre ; Sabatier", ("DENAIN-CENTRE", "SABATIER")),
        (Kind.INTEGER, "1 200", 1200),
        (Kind.RATE, "66,67 %", Fraction(6667, 10000)),
        (Kind.RATE, 0.65, Fraction(13, 20)),
        (Kind.YES_NO, "Oui", True),
        (Kind.CHOICE, "CAISSE DES ECOLES", "caisse_des_ecoles"),
        (Kind.SIRET, "215 901 729 00016'", "21590172900016"),
        (Kind.SIRET, 21590172900016.0, "21590172900016"),
    ],
)
def test_unambiguous_forms_are_read(kind: Kind, raw: RawValue, value: object) -> None:
    assert read_cell(Column("field", "Titre", kind, choices=CHOICE.choices), raw) == value


@pytest.mark.parametrize(
    ("typed", "read"),
    [("2016-027", "2016-027"), ("cv195 : 2023-014", "CV195:2023-014"), ("CV195:2023-014", "CV195:2023-014")],
)
def test_the_code_of_an_action_of_another_contract_may_name_it_or_not(typed: str, read: str) -> None:
    assert read_cell(Column("renewed_from", "Reconduit l'action", Kind.CODE, across=True), typed) == read
