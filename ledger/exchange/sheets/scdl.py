"""Grants published by public bodies: the 16 columns of SCDL 2.1.1, and the titles of its earlier forms."""

from __future__ import annotations

from ledger.exchange.declaration import Column, Kind, Sheet

SUBVENTIONS = Sheet(
    name="Subventions",
    title="Subventions publiées (SCDL 2.1.1)",
    key=("payer_siret", "on", "decision", "siret", "porteur", "purpose", "amount"),
    instructions=("Une ligne par bénéficiaire.",),
    repeats=True,
    foreign=True,
    columns=(
        Column("payer", "nomAttribuant", Kind.TEXT, aliases=("COLL_NOM", "Nom de l'attributaire")),
        Column(
            "payer_siret",
            "idAttribuant",
            Kind.TEXT,
            aliases=("COLL_SIRET", "Identification de l'attributaire (SIRET)"),
        ),
        Column(
            "on",
            "dateConvention",
            Kind.DAY,
            aliases=("ACTE_DATE", "Date de la convention de subvention"),
        ),
        Column("decision", "referenceDecision", Kind.TEXT, aliases=("ACTE_REF", "Référence de la décision")),
        Column("porteur", "nomBeneficiaire", Kind.TEXT, required=True, aliases=("ATTRIB_NOM", "Nom du bénéficiaire")),
        Column("siret", "idBeneficiaire", Kind.TEXT, aliases=("ATTRIB_SIRET", "Identification du bénéficiaire")),
        Column("rna", "rnaBeneficiaire", Kind.TEXT),
        Column("purpose", "objet", Kind.TEXT, aliases=("SUB_OBJET", "SUB_OBJ", "Objet de la subvention")),
        Column(
            "amount",
            "montant",
            Kind.AMOUNT,
            aliases=("SUB_MONTANT", "Montant total de la subvention"),
        ),
        Column("nature", "nature", Kind.TEXT, aliases=("SUB_NATURE", "Nature de la subvention")),
        Column("terms", "conditionsVersement", Kind.TEXT, aliases=("SUB_VERSEMENT", "Conditions de versement")),
        Column(
            "period",
            "datesPeriodeVersement",
            Kind.TEXT,
            informative=True,
            aliases=("Date(s) ou période(s) de versement",),
        ),
        Column(
            "rae", "idRAE", Kind.TEXT, informative=True, aliases=("ID_ENT", "Numéro unique de référencement au RAE")
        ),
        Column(
            "notified",
            "notificationUE",
            Kind.TEXT,
            informative=True,
            aliases=("NOTIF_EU", "Notification à la commission Européenne"),
        ),
        Column(
            "share",
            "pourcentageSubvention",
            Kind.TEXT,
            informative=True,
            aliases=("Pourcentage du montant de la subvention attribuée au bénéficiaire",),
        ),
        Column("scheme", "dispositifAide", Kind.TEXT, informative=True, aliases=("SUB_DISPOSITIF",)),
    ),
)
