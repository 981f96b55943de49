"""`cofiville recouvrement`: what was overpaid, taken back by titre or set off; or by the financeur that paid it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.conventions.convention_views import Numero
from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import (
    AnneeOuTout,
    ConnuAu,
    Le,
    Montant,
    Oui,
    Piece,
    argument,
    confirm,
    day,
    option,
)
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.core.grouping import grouped
from ledger.execution.fields import ACCOUNT, ACCOUNTANT_REFERENCE, TITRE
from ledger.execution.vocabulary import RecoveryStep
from ledger.journal.fields import ALREADY_RECORDED, AMOUNT, CONVENTION, EFFECTIVE_ON, ENTRY, MOTIVE, PIECE, YEAR

if TYPE_CHECKING:
    from ledger.execution.recoveries.financeur_recoveries import RecoveredByFinanceur


_FINANCEUR = Field("financeur", "financeur", Kind.CODE)
_STEP = Field(
    "etape",
    "étape",
    Kind.CODE,
    help="demande, recu, impute (sur un versement suivant) ou abandon.",
    placeholder="ETAPE",
)
_RECORDED = (
    CONVENTION,
    _FINANCEUR,
    _STEP,
    AMOUNT,
    Field("reste", "reste à récupérer", Kind.AMOUNT),
    ENTRY,
    ALREADY_RECORDED,
)
_BY_FINANCEUR = (
    CONVENTION,
    _FINANCEUR,
    Field("beneficiaire", "bénéficiaire", Kind.CODE),
    *(
        Field(name, title, Kind.AMOUNT, summed=True)
        for name, title in (
            ("reclame", "réclamé"),
            ("repris", "repris"),
            ("impute", "imputé"),
            ("abandonne", "abandonné"),
            ("reste_a_recuperer", "reste à récupérer"),
        )
    ),
    Field(
        "constats",
        "constats",
        Kind.RECORD,
        many=True,
        fields=(_STEP, EFFECTIVE_ON, AMOUNT, PIECE, ENTRY.but(optional=True)),
        shown=False,
    ),
)

app = group("Recouvrements : le trop-perçu repris par titre de recettes, ou imputé sur l'exercice suivant.")


@app.command("constater", act=True, answer=one(*_RECORDED))
def recouvrement_constater(
    convention: Numero,
    montant: Montant,
    piece: Piece,
    etape: Annotated[str, option(_STEP, show_default=RecoveryStep.RECEIVED)] = RecoveryStep.RECEIVED,
    le: Le = None,
) -> Outcome:
    """Enregistre ce qu'un financeur qui paie lui-même récupère d'un trop-versé : rien n'entre à l'EPCI.

    Une demande ne change rien à ce qui reste ; un reçu, une imputation ou un abandon le réduisent. Se défait par
    journal annuler.

    Exemple : cofiville recouvrement constater C2016-041 140 --piece "Ordre de reversement CAF 12" --le 2017-09-05
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.recoveries.financeur_recoveries import (
        record_financeur_recovery,
        recovered_by_financeur,
    )

    with writing() as session:
        found = find_convention(session, convention)
        fact, posted = record_financeur_recovery(
            session, found, montant, step=etape.strip().lower(), piece=piece, on=day(le)
        )
        left = next(each.left for each in recovered_by_financeur(session) if each.convention is found)
        row: dict[str, Any] = {
            "convention": found.number,
            "financeur": found.payer,
            "etape": fact.step,
            "montant": fact.amount,
            "reste": left,
            "ecriture": posted.sequence,
            "deja_enregistre": not posted.new,
        }
    gross = (
        f" Constatez le versement suivant pour son montant brut, {row['montant'].french()} compris."
        if row["etape"] == RecoveryStep.SET_OFF
        else ""
    )
    said = f"{row['convention']}, {row['financeur']} : {row['montant'].french()}, {RecoveryStep(row['etape']).label} ;"
    return Outcome(row, (f"{said} reste {row['reste'].french()}.{gross}",))


@app.command("constats", answer=several(*_BY_FINANCEUR))
def recouvrement_constats(annee: AnneeOuTout = None) -> Outcome:
    """Montre les trop-versés que leurs financeurs récupèrent eux-mêmes, à part de ceux de l'EPCI.

    Exemple : cofiville recouvrement constats 2016
    """
    from ledger.execution.recoveries.financeur_recoveries import financeur_recoveries, recovered_by_financeur
    from ledger.reports.listing import Listing

    with reading() as session:
        facts: dict[str, list[dict[str, Any]]] = grouped(
            (
                fact.convention,
                {
                    "etape": fact.step,
                    "le": fact.reached_on,
                    "montant": fact.amount,
                    "piece": fact.piece,
                    "ecriture": fact.entry_number,
                },
            )
            for fact in financeur_recoveries(session)
        )
        rows = [
            _row(each) | {"constats": facts.get(each.convention.number, [])}
            for each in recovered_by_financeur(session, annee)
        ]
    return Outcome(Listing("Récupérés par leurs financeurs", _BY_FINANCEUR, tuple(rows)))


def _row(each: RecoveredByFinanceur) -> dict[str, Any]:
    return {
        "convention": each.convention.number,
        "financeur": each.convention.payer,
        "beneficiaire": each.convention.beneficiary,
        "reclame": each.asked,
        "repris": each.received,
        "impute": each.set_off,
        "abandonne": each.waived,
        "reste_a_recuperer": each.left,
    }


_AGAIN = ALREADY_RECORDED.but(since="0.2")
_ISSUED = (
    TITRE,
    CONVENTION,
    AMOUNT,
    ENTRY,
    _AGAIN,
    Field("imputations", "imputations", Kind.RECORD, many=True, fields=(AMOUNT,), since="0.2"),
)
_WAIVED = Field(
    "abandon",
    "abandon",
    Kind.YES_NO,
    help="La dette elle-même est abandonnée, par décision de qui a financé.",
)
_TITRES = (
    TITRE,
    CONVENTION,
    EFFECTIVE_ON.but(title="émis le"),
    AMOUNT.but(summed=True),
    Field("encaisse", "encaissé", Kind.AMOUNT, summed=True),
    Field("reste", "reste à encaisser", Kind.AMOUNT, summed=True),
    Field("non_valeur", "admis en non-valeur", Kind.AMOUNT, summed=True, shown=False, since="0.2"),
    Field("remis", "remis", Kind.AMOUNT, summed=True, shown=False, since="0.2"),
    Field("eteint", "éteint", Kind.AMOUNT, summed=True, shown=False, since="0.2"),
    Field("etat", "état"),
    ACCOUNT.but(shown=False),
    MOTIVE,
    Field("piece_annulation", "pièce de l'annulation", shown=False),
)
_TIME_LIMITS = (
    Field("droit", "droit"),
    Field("objet", "objet"),
    Field("debiteur", "débiteur"),
    AMOUNT,
    Field("ne_le", "né le", Kind.DAY),
    Field("jusqu_au", "jusqu'au", Kind.DAY, optional=True),
    Field("regle", "règle", Kind.CODE),
    Field("source", "source"),
)

NumeroConvention = Annotated[str, argument(CONVENTION)]
NumeroTitre = Annotated[str, argument(TITRE)]


@app.command("emettre", act=True, answer=one(*_ISSUED))
def recouvrement_emettre(
    convention: NumeroConvention,
    reference: Annotated[str, option(TITRE.but(placeholder=""), "--reference")],
    le: Le = None,
) -> Outcome:
    """Émet le titre de recettes de tout ce que la convention doit rendre.

    Exemple : cofiville recouvrement emettre DRE-2016-B --reference T-2017-118 --le 2017-07-10
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.recoveries.accounts import imputation_words, recovery_shares
    from ledger.execution.recoveries.issue_titre import issue_titre

    with writing() as session:
        titre, posted = issue_titre(session, find_convention(session, convention), reference=reference, on=day(le))
        amount = titre.amount
        shares = recovery_shares(session, titre)
        row = {
            "titre": titre.reference,
            "convention": titre.convention,
            "montant": amount,
            "ecriture": posted.sequence,
            "deja_enregistre": not posted.new,
            "imputations": [share.row() for share in shares],
        }
    said = f"Titre {row['titre']} : {amount.french()} contre le bénéficiaire de {row['convention']}"
    return Outcome(row, (f"{said} (compte {imputation_words(shares)}){posted.again()}.",))


@app.command("encaisser", act=True, answer=one(TITRE, AMOUNT, ENTRY, _AGAIN))
def recouvrement_encaisser(
    titre: NumeroTitre,
    montant: Montant,
    reference: Annotated[str, option(ACCOUNTANT_REFERENCE)],
    le: Le = None,
) -> Outcome:
    """Enregistre une somme encaissée sur un titre, en tout ou en partie.

    Exemple : cofiville recouvrement encaisser T-2017-118 3000 --reference "P503 7" --le 2017-09-05
    """
    from ledger.execution.recoveries.issue_titre import collect_titre, find_titre

    with writing() as session:
        found = find_titre(session, titre)
        posted = collect_titre(session, found, montant, on=day(le), reference=reference)
        number = found.reference
    row = {"titre": number, "montant": montant, "ecriture": posted.sequence, "deja_enregistre": not posted.new}
    return Outcome(row, (f"{montant.french()} encaissés sur le titre {number}{posted.again()}.",))


@app.command("compenser", act=True, answer=one(CONVENTION, YEAR, AMOUNT, ENTRY, _AGAIN))
def recouvrement_compenser(
    convention: NumeroConvention,
    exercice: Annotated[int, option(YEAR.but(help="L'exercice qui l'impute.", offers=""))],
    piece: Piece,
    le: Le = None,
) -> Outcome:
    """Impute le trop-perçu d'une convention sur la subvention suivante du même porteur (compensation N-1).

    Se tape aussi : recouvrement imputer.

    Exemple : cofiville recouvrement compenser DRE-2016-C --exercice 2017 --piece "Convention 2017" --le 2017-09-08
    """
    from ledger.conventions.queries import find_convention
    from ledger.execution.recoveries.settle_titre import set_off

    with writing() as session:
        found = find_convention(session, convention)
        posted, amount = set_off(session, found, exercice, piece=piece, on=day(le))
        number = found.number
    row = {
        "convention": number,
        "exercice": exercice,
        "montant": amount,
        "ecriture": posted.sequence,
        "deja_enregistre": not posted.new,
    }
    return Outcome(row, (f"{amount.french()} de {number} imputés sur {exercice}{posted.again()}.",))


@app.command("annuler", act=True, answer=one(TITRE, AMOUNT, _WAIVED, ENTRY, _AGAIN))
def recouvrement_annuler(
    titre: NumeroTitre,
    motif: Annotated[str, option(MOTIVE.but(help="Pourquoi il est annulé."))],
    piece: Piece,
    abandon: Annotated[bool, option(_WAIVED)] = False,
    oui: Oui = False,
    le: Le = None,
) -> Outcome:
    """Annule par décision ce qui reste d'un titre ; la dette demeure, sauf si elle est abandonnée.

    Exemple : cofiville recouvrement annuler T-2017-118 --motif "Remise gracieuse"
        --piece "Délibération du 12/09/2017" --abandon --le 2017-09-20 --oui
    """
    from ledger.execution.recoveries.issue_titre import find_titre
    from ledger.execution.recoveries.settle_titre import cancel_titre

    what = "et la dette abandonnée" if abandon else "mais la dette demeure"
    confirm(f"Ce qui reste du titre {titre} sera annulé, {what}.", oui)
    with writing() as session:
        found = find_titre(session, titre)
        posted, amount = cancel_titre(session, found, motive=motif, piece=piece, on=day(le), waived=abandon)
        number = found.reference
    row = {
        "titre": number,
        "montant": amount,
        "abandon": abandon,
        "ecriture": posted.sequence,
        "deja_enregistre": not posted.new,
    }
    return Outcome(row, (f"{amount.french()} du titre {number} annulés, {what}{posted.again()}.",))


@app.command("lister", answer=several(*_TITRES))
def recouvrement_lister() -> Outcome:
    """Liste les titres de recettes : émis, encaissé, reste, ou annulé et pourquoi.

    Exemple : cofiville recouvrement lister
    """
    from ledger.execution.recoveries.issue_titre import titre_states
    from ledger.reports.listing import Listing

    with reading() as session:
        rows = tuple(
            {
                "titre": state.titre.reference,
                "convention": state.titre.convention,
                "le": state.titre.issued_on,
                "montant": state.titre.amount,
                "encaisse": state.collected,
                "reste": state.left,
                "non_valeur": state.admitted,
                "remis": state.forgiven,
                "eteint": state.extinguished,
                "etat": state.word,
                "compte": state.titre.account,
                "motif": state.titre.cancellation,
                "piece_annulation": state.titre.cancellation_piece,
            }
            for state in titre_states(session)
        )
    return Outcome(Listing("Titres de recettes", _TITRES, rows))


@app.command("delais", answer=several(*_TIME_LIMITS))
def recouvrement_delais(le: Le = None, connu_au: ConnuAu = None) -> Outcome:
    """Montre jusqu'à quand chaque droit peut s'exercer : payer ce qui est dû, encaisser un titre, redemander.

    Trois délais différents, chacun avec sa règle et son texte (cofiville regle lister).

    Exemple : cofiville recouvrement delais --le 2017-10-01
    """
    from ledger.execution.recoveries.time_limits import deadlines
    from ledger.reports.listing import Listing

    with reading_as_of(le, connu_au) as session:
        rows = tuple(
            {
                "droit": each.right,
                "objet": each.subject,
                "debiteur": each.debtor,
                "montant": each.amount,
                "ne_le": each.born_on,
                "jusqu_au": each.until,
                "regle": each.rule,
                "source": each.source,
            }
            for each in deadlines(session, day(le))
        )
    return Outcome(Listing("Délais pour agir", _TIME_LIMITS, rows))
