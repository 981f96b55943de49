"""Documents: templates found, filled, refused; amounts in words; what each says of the worked DRE year."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.conventions.queries import find_convention
from ledger.core.errors import FileInTheWay
from ledger.core.money import Money, parse_money
from ledger.reports.documents import template
from ledger.reports.documents.editing import fill_documents, write_files
from ledger.reports.documents.fields import DocumentKind, NoDocument, all_fields
from ledger.reports.documents.filling import filled_apart
from ledger.reports.documents.kinds import KINDS
from ledger.reports.documents.shipped import made_template, template_sources
from ledger.reports.documents.template import SHIPPED, TemplateRefused, read_template
from ledger.reports.documents.values import in_words
from ledger.storage.delivered_files import replacing
from tests.bases import PostgresqlBases, SqliteBases
from tests.conftest import Typist
from tests.reports.documents import EXAMPLES, GOLDEN, TODAY, acting_on, live, said

pytestmark = pytest.mark.one_engine


@pytest.fixture(scope="module")
def year_base(bases: SqliteBases | PostgresqlBases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The worked DRE year, played to its end."""
    address = bases.new(tmp_path_factory.mktemp("annee"))
    live(address)
    yield address
    bases.drop(address)


@pytest.fixture
def lived(year_base: str) -> Iterator[Session]:
    """A session on that year, whose changes are not kept."""
    with acting_on(year_base) as session:
        yield session


def own_template(folder: Path, name: str, source: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.docx").write_bytes(made_template(source))
    return folder


@pytest.mark.parametrize("name", template_sources())
def test_the_templates_shipped_are_those_the_texts_make(name: str) -> None:
    kept, remade = (
        Document(BytesIO(each))
        for each in ((SHIPPED / f"{name}.docx").read_bytes(), made_template(template_sources()[name]))
    )
    assert kept.element.xml == remade.element.xml, "run python -m ledger.reports.documents.shipped"
    assert kept.styles.element.xml == remade.styles.element.xml


def test_each_document_has_a_template_shipped_and_each_template_a_document() -> None:
    assert set(KINDS) == set(template_sources()) == {path.stem for path in SHIPPED.glob("*.docx")}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "zéro euro"),
        ("0,01", "un centime"),
        ("1", "un euro"),
        ("1,80", "un euro et quatre-vingts centimes"),
        ("71,21", "soixante et onze euros et vingt et un centimes"),
        ("200", "deux cents euros"),
        ("80 000", "quatre-vingt mille euros"),
        ("103 308,52", "cent trois mille trois cent huit euros et cinquante-deux centimes"),
        ("1 000 000", "un million d'euros"),
        ("1 343 330", "un million trois cent quarante-trois mille trois cent trente euros"),
        ("-12,50", "moins douze euros et cinquante centimes"),
    ],
)
def test_an_amount_is_written_in_words_to_the_cent(amount: str, words: str) -> None:
    assert in_words(parse_money(amount)) == words


@given(st.integers(0, 10**13))
def test_two_amounts_never_have_the_same_words(cents: int) -> None:
    assert not re.search(r"\d", in_words(Money(cents)))
    assert in_words(Money(cents)) != in_words(Money(cents + 1))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_document_says_what_its_golden_copy_says(lived: Session, kind: DocumentKind) -> None:
    kept = (GOLDEN / f"{kind.name}.txt").read_text(encoding="utf-8")
    assert said(lived, kind) == kept, "run python -m tests.reports.documents, and read what changed"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_fields_announced_are_those_given(lived: Session, kind: DocumentKind) -> None:
    given = all_fields(lived, kind, *EXAMPLES[kind.name])
    found = set(given)
    for name, value in given.items():
        if isinstance(value, list):
            assert value, name
            found |= {f"{name}.{column}" for row in value for column in row}
    assert found == set(kind.known_fields)


def test_a_batch_holds_every_document_of_the_year(lived: Session) -> None:
    for kind, count in (("decompte", 4), ("ordre", 9), ("titre", 0)):
        assert len(KINDS[kind].keys(lived, 2016, TODAY)) == count, kind
    assert KINDS["titre"].keys(lived, 2017, TODAY) == []  # T-2017-118 is collected: a letter would claim it again


def test_no_recapitulation_goes_with_a_first_payment(lived: Session) -> None:
    with pytest.raises(NoDocument, match="rien n'a été versé avant"):
        fill_documents(lived, KINDS["decompte"], ["M-C2016-001-1"], template=read_template("decompte", None), on=TODAY)


def test_the_users_own_template_comes_before_the_one_shipped(lived: Session, tmp_path: Path) -> None:
    own = own_template(tmp_path, "titre", "Réf. {{ titre }} : {{ reclame }}, {{ emis_le.court }}")
    assert said(lived, KINDS["titre"], own) == "Réf. T-2017-118 : 6\u00a0644,35\u00a0€, 10/07/2017\n"


def test_every_absent_field_is_named_with_those_that_exist(lived: Session, tmp_path: Path) -> None:
    own = own_template(
        tmp_path, "titre", "{{ montan }} {{ titre.lettre }}\n{% for b in bilans %}{{ b.definitf }}{% endfor %}"
    )
    with pytest.raises(TemplateRefused) as refused:
        said(lived, KINDS["titre"], own)
    for name in ("« montan »", "« lettre »", "« definitf »"):
        assert name in refused.value.problem
    assert "bilans.definitif" in refused.value.remedy


@pytest.mark.parametrize(
    "source",
    ["{{ titre.__class__.__mro__ }}", "{{ titre.format.__globals__ }}", "{{ ''.__class__.__base__.__subclasses__() }}"],
)
def test_a_template_reaches_nothing_but_its_fields(lived: Session, tmp_path: Path, source: str) -> None:
    own = own_template(tmp_path, "titre", source)
    with pytest.raises(TemplateRefused):
        said(lived, KINDS["titre"], own)


@pytest.mark.parametrize("source", ["{{ titre", "{% for b in bilans %}", "{% nimporte %}"])
def test_a_malformed_tag_is_refused(lived: Session, tmp_path: Path, source: str) -> None:
    own = own_template(tmp_path, "titre", source)
    with pytest.raises(TemplateRefused, match="balise mal formée"):
        said(lived, KINDS["titre"], own)


@pytest.mark.parametrize("content", [b"", b"bonjour", b"PK\x03\x04 tronqu\xe9"])
def test_a_file_that_is_no_word_template_is_refused(lived: Session, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "titre.docx").write_bytes(content)
    with pytest.raises(TemplateRefused, match="pas un modèle Word lisible"):
        said(lived, KINDS["titre"], tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="limits are the system's")
@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{% for a in range(1000000) %}{% endfor %}",
        "{{ 10 ** (10 ** 10) }}",
    ],
)
def test_a_template_without_end_is_stopped(
    lived: Session, tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F76: a Word template with nested loops hung."""
    monkeypatch.setattr(template, "filled_apart", partial(filled_apart, seconds=3))
    own = own_template(tmp_path, "titre", source)
    with pytest.raises(TemplateRefused, match=r"demande trop de (temps|mémoire)"):
        said(lived, KINDS["titre"], own)


def test_a_template_that_unpacks_without_end_is_refused(lived: Session, tmp_path: Path) -> None:
    own = own_template(tmp_path, "titre", "{{ objet }}")
    with zipfile.ZipFile(own / "titre.docx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image.xml", bytes(60_000_000))
    with pytest.raises(TemplateRefused, match="trop de mémoire"):
        said(lived, KINDS["titre"], own)


def test_a_template_of_ones_own_says_what_the_one_shipped_says(lived: Session, tmp_path: Path) -> None:
    """Filled in another process, where amounts and days stay what they are."""
    for kind in KINDS.values():
        own = own_template(tmp_path, kind.name, "")
        shutil.copy(SHIPPED / f"{kind.name}.docx", own / f"{kind.name}.docx")
        with zipfile.ZipFile(own / f"{kind.name}.docx", "a") as archive:
            archive.writestr("word/own.xml", "<own/>")
        assert said(lived, kind, own) == said(lived, kind)


def test_a_text_is_written_as_it_is(lived: Session, tmp_path: Path) -> None:
    hostile = 'Fête & <b>jeux</b> {{ 7 * 7 }} \x0bl\'été "2016"'
    find_convention(lived, "C2016-002").purpose = hostile
    own = own_template(tmp_path, "titre", "{{ objet }}")
    assert said(lived, KINDS["titre"], own) == hostile.replace("\x0b", "") + "\n"


def test_documents_there_already_are_kept(tmp_path: Path) -> None:
    (tmp_path / "b.docx").write_bytes(b"fini a la main")
    with pytest.raises(FileInTheWay):
        write_files(tmp_path, {"a.docx": b"a", "b.docx": b"b"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"b.docx": b"fini a la main"}
    with replacing(True):
        write_files(tmp_path, {"a.docx": b"a", "b.docx": b"b"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.docx": b"a", "b.docx": b"b"}
    write_files(tmp_path, {"a.docx": b"a", "b.docx": b"b"})


def test_one_command_writes_a_year_of_documents_or_none(year_base: str, typed: Typist, tmp_path: Path) -> None:
    folder, own = tmp_path / "courriers", tmp_path / "modeles"
    done = typed("--base", year_base, "--json", "document", "editer", "decompte", "--toutes", 2016, "--dossier", folder)
    assert len(done.data["fichiers"]) == 4
    assert all(Path(name).is_file() for name in done.data["fichiers"])
    own_template(own, "ordre", "{{ inconnu }}")
    asked = ("document", "editer", "ordre", "--toutes", 2016, "--dossier", tmp_path / "rien", "--modeles", own)
    assert typed("--base", year_base, "--json", *asked).refusal["erreur"] == "modele_refuse"
    assert not (tmp_path / "rien").exists()


def test_the_templates_shipped_can_be_copied_and_given_back(cofiville: Typist, tmp_path: Path) -> None:
    copied = cofiville("--json", "document", "modeles", tmp_path / "modeles").data["fichiers"]
    assert {Path(name).stem for name in copied} == set(KINDS)
    listed = cofiville("--json", "document", "lister", "--modeles", tmp_path / "modeles").data
    assert {row["modele"] for row in listed} == set(copied)
    known = cofiville("--json", "document", "champs", "decompte").data
    assert {"champ": "versements.mandat", "sens": "le numéro du mandat"} in known


def _words(text: str) -> list[str]:
    """Hyphens apart: a reader of PDF joins the two halves of a word cut at one."""
    return re.findall(r"\w+", text.replace("-", ""))


@pytest.mark.long
def test_libreoffice_renders_each_document_with_all_it_says(lived: Session, tmp_path: Path) -> None:
    soffice, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if soffice is None or reader is None:
        pytest.skip("needs soffice (LibreOffice) and pdftotext on the path")
    files = [
        path
        for kind in KINDS.values()
        for key, on in [EXAMPLES[kind.name]]
        for path in write_files(
            tmp_path,
            fill_documents(lived, kind, [key], template=read_template(kind.name, None), on=on),
        )
    ]
    home = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    convert = [soffice, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, files)]
    subprocess.run(convert, check=True, capture_output=True, timeout=300)
    for kind, path in zip(KINDS.values(), files, strict=True):
        read = subprocess.run([reader, path.with_suffix(".pdf"), "-"], check=True, capture_output=True, text=True)
        assert read.stdout.count("\f") <= 2, f"{kind.name} runs over two pages"
        kept = _words((GOLDEN / f"{kind.name}.txt").read_text(encoding="utf-8"))
        shown = set(_words(re.sub(r"-\n", "-", read.stdout)))
        assert {word for word in kept if len(word) < 8} <= shown, kind.name
