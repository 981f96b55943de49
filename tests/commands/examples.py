"""The examples that end the help pages: the moment of the example year each is typed at, what stands before it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from tests.commands.test_tree import LEAVES
from tests.exchange.test_dauphin import CHARGES, HEAD
from tests.guide import in_a_folder, screen, typed

ELSEWHERE = {
    "base migrer": "needs a server",
    "base roles": "needs a server",
    "demo": "is the year itself, played by its own test",
    "action deroger": "needs an investment, which the example has none of, and has its own test",
    "menu": "asks, and has its own test",
    "ouvrir": "answers until it is stopped, and has its own test",
    "echange rapprocher": "reads the treasury's file, and has its own test",
    "echange adapter": "reads a partner's file, and has its own test",
}
BEFORE = {
    "exercice ouvrir": ("exercice ouvrir", "journal annuler", "journal corriger"),
    "appel ouvrir": ("appel controler", "appel ouvrir", "appel reconduire"),
    "%enveloppes": ("action budget", "action lire-budget"),
    "allocation proposer": ("allocation proposer",),
    "allocation valider": (
        "enveloppe modifier",
        "action modifier",
        "action public",
        "action ligne",
        "action statut",
        "allocation fixer",
        "allocation liberer",
        "allocation valider",
    ),
    "allocation accorder": ("allocation accorder",),
    "convention saisir": ("convention saisir", "convention avenant", "convention tranche", "allocation retirer"),
    "convention signer": (
        "convention signer",
        "deliberation preparer",
        "deliberation adopter",
        "deliberation transmettre",
        "deliberation publier",
        "deliberation retirer",
        "deliberation lister",
        "deliberation montrer",
        "deliberation attendues",
    ),
    "versement ordonner": (
        "versement ordonner",
        "action droit-commun",
        "enveloppe annoncer",
        "enveloppe geler",
        "enveloppe degeler",
        "enveloppe annonces",
        "enveloppe couvrir",
        "enveloppe preparer",
    ),
    "versement payer": (
        "brouillon saisir",
        "brouillon modifier",
        "brouillon abandonner",
        "brouillon valider",
        "convention annuler",
        "convention scinder",
        "action transferer",
        "versement payer",
        "versement rejeter",
        "recette constater",
    ),
    "%bilans": ("bilan examiner",),
    "cloture executer": (
        "enveloppe notifier",
        "enveloppe avancer",
        "enveloppe virer",
        "allocation comparer",
        "allocation diagnostiquer",
        "convention recevoir",
        "convention degager",
        "bilan proroger",
        "bilan arreter",
        "bilan saisir",
        "cloture decider",
    ),
    "bilan rendre": ("bilan rendre",),
    "recouvrement compenser": (
        "recouvrement compenser",
        "recouvrement encaisser",
        "recouvrement annuler",
        "recouvrement remettre",
        "recouvrement non-valeur",
        "recouvrement eteindre",
    ),
    "reversement rendre": ("reversement rendre", "reversement reprogrammer"),
}
_NOTIFIED = [
    f'cofiville enveloppe notifier CAF-DROIT-COMMUN 2016 {rank}000 --piece "Courrier {rank}" --le 2016-02-{rank:02d}'
    for rank in range(1, 13)
]
_SIGNED = (
    (
        "cofiville convention saisir 2016-015 --payeur CAPH --montant CAPH-PDV=11000 --tranche 2017:CAPH-PDV=9000"
        " --fin 2017-12-31 --le 2016-04-25"
    ),
    'cofiville convention signer C2016-001 --piece "Délibération du 11/04/2016" --le 2016-04-29',
)
_DRAFT = 'cofiville brouillon saisir versement payer C2016-001 4000 --le 2016-05-20 --reference "B12 M345"'
_DRAFTS = (_DRAFT, *[_DRAFT.replace("saisir", "saisir --encore")] * 2)
_ANNOUNCED = (
    'cofiville enveloppe annoncer ETAT-PDV-ACTIONS 2016 20000 --piece "Courrier du préfet du 03/10/2016"'
    " --le 2016-10-03"
)
_SUITE = "cofiville contrat creer CV195-2024 --epci 200042190 --du 2024-01-01 --au 2030-12-31"
_PREPARED = "cofiville deliberation preparer 2016 --le 2016-03-14"
_ADOPTED = "cofiville deliberation adopter D2016-1 --numero 2016-041 --le 2016-04-11"
FIRST = {
    **dict.fromkeys(
        ("deliberation adopter", "deliberation retirer", "deliberation lister", "deliberation montrer"), (_PREPARED,)
    ),
    "deliberation transmettre": (_PREPARED, _ADOPTED),
    "deliberation publier": (
        _PREPARED,
        _ADOPTED,
        "cofiville deliberation transmettre D2016-1 --le 2016-04-13",
    ),
    **dict.fromkeys(("contrat prolonger", "contrat clore"), (_SUITE,)),
    **dict.fromkeys(
        ("compte modifier", "compte clore"),
        ('cofiville compte ajouter verser 65737 --tiers gip --source "Courrier du comptable, 12/01/2016"',),
    ),
    "financeur clore": ('cofiville financeur ajouter COMMUNE-DENAIN "Ville de Denain" --type commune --source §5.4.1',),
    "type-territoire clore": (
        'cofiville type-territoire ajouter poche "poche de pauvreté" --compte-comme veille --du 2017-01-01',
    ),
    "ligne clore": (
        'cofiville ligne ajouter CAF-REAAP CAF --libelle "Caf - REAAP" --nature droit_commun --source §5.5.4',
    ),
    "base restaurer": ("cofiville base sauvegarder sauvegarde-2016-12-31.db",),
    "base essayer": ("cofiville base sauvegarder sauvegarde-2016-12-31.db",),
    "territoire vecus": ('cofiville territoire vecu 2016 "Maison de quartier" --source "COPIL du 04/03/2016"',),
    "porteur effacer-contact": ('cofiville porteur contact CCAS-D-ESCAUDAIN --nom "Mme Dubois"',),
    "action annuler-saisie": (
        (
            "cofiville action saisir 2016 --numero 2016-099 --intitule Double --porteur CCAS-D-ESCAUDAIN"
            " --objectif 5.1.2 --cout 1000 --financement PORTEUR-FONDS-PROPRES=1000 --qpv 1"
        ),
    ),
    "porteur fusionner": ('cofiville porteur ajouter "CCAS Escaudain" --type ccas --code CCAS-ESCAUDAIN',),
    "avis repondre": (
        "cofiville avis saisir 2016-014 ETAT --avis favorable --le 2016-02-02",
        "cofiville avis lettres 2016 courriers --reponse-avant 2016-02-20 --le 2016-02-05",
    ),
    "allocation liberer": (
        'cofiville allocation fixer 2016-014 CAPH-PDV 1000 --motif "Comité technique du 26/02/2016"',
    ),
    "allocation comparer": ("cofiville allocation proposer 2016 --scenario COPIL-2016-BIS",),
    "convention document": ('cofiville porteur ajouter "Les Ateliers du Faubourg" --type association --code ATELIERS',),
    "convention avenant": _SIGNED,
    "convention tranche": (
        *_SIGNED,
        'cofiville enveloppe notifier CAPH-PDV 2017 9000 --piece "Budget 2017" --le 2017-01-20',
        (
            'cofiville action saisir 2017 --intitule "Jardins et cuisines partagés" --porteur EX-JARDINS --cout 9000'
            " --financement CAPH-PDV=9000 --qpv 10 --le 2017-01-20"
        ),
    ),
    "bilan examiner": (
        (
            "cofiville bilan saisir C2016-001 --charge 60=20000 --produit 74=25000 --cout-type qpv=20000 --autres 11550"
            ' --piece "Compte rendu financier" --le 2017-06-30'
        ),
    ),
    "excel comparer": (
        "cofiville excel exporter programmation 2016 programmation_envoyee.xlsx",
        "cofiville excel exporter programmation 2016 programmation_recue.xlsx",
    ),
    "excel garder": ("cofiville rapport dossier 2016 dossier_2016.html",),
    "appel reconduire": ("cofiville appel ouvrir 2015 --le 2014-11-19 --cloture 2015-01-15",),
    "reprise": ("cofiville excel modeles .",),
    "enveloppe degeler": (
        'cofiville enveloppe geler ETAT-PDV-ACTIONS 2016 1000 --piece "Circulaire du 03/10/2016" --le 2016-10-03',
    ),
    **dict.fromkeys(("enveloppe annonces", "enveloppe couvrir", "enveloppe preparer"), (_ANNOUNCED,)),
    **dict.fromkeys(
        ("piece lister", "piece extraire", "piece effacer"),
        ("cofiville piece ajouter C2016-001 convention-signee.pdf --genre convention_signee --le 2016-04-29",),
    ),
    "brouillon modifier": _DRAFTS,
    "brouillon abandonner": _DRAFTS,
    "brouillon valider": _DRAFTS,
    "journal annuler": ("cofiville exercice ouvrir 2016", *_NOTIFIED),
    "journal corriger": ("cofiville exercice ouvrir 2016", *_NOTIFIED),
}
_BUDGET = (
    HEAD + CHARGES + "produits,74,Subventions,1300\nproduits,74region,Région,1300\nproduits,RESSPROPRES,Propres,200\n"
)
NAMED = {name: moment for moment, names in BEFORE.items() for name in names}


def example(path: tuple[str, ...]) -> str:
    """The line that ends the help of this command."""
    return " ".join((LEAVES[path].help or "").rpartition("Exemple : ")[2].split())


@contextmanager
def at_its_moment(path: tuple[str, ...], moments: dict[str, Path], work: Path) -> Iterator[str]:
    """The example of this command, inside a copy of its moment where what must stand before it was typed."""
    name = " ".join(path)
    folder = work / "annee"
    shutil.copytree(moments[NAMED.get(name, "fin")], folder)
    with in_a_folder(), chdir(folder):
        _other_files(name)
        for line in FIRST.get(name, ()):
            code, said = screen(line)
            assert code == 0, f"{line}\n{said}"
        if name == "reprise":
            Path("reprise.xlsx").rename("reprise_2016.xlsx")
        yield example(path)


def _other_files(name: str) -> None:
    """The files that somebody else sent, or that were printed."""
    if name == "action lire-budget":
        Path("plan_de_financement.csv").write_text(_BUDGET, encoding="utf-8")
    if name.startswith("piece "):
        Path("convention-signee.pdf").write_bytes(b"%PDF-1.4")
    if name == "base controler":
        Path("cloture-2016.txt").write_text(typed("cofiville base controler")[1], encoding="utf-8")
