"""The command `cofiville`: the table of its groups, in the order of the year."""

from __future__ import annotations

from ledger.commands.shell.program import Subject, program

SUBJECTS = (
    Subject("base", "storage.base", "Créer, contrôler, sauvegarder, restaurer la base"),
    Subject("financeur", "referential.financeur", "Les financeurs du contrat"),
    Subject("ligne", "referential.ligne", "Les lignes de crédits et leur nature"),
    Subject("territoire", "referential.territoire", "Quartiers prioritaires et veille active"),
    Subject("axe", "referential.axe", "Axes, priorités et objectifs"),
    Subject("porteur", "referential.porteur", "Les porteurs de projets"),
    Subject("exercice", "journal.exercice", "Ouvrir et lister les exercices budgétaires"),
    Subject("enveloppe", "journal.enveloppe", "Notifier les crédits et suivre leur consommation"),
    Subject("regle", "rules.regle", "Les règles datées et leurs sources"),
    Subject("appel", "programming.appel", "Les appels à projets"),
    Subject("action", "programming.action", "Les actions et leur plan de financement"),
    Subject("avis", "programming.avis", "Les avis des services, les lettres aux porteurs, leurs réponses"),
    Subject("poste", "programming.poste", "Les postes d'ingénierie et adultes-relais, par mois"),
    Subject("comite", "programming.comite", "Les comités : documents de travail, propositions, décisions"),
    Subject("allocation", "allocation.allocation", "Proposer, expliquer et valider les montants accordés"),
    Subject("convention", "conventions.convention", "Préparer, signer et suivre les conventions"),
    Subject("versement", "execution.versement", "Ordonner et payer"),
    Subject("recette", "execution.recette", "Ce que la CAPH reçoit d'un financeur"),
    Subject("bilan", "execution.bilan", "Arrêter le coût réel et le montant définitif"),
    Subject("reversement", "execution.reversement", "Crédits reçus, reversés, rendus (DRE)"),
    Subject("recouvrement", "execution.recouvrement", "Titres de recettes et compensations"),
    Subject("cloture", "closing.cloture", "Vérifier, simuler et exécuter la clôture"),
    Subject("excel", "exchange.excel", "Classeurs : modèles, import, export, comparaison"),
    Subject("echange", "exchange.echange", "Fichiers des partenaires"),
    Subject("reprise", "exchange.reprise", "Reprendre une année en cours depuis un classeur"),
    Subject("document", "conventions.document", "Conventions, lettres, décomptes et titres prêts à envoyer"),
    Subject("rapport", "reports.rapport", "Consommation, plans, demandes, écarts, territoires, dossier"),
    Subject("brouillon", "execution.brouillon", "Actes saisis, modifiables jusqu'à leur validation"),
    Subject("journal", "journal.journal", "Lire le livre, sa balance, et annuler une écriture"),
    Subject("menu", "home.menu", "Tous les actes de l'année, numérotés, sans rien taper"),
    Subject("configurer", "home.configurer", "Retenir la base, votre nom, l'exercice habituel"),
    Subject("diagnostic", "home.diagnostic", "Versions, base, disque, droits, et ce qui ne va pas"),
    Subject("demo", "home.demo", "Une année complète d'exemple, prête à explorer"),
)

app = program(
    SUBJECTS,
    "Cofiville tient le livre d'un Contrat de ville : crédits, programmation, conventions, versements, clôture.\n\n"
    "Exemple : cofiville enveloppe lister 2016",
)


def main() -> None:
    """Run the command typed."""
    app()


if __name__ == "__main__":
    main()
