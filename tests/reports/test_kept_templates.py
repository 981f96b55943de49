"""Printed again, what an act kept has the same bytes, whatever became of its Word template; annulled, it says so."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.core.money import Money
from ledger.reports.documents import template
from ledger.reports.documents.model import KeptDocument, KeptTemplate
from ledger.reports.documents.shipped import made_template
from ledger.storage.engine import open_engine
from tests.conftest import Typist
from tests.exchange.partners.conftest import done, grant
from tests.exchange.partners.conftest import year as year
from tests.reports.test_kept_documents import amended, printed, said

SIGNED, ORDERED = "2016-04-29", "2016-12-05"
OLD_IBAN, NEW_IBAN = "FR76 3000 6000 0112 3456 7890 189", "FR14 2004 1010 0505 0001 3M02 606"


def own(folder: Path, **texts: str) -> Path:
    """A folder of templates made of these texts."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.docx").write_bytes(made_template(text))
    return folder


def signed(typist: Typist, title: str = "Jardin") -> str:
    """A convention of 3 000 €, signed today on the templates settled."""
    action = grant(typist, title, "ATELIERS", "CAPH-PDV", 3000)
    drafted = ("convention", "saisir", action, "--payeur", "CAPH", "--numero", "CJ", "--le", "2016-04-25")
    done(typist("--json", *drafted))
    done(typist("--json", "convention", "signer", "CJ", "--piece", "D CJ", "--le", SIGNED))
    return "CJ"


def paid_once(typist: Typist) -> None:
    done(typist("--json", "versement", "payer", "CCAPH", 5600, "--reference", "B1", "--le", "2016-05-20"))


def edited(typist: Typist, folder: Path, *words: object) -> tuple[bytes, dict[str, Any]]:
    """The bytes of one document, and what is told of it."""
    found = done(typist("--json", "document", "editer", *words, "--dossier", folder, "--remplacer"))
    return Path(found["fichiers"][0]).read_bytes(), found["origines"][0]


@pytest.mark.parametrize("change", ["replaced", "removed", "folder gone"])
def test_a_template_changed_since_changes_no_byte_of_what_was_signed(
    year: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """F14: the user's own template, settled once for all, is kept with each document filled in it."""
    folder = own(tmp_path / "modeles", convention="Ma convention {{ numero }} : {{ montant }}")
    monkeypatch.setenv("COFIVILLE_MODELES", str(folder))
    signed(year)
    first, noted = edited(year, tmp_path / "a", "convention", "CJ", "--le", SIGNED)
    assert (noted["modele"], noted["mention"]) == ("acte", "")
    assert said(str(tmp_path / "a" / "convention_CJ.docx")) == "Ma convention CJ : 3 000,00 €"
    if change == "replaced":
        own(folder, convention="Autre {{ numero }}")
    elif change == "removed":
        (folder / "convention.docx").unlink()
    else:
        shutil.rmtree(folder)
    again, same = edited(year, tmp_path / "b", "convention", "CJ", "--le", SIGNED)
    assert (again, same) == (first, noted)


def test_a_template_shipped_by_a_later_version_changes_nothing_of_what_was_done(
    year: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F14: every document that an act keeps, printed again once all shipped templates are others."""
    amended(year)
    paid_once(year)
    done(year("--json", "bilan", "saisir", "CCAPH", "--cout", 0, "--piece", "Courrier", "--le", "2016-11-14"))
    asked = (
        ("convention", "CETAT"), ("notification", "CCAPH"), ("avenant", "CCAPH/1"), ("ordre", "M-CCAPH-1"),
        ("attestation", "CCAPH"),
    )  # fmt: skip
    before = [edited(year, tmp_path / "a", *each, "--le", "2016-11-30") for each in asked]
    later = own(tmp_path / "livres", **{path.stem: "Version suivante" for path in template.SHIPPED.glob("*.docx")})
    monkeypatch.setattr(template, "SHIPPED", later)
    assert [edited(year, tmp_path / "b", *each, "--le", "2016-11-30") for each in asked] == before
    draft = grant(year, "Verger", "ATELIERS", "CAPH-PDV", 1000)
    done(year("--json", "convention", "saisir", draft, "--payeur", "CAPH", "--numero", "CV", "--le", "2016-05-02"))
    _, noted = edited(year, tmp_path / "c", "convention", "CV")
    assert (noted["modele"], noted["origine"]) == ("actuel", "etat_du_livre")
    assert said(str(tmp_path / "c" / "convention_CV.docx")) == "Version suivante"


def test_letters_sent_are_printed_again_on_the_template_they_were_sent_on(year: Typist, tmp_path: Path) -> None:
    """F14: a reminder is kept with the template named when it was written."""
    folder = own(tmp_path / "modeles", relance1="Rappel {{ numero }} à {{ beneficiaire }}")
    done(year("--json", "exercice", "ouvrir", 2017))
    sent = ("bilan", "relancer", 2016, "--dossier", tmp_path / "a", "--modeles", folder, "--le", "2017-07-20")
    files = done(year("--json", *sent))["fichiers"]
    own(folder, relance1="Autre")
    for path in files:
        number = Path(path).stem.partition("_")[2]
        again, noted = edited(year, tmp_path / "b", "relance1", number, "--le", "2017-07-20")
        assert (again, noted["modele"]) == (Path(path).read_bytes(), "acte")
    assert files


def test_another_template_is_asked_for_by_its_name_and_told(year: Typist, tmp_path: Path) -> None:
    """F14: --modeles typed; the act's own template typed so is the same document."""
    folder = own(tmp_path / "modeles", convention="Mise en page {{ numero }}")
    _, noted = edited(year, tmp_path / "a", "convention", "CCAPH", "--modeles", folder)
    assert noted["modele"] == "autre"
    assert said(str(tmp_path / "a" / "convention_CCAPH.docx")) == "Mise en page CCAPH"
    words = ("document", "editer", "convention", "CCAPH", "--dossier", tmp_path / "b", "--modeles", folder)
    assert "Sur un autre modèle Word que celui gardé à l'acte." in year(*words).out
    shipped = done(year("--json", "document", "modeles", tmp_path / "livres"))["fichiers"]
    assert shipped
    assert edited(year, tmp_path / "c", "convention", "CCAPH", "--modeles", tmp_path / "livres")[1]["modele"] == "acte"


def test_a_kept_template_that_cannot_be_filled_says_how_to_take_another(
    year: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F14: it was wrong on the day of the act already."""
    folder = own(tmp_path / "modeles", convention="{{ inconnu }}")
    monkeypatch.setenv("COFIVILLE_MODELES", str(folder))
    signed(year)
    refused = year("--json", "document", "editer", "convention", "CJ", "--dossier", tmp_path / "a").refusal
    assert "« inconnu »" in refused["probleme"]
    assert "--modeles DOSSIER" in refused["remede"]
    monkeypatch.delenv("COFIVILLE_MODELES")
    done(year("--json", "document", "modeles", tmp_path / "livres"))
    assert edited(year, tmp_path / "b", "convention", "CJ", "--modeles", tmp_path / "livres")[1]["modele"] == "autre"


def test_an_act_is_done_though_its_folder_of_templates_is_not_at_hand(
    year: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F14: what it says is kept without a template, and printing says that the template is today's."""
    monkeypatch.setenv("COFIVILLE_MODELES", str(tmp_path / "lecteur-absent"))
    signed(year)
    monkeypatch.delenv("COFIVILLE_MODELES")
    _, noted = edited(year, tmp_path / "a", "convention", "CJ")
    assert (noted["origine"], noted["modele"]) == ("acte", "non_garde")
    assert (
        "celui de l'acte n'a pas été gardé" in year("document", "editer", "convention", "CJ", "--dossier", tmp_path).out
    )


def test_each_template_is_stored_once(year: Typist, base: str) -> None:
    """F14: three documents of two conventions, three templates."""
    engine = open_engine(base)
    with Session(engine) as session:
        named = session.scalars(select(KeptDocument.template)).all()
        stored = session.scalars(select(KeptTemplate.sha256)).all()
    engine.dispose()
    assert len(named) == 5
    assert set(named) == set(stored)
    assert len(stored) == len({*stored}) == 3


ALTERED = {
    "modele_altere": "UPDATE kept_template SET content = 'eJwDAAAAAAE='",
    "modele_manquant": "DELETE FROM kept_template",
    "document_altere": "UPDATE kept_document SET template = NULL",
}


@pytest.mark.parametrize("code", ALTERED)
def test_the_audit_finds_a_template_kept_that_is_altered_or_gone(year: Typist, engine: Engine, code: str) -> None:
    """F14, F70: the base refuses it; where its guards were taken away, the audit names what was touched."""
    table = ALTERED[code].split()[1] if code != "modele_manquant" else "kept_template"
    with engine.connect() as connection:
        with pytest.raises(Exception, match="append-only"):
            connection.exec_driver_sql(ALTERED[code])
        connection.rollback()
    with engine.connect().execution_options(writing=True) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            for guard in ("no_update", "no_delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_{guard}")
        connection.exec_driver_sql(ALTERED[code])
        connection.commit()
    found = year("--json", "base", "controler")
    assert found.code == 1
    codes = {each["code"] for each in found.data["anomalies"]}
    assert codes == {code, "garde_absente", "ligne_manquante" if code == "modele_manquant" else "ligne_alteree"}
    if code != "document_altere":
        refused = year("--json", "document", "editer", "convention", "CCAPH").refusal
        assert (refused["erreur"], "base controler" in refused["remede"]) == ("modele_refuse", True)


def test_templates_kept_go_with_the_base_that_is_moved(
    year: Typist, typed: Typist, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F14: moved to a file, from either engine, the base prints the same bytes."""
    before, _ = edited(year, tmp_path / "a", "convention", "CCAPH", "--le", SIGNED)
    moved = str(tmp_path / "deplacee.db")
    done(typed("--json", "base", "migrer", base, moved))
    monkeypatch.setattr(template, "SHIPPED", own(tmp_path / "livres", convention="Version suivante"))
    words = ("document", "editer", "convention", "CCAPH", "--le", SIGNED, "--dossier", tmp_path / "b")
    done(typed("--base", moved, "--json", *words))
    assert (tmp_path / "b" / "convention_CCAPH.docx").read_bytes() == before
    engine = open_engine(moved)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(KeptTemplate)) == 3
    engine.dispose()


def test_an_order_printed_again_bears_the_iban_it_was_ordered_to(year: Typist, tmp_path: Path) -> None:
    """F14, F50: a RIB replaced is the one of the order for ever, until the person is forgotten."""
    paid_once(year)
    done(year("--json", "porteur", "contact", "ATELIERS", "--iban", OLD_IBAN))
    done(year("--json", "bilan", "saisir", "CCAPH", "--cout", 16000, "--piece", "Bilan", "--le", "2016-11-14"))
    done(year("--json", "versement", "ordonner", "CCAPH", "--le", ORDERED))
    order = "M-CCAPH-2"
    days: tuple[tuple[object, ...], ...] = ((), ("--le", ORDERED))
    before = [edited(year, tmp_path, "ordre", order, *day)[0] for day in days]
    assert OLD_IBAN.replace(" ", "") in said(str(tmp_path / f"ordre_{order}.docx")).replace(" ", "")
    done(year("--json", "porteur", "contact", "ATELIERS", "--iban", NEW_IBAN))
    assert [edited(year, tmp_path, "ordre", order, *day)[0] for day in days] == before
    done(year("--json", "porteur", "effacer-contact", "ATELIERS", "--oui"))
    for day in days:
        edited(year, tmp_path, "ordre", order, *day)
        assert "IBAN : non renseigné" in said(str(tmp_path / f"ordre_{order}.docx"))


def test_a_convention_annulled_says_so_with_its_day(year: Typist, tmp_path: Path) -> None:
    """F14: signed then cancelled by decision; on a day before that, it stands as it stood."""
    signed(year)
    ended = ("--motif", "Action abandonnée", "--piece", "D 2", "--le", "2016-06-01", "--oui")
    done(year("--json", "convention", "annuler", "CJ", *ended))
    for kind in ("convention", "notification"):
        text, noted = printed(year, tmp_path, kind, "CJ", "2016-06-01")
        assert noted["mention"] == "Convention ANNULÉE le 01/06/2016."
        assert text.startswith(noted["mention"])
        assert printed(year, tmp_path, kind, "CJ", "2016-05-31")[1]["mention"] == ""


def test_a_draft_put_aside_says_that_it_was(year: Typist, tmp_path: Path) -> None:
    """F14, F50: from the day typed, and not before."""
    action = grant(year, "Jardin", "ATELIERS", "CAPH-PDV", 3000)
    done(year("--json", "convention", "saisir", action, "--payeur", "CAPH", "--numero", "CJ", "--le", "2016-04-25"))
    done(year("--json", "convention", "annuler", "CJ", "--le", "2016-06-01", "--oui"))
    text, noted = printed(year, tmp_path, "convention", "CJ", "2016-06-02")
    assert noted["mention"] == "Convention ANNULÉE le 01/06/2016 : ce projet a été mis de côté sans être signé."
    assert noted["mention"].replace("\u00a0", " ") in text
    assert printed(year, tmp_path, "convention", "CJ", "2016-05-31")[1]["mention"] == ""


def test_an_order_rejected_a_titre_cancelled_and_a_bilan_undone_say_so(year: Typist, tmp_path: Path) -> None:
    """F14, F33: each with the day of the act that ended it; a titre collected claims no more than what is left."""
    done(year("--json", "versement", "rejeter", "M-CCAPH-1", "--motif", "RIB", "--le", "2016-05-17"))
    assert printed(year, tmp_path, "ordre", "M-CCAPH-1", "2016-05-20")[1]["mention"].startswith(
        "Mandat ANNULÉ le 17/05/2016."
    )
    again = done(year("--json", "versement", "ordonner", "CCAPH", "--le", "2016-05-23"))["montant"]
    done(year("--json", "versement", "payer", "CCAPH", again, "--reference", "B1", "--le", "2016-05-27"))
    done(year("--json", "bilan", "saisir", "CCAPH", "--cout", 0, "--piece", "Courrier", "--le", "2016-11-14"))
    done(year("--json", "recouvrement", "emettre", "CCAPH", "--reference", "T-1", "--le", "2016-11-15"))
    ended = ("--piece", "D 3", "--motif", "Erreur", "--le", "2016-11-21", "--oui")
    done(year("--json", "recouvrement", "annuler", "T-1", *ended))
    assert printed(year, tmp_path, "titre", "T-1", "2016-11-22")[1]["mention"] == "Titre ANNULÉ le 21/11/2016."
    assert printed(year, tmp_path, "titre", "T-1", "2016-11-20")[1]["mention"] == ""
    left = done(year("--json", "recouvrement", "emettre", "CCAPH", "--reference", "T-2", "--le", "2016-11-22"))[
        "montant"
    ]
    done(year("--json", "recouvrement", "encaisser", "T-2", 100, "--reference", "E-1", "--le", "2016-11-23"))
    text, noted = printed(year, tmp_path, "titre", "T-2", "2016-11-23")
    assert noted["mention"].startswith("Titre ENCAISSÉ pour 100,00")
    assert noted["mention"].split(" : ")[1].startswith("il reste")
    assert noted["mention"].replace("\u00a0", " ") in text
    rest = Money(round(float(left) * 100) - 10_000).plain()
    done(year("--json", "recouvrement", "encaisser", "T-2", rest, "--reference", "E-2", "--le", "2016-11-24"))
    mention = printed(year, tmp_path, "titre", "T-2", "2016-11-24")[1]["mention"]
    assert mention.endswith(" : plus rien n'est réclamé.")
    sent = year(
        "--json", "document", "editer", "titre", "--toutes", 2016, "--dossier", tmp_path / "lot", "--le", "2016-11-24"
    )
    assert (sent.code, sorted((tmp_path / "lot").glob("titre_*"))) == (0, [])
