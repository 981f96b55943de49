"""The ways out that refusals print: each names a command that exists, with options that it has (F41)."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bases import ROOT
from tests.commands.test_tree import LEAVES, TREE
from tests.conftest import Answer, Lived, Typist
from tests.sources import MODULES, parsed

_COMMAND = re.compile(r"cofiville ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?((?:[^;:,.()«»→]|,(?=\w))*)")


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text of a module and its line, docstrings left out, with VALUE where a value is put in."""
    tree = parsed(path)
    parts = {id(each) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for each in node.values}
    shown = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            values = (each.value if isinstance(each, ast.Constant) else "VALUE" for each in node.values)
            yield node.lineno, "".join(map(str, values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (parts | shown):
            yield node.lineno, node.value


def advised() -> list[tuple[str, str, str, str]]:
    """Every command that a text of the program advises: where, its group, its name, what follows."""
    return [
        (f"{path.relative_to(ROOT)}:{line}", group, name or "", rest)
        for path in MODULES
        for line, text in _texts(path)
        for group, name, rest in _COMMAND.findall(text)
    ]


def unknown_in(group: str, name: str, rest: str) -> str:
    """What of this command does not exist; "" when all of it does, or when its name is a value put in."""
    path = tuple(filter(None, (group, name)))
    if path in TREE and path not in LEAVES:
        return "" if not rest.strip() or rest.strip().startswith("VALUE") else " ".join(path) + rest
    if path not in LEAVES:
        return " ".join(path)
    parameters = LEAVES[path].params
    options = {each for parameter in parameters for each in parameter.opts}
    missing = [each for each in re.findall(r"--[a-z][a-z-]*", rest) if each not in options]
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    words = re.split(r" --| [a-zé]|\\|…", rest)[0].replace('"', " ").split()
    if all(each.nargs != -1 for each in arguments) and len(words) > len(arguments):
        missing.append(f"too many words: {rest.strip()}")
    return f"{' '.join(path)}: {', '.join(missing)}" if missing else ""


def missing_in(group: str, name: str, rest: str) -> str:
    """What this command cannot do without, and is not named; "" when nothing is."""
    path = tuple(filter(None, (group, name)))
    if path not in LEAVES or "COMMANDE" in rest or rest.startswith(" les "):
        return ""
    command = LEAVES[path]
    words = shlex.split(re.split(r" [a-zéà]+ [a-zé]|…", rest)[0].replace("'", " ").replace('"', " "))
    options = {word for word in words if word.startswith("--")}
    flags = {opt for each in command.params if getattr(each, "is_flag", False) for opt in each.opts}
    if "{}" in words:
        words = [*words, "MAYBE"]
    places = len(words) - len(options) - len(options - flags)
    arguments = [each.name for each in command.params if each.param_type_name == "argument"]
    given = {*arguments[: max(places, 0)], *(each.name for each in command.params if options & set(each.opts))}
    needed = [each.name for each in command.params if each.required] + [*command.asks]
    return " ".join(each for each in needed if not given & set(each.split("|")))


def test_every_command_that_a_text_of_the_program_advises_is_whole() -> None:
    """F41: typed as it is printed, its places filled, it lacks nothing that a script must give."""
    assert [(place, *words, lacks) for place, *words in advised() if (lacks := missing_in(*words))] == []


def test_every_command_that_a_text_of_the_program_advises_exists_with_the_options_it_names() -> None:
    """F41: what a refusal prints may be typed."""
    found = advised()
    assert len(found) > 250
    assert [(place, wrong) for place, *words in found if (wrong := unknown_in(*words))] == []


LINE, OWN = "CAPH-PDV", "PORTEUR-FONDS-PROPRES"
LIFE: tuple[str, ...] = (
    f'enveloppe notifier {LINE} 2016 20000 --piece "Budget 2016" --le 2016-01-15',
    "porteur ajouter Ateliers --type association --code ATELIERS",
    (
        f"action saisir 2016 --intitule Atelier --porteur ATELIERS --cout 20000 --financement {LINE}=10000"
        f" --financement {OWN}=10000 --qpv 40 --le 2016-01-20"
    ),
    f"allocation accorder 2016-001 {LINE} 9000 --piece D1 --le 2016-03-04",
    "convention saisir 2016-001 --numero C-1 --echeance solde@signature --le 2016-04-01",
    "convention signer C-1 --piece D2 --le 2016-04-29",
    "versement ordonner C-1 4000 --reference M1 --le 2016-05-13",
    'versement payer C-1 4000 --reference "B1 M1" --le 2016-05-20',
)
NOTIFIED, GRANTED, SIGNED, ORDERED, PAID = range(1, 6)
_PLACES = {"MOTIF": "Erreur", "PIECE": "Note", "MONTANT": "500", "±MONTANT": "500"}


@pytest.fixture
def lived(in_2016: Typist, brought: Lived) -> Typist:
    """A convention of 9 000 € of the 10 000 € asked, of which 4 000 € are paid."""

    @brought
    def live() -> None:
        for line in LIFE:
            answer = in_2016(*shlex.split(line))
            assert answer.code == 0, (line, answer.err)

    return in_2016


def way_out(refused: Answer) -> list[str]:
    """The words of the first command that a refusal advises, its places filled."""
    assert refused.code == 1, refused.err
    command = re.search(r"cofiville ([^;]*?)(?:[.)]? puis|\.? Pour|,? ou |\)|\.?$)", refused.refusal["remede"])
    assert command, refused.refusal
    words = shlex.split(command[1].rstrip("."))
    for place, value in _PLACES.items():
        words = [re.sub(rf"(^|[=+-]){re.escape(place)}$", rf"\g<1>{value}", word) for word in words]
    return words


@pytest.mark.parametrize("number", [NOTIFIED, GRANTED, SIGNED, ORDERED])
def test_the_acts_to_undo_before_another_are_named_one_after_the_other_and_may_be_undone(
    lived: Typist, number: int
) -> None:
    """F41: a used notification or grant, a convention or an order paid: the latest act that stands in the way first."""
    undo = ("--json", "journal", "annuler", number, "--motif", "Erreur", "--oui", "--le", "2016-12-01")
    undone = []
    while (answer := lived(*undo)).code:
        words = way_out(answer)
        assert words[:2] == ["journal", "annuler"]
        assert lived(*words, "--motif", "Erreur", "--oui", "--le", "2016-12-01").code == 0
        undone.append(int(words[2]))
    assert undone == list(range(PAID, number, -1))
    assert lived("base", "controler").code == 0


def test_a_used_notification_corrected_says_how_to_record_the_gap_alone(lived: Typist) -> None:
    """F41"""
    act = ("enveloppe", "notifier", LINE, 2016, "20500", "--piece", "Budget 2016", "--le", "2016-01-15")
    refused = lived("--json", "journal", "corriger", "--motif", "Lu de travers", "--oui", NOTIFIED, *act)
    assert refused.code == 1
    gap = f"cofiville enveloppe modifier {LINE} 2016 ±MONTANT --piece PIECE."
    assert refused.refusal["remede"].endswith(gap)
    assert lived("enveloppe", "modifier", LINE, 2016, "500", "--piece", "Note", "--le", "2016-06-01").code == 0


def test_an_avenant_is_answered_by_the_opposite_one_whole(lived: Typist) -> None:
    """F41"""
    avenant = ("convention", "avenant", "C-1", "--montant", f"{LINE}=+1000", "--piece", "A1", "--le", "2016-06-01")
    number = lived("--json", *avenant).data["ecriture"]
    refused = lived("--json", "journal", "annuler", number, "--motif", "Erreur", "--oui")
    words = way_out(refused)
    assert words[:4] == ["convention", "avenant", "C-1", "--action"]
    assert f"{LINE}=-1000.00" in words
    assert lived(*words, "--le", "2016-06-02").code == 0
    assert lived("--json", "convention", "montrer", "C-1").data["accorde"] == "9000.00"


def test_an_avenant_above_what_was_asked_says_what_is_left_and_where_the_rest_goes(lived: Typist) -> None:
    """F41: 9 000 of the 10 000 asked are granted; a motive passes a rule, never the request."""
    avenant = ("convention", "avenant", "C-1", "--piece", "A1", "--le", "2016-06-01", "--malgre", "Décision")
    refused = lived("--json", *avenant, "--montant", f"{LINE}=+1500")
    assert refused.code == 1
    remedy = refused.refusal["remede"]
    assert f"(--montant {LINE}=+1000.00)" in remedy
    assert "cofiville action saisir 2016" in remedy
    assert lived(*avenant, "--montant", f"{LINE}=+1000").code == 0
    again = lived("--json", *avenant[:3], *avenant[5:], "--piece", "A2", "--montant", f"{LINE}=+1").refusal["remede"]
    assert "réduisez" not in again.lower()
    assert f"convention avenant C-1 --action ACTION --montant {LINE}=+MONTANT" in again


def test_a_bilan_refused_may_be_typed_again_whole(lived: Typist) -> None:
    """F41: with the whole cost, the other funding and the costs by territory that were typed."""
    for line in (
        "versement ordonner C-1 --reference M2 --le 2016-06-13",
        'versement payer C-1 5000 --reference "B2 M2" --le 2016-06-20',
        'bilan saisir C-1 --cout 19000 --autres 0 --piece "Compte rendu" --le 2016-12-01',
    ):
        answer = lived(*shlex.split(line))
        assert answer.code == 0, (line, answer.err)
    bilan = "bilan saisir C-1 --cout 18000 --cout-total 18500 --autres 300 --qpv 30 --hors 6 --piece P --le 2016-12-02"
    words = way_out(lived("--json", *shlex.split(bilan)))
    assert words[:4] == ["journal", "corriger", "--motif", "Erreur"]
    for option, value in (
        ("--cout-total", "18500.00"),
        ("--autres", "300.00"),
        ("--piece", "P"),
        ("--le", "2016-12-02"),
    ):
        assert words[words.index(option) + 1] == value
    assert {"qpv=15000.00", "hors=3000.00"} <= set(words)
    corrected = lived("--json", *words[:2], "--oui", "--le", "2016-12-02", *words[2:])
    assert corrected.code == 0, corrected.err
    shown = lived("--json", "bilan", "montrer", "C-1").data
    assert "18000.00" in str(shown)


def test_a_direct_grant_refused_says_its_rule_in_words_never_in_codes(in_2016: Typist) -> None:
    """F39: label, figures and text of the rule."""
    for line in (
        "enveloppe notifier ETAT-PDV-ACTIONS 2016 20000 --piece Budget --le 2016-01-15",
        "porteur ajouter Ateliers --type association --code ATELIERS",
        (
            "action saisir 2016 --intitule Atelier --porteur ATELIERS --cout 10000 --financement ETAT-PDV-ACTIONS=9000"
            f" --financement {OWN}=1000 --qpv 40 --le 2016-01-20"
        ),
    ):
        assert in_2016(*shlex.split(line)).code == 0
    refused = in_2016(
        *(
            "--json",
            "allocation",
            "accorder",
            "2016-001",
            "ETAT-PDV-ACTIONS",
            9000,
            "--piece",
            "D",
            "--le",
            "2016-03-04",
        )
    ).refusal
    assert "Crédits spécifiques de l'État hors DRE" in refused["probleme"]
    assert "§5.1" in refused["probleme"]
    assert not re.search(r"regle:|TAUX-|taux_", refused["probleme"])
    scenario = ("allocation", "proposer", 2016, "--scenario", "S", "--le", "2016-03-04")
    assert in_2016(*scenario).code == 0
    assert "regle:" not in in_2016("allocation", "montrer", "S").out
    assert in_2016("--json", "allocation", "montrer", "S").data[0]["limite_par"] == "regle:TAUX-ETAT"


def test_an_act_typed_twice_says_that_it_was_recorded_already(lived: Typist) -> None:
    """Each act with a reference of its own: the second time writes nothing, and says so."""
    for line in (
        f'enveloppe modifier {LINE} 2016 500 --piece "Note 1" --le 2016-05-01',
        f"allocation accorder 2016-001 {LINE} 500 --piece D3 --le 2016-05-02",
        f"convention avenant C-1 --montant {LINE}=+500 --piece A1 --le 2016-06-01",
        "convention avenant C-1 --fin 2017-03-31 --piece A2 --le 2016-06-02",
        "versement ordonner C-1 1000 --reference M2 --le 2016-06-13",
        'versement payer C-1 1000 --reference "B2 M2" --le 2016-06-20',
        'bilan saisir C-1 --cout 8000 --autres 0 --piece "Compte rendu" --le 2016-12-01',
        "recouvrement emettre C-1 --reference T1 --le 2016-12-02",
        'recouvrement encaisser T1 100 --reference "P503 7" --le 2016-12-03',
    ):
        words = shlex.split(line)
        first = lived("--json", *words)
        assert (first.code, first.data["deja_enregistre"]) == (0, False), (line, first.err)
        again = lived("--json", *words)
        assert (again.code, again.data["deja_enregistre"]) == (0, True), (line, again.err)
        assert again.data["ecriture"] == first.data["ecriture"]
        assert "déjà enregistré" in lived(*words).out
