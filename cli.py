"""The command `cofiville`: the table of its groups, in the order of the year."""

from __future__ import annotations

from ledger.commands.shell import Subject, program

SUBJECTS = (
    Subject("base", "ledger.commands.base", "Créer, contrôler, sauvegarder, restaurer la base"),
    Subject("financeur", "ledger.commands.financeur", "Les financeurs du contrat"),
    Subject("ligne", "ledger.commands.ligne", "Les lignes de crédits et les territoires qu'elles servent"),
    Subject("territoire", "ledger.commands.territoire", "Les quartiers prioritaires et en veille"),
    Subject("axe", "ledger.commands.axe", "Les axes, priorités et objectifs du contrat"),
    Subject("porteur", "ledger.commands.porteur", "Les porteurs d'actions"),
    Subject("exercice", "ledger.commands.exercice", "Ouvrir et lister les exercices budgétaires"),
    Subject("enveloppe", "ledger.commands.enveloppe", "Notifier les crédits et suivre leur consommation"),
    Subject("regle", "ledger.commands.regle", "Les règles des textes, datées et sourcées"),
    Subject("appel", "ledger.commands.appel", "Les appels à projets"),
    Subject("action", "ledger.commands.action", "Les actions déposées et leur plan de financement"),
    Subject("allocation", "ledger.commands.allocation", "Proposer, expliquer, comparer et valider les attributions"),
    Subject("convention", "ledger.commands.convention", "Préparer, signer et suivre les conventions"),
    Subject("versement", "ledger.commands.versement", "Ordonner et payer ce qui est dû aux porteurs"),
    Subject("recette", "ledger.commands.recette", "Ce que la CAPH reçoit des autres financeurs"),
    Subject("bilan", "ledger.commands.bilan", "Saisir ce que les porteurs justifient"),
    Subject("reversement", "ledger.commands.reversement", "Ce qui est reçu, reversé et rendu"),
    Subject("recouvrement", "ledger.commands.recouvrement", "Reprendre les trop-perçus : titres et compensations"),
    Subject("cloture", "ledger.commands.cloture", "Vérifier, simuler et clore un exercice"),
    Subject("excel", "ledger.commands.excel", "Modèles, imports et exports de classeurs"),
    Subject("echange", "ledger.commands.echange", "Fichiers de l'État, du trésor et données ouvertes"),
    Subject("reprise", "ledger.commands.reprise", "Reprendre une année en cours depuis un classeur"),
    Subject("rapport", "ledger.commands.rapport", "Consommation, plans, écarts, effet levier, territoires"),
    Subject("journal", "ledger.commands.journal", "Lire le livre, sa balance, et annuler une écriture"),
    Subject("demo", "ledger.commands.demo", "Jouer l'année d'exemple, de la notification à la clôture"),
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
