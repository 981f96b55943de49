"""The command `cofiville`: the table of its groups, in the order of the year."""

from __future__ import annotations

from ledger.commands.shell import Subject, program

SUBJECTS = (
    Subject("base", "ledger.commands.base", "Créer, contrôler, sauvegarder, restaurer la base"),
    Subject("financeur", "ledger.commands.financeur", "Les financeurs du contrat"),
    Subject("ligne", "ledger.commands.ligne", "Les lignes de crédits et leur nature"),
    Subject("territoire", "ledger.commands.territoire", "Quartiers prioritaires et veille active"),
    Subject("axe", "ledger.commands.axe", "Axes, priorités et objectifs"),
    Subject("porteur", "ledger.commands.porteur", "Les porteurs de projets"),
    Subject("exercice", "ledger.commands.exercice", "Ouvrir et lister les exercices budgétaires"),
    Subject("enveloppe", "ledger.commands.enveloppe", "Notifier les crédits et suivre leur consommation"),
    Subject("regle", "ledger.commands.regle", "Les règles datées et leurs sources"),
    Subject("appel", "ledger.commands.appel", "Les appels à projets"),
    Subject("action", "ledger.commands.action", "Les actions et leur plan de financement"),
    Subject("avis", "ledger.commands.avis", "Les avis des services, les lettres aux porteurs, leurs réponses"),
    Subject("poste", "ledger.commands.poste", "Les postes d'ingénierie et adultes-relais, par mois"),
    Subject("comite", "ledger.commands.comite", "Les comités : documents de travail, propositions, décisions"),
    Subject("allocation", "ledger.commands.allocation", "Proposer, expliquer et valider les montants accordés"),
    Subject("convention", "ledger.commands.convention", "Préparer, signer et suivre les conventions"),
    Subject("versement", "ledger.commands.versement", "Ordonner et payer"),
    Subject("recette", "ledger.commands.recette", "Ce que la CAPH reçoit d'un financeur"),
    Subject("bilan", "ledger.commands.bilan", "Arrêter le coût réel et le montant définitif"),
    Subject("reversement", "ledger.commands.reversement", "Crédits reçus, reversés, rendus (DRE)"),
    Subject("recouvrement", "ledger.commands.recouvrement", "Titres de recettes et compensations"),
    Subject("cloture", "ledger.commands.cloture", "Vérifier, simuler et exécuter la clôture"),
    Subject("excel", "ledger.commands.excel", "Classeurs : modèles, import, export, comparaison"),
    Subject("echange", "ledger.commands.echange", "Fichiers des partenaires"),
    Subject("reprise", "ledger.commands.reprise", "Reprendre une année en cours depuis un classeur"),
    Subject("document", "ledger.commands.document", "Conventions, lettres, décomptes et titres prêts à envoyer"),
    Subject("rapport", "ledger.commands.rapport", "Consommation, plans, demandes, écarts, territoires, dossier"),
    Subject("brouillon", "ledger.commands.brouillon", "Actes saisis, modifiables jusqu'à leur validation"),
    Subject("journal", "ledger.commands.journal", "Lire le livre, sa balance, et annuler une écriture"),
    Subject("menu", "ledger.commands.menu", "Tous les actes de l'année, numérotés, sans rien taper"),
    Subject("configurer", "ledger.commands.configurer", "Retenir la base, votre nom, l'exercice habituel"),
    Subject("diagnostic", "ledger.commands.diagnostic", "Versions, base, disque, droits, et ce qui ne va pas"),
    Subject("demo", "ledger.commands.demo", "Une année complète d'exemple, prête à explorer"),
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
