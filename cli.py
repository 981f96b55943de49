"""The command `cofiville`: the table of its groups, in the order of the year."""

from __future__ import annotations

from ledger.terminal.program import CommandGroup, program

SUBJECTS = (
    CommandGroup("base", "storage.base", "Créer, contrôler, sauvegarder, restaurer la base"),
    CommandGroup("contrat", "referential.contrat", "Créer, lister, prolonger et clore les contrats de la base"),
    CommandGroup("financeur", "referential.financeur", "Les financeurs du contrat"),
    CommandGroup("ligne", "referential.ligne", "Les lignes de crédits et leur nature"),
    CommandGroup("territoire", "referential.territoire", "Quartiers prioritaires et veille active"),
    CommandGroup("axe", "referential.axe", "Axes, priorités et objectifs"),
    CommandGroup("dispositif", "referential.dispositif", "Les dispositifs dont relèvent les actions"),
    CommandGroup("echelle", "referential.echelle", "Les échelles des actions"),
    CommandGroup("type-territoire", "referential.type_territoire", "Les types de territoire, et ce qu'ils comptent"),
    CommandGroup("type-poste", "referential.type_poste", "Les types de poste cofinancé"),
    CommandGroup("compte", "referential.compte", "Les comptes du budget, par opération et exercice"),
    CommandGroup("porteur", "referential.porteur", "Les porteurs de projets"),
    CommandGroup("exercice", "journal.exercice", "Ouvrir et lister les exercices budgétaires"),
    CommandGroup("enveloppe", "journal.enveloppe_announcing", "Notifier les crédits et suivre leur consommation"),
    CommandGroup("regle", "rules.regle", "Les règles datées et leurs sources"),
    CommandGroup("appel", "programming.appel", "Les appels à projets"),
    CommandGroup("action", "programming.action", "Les actions et leur plan de financement"),
    CommandGroup("avis", "programming.avis", "Les avis des services, les lettres aux porteurs, leurs réponses"),
    CommandGroup("poste", "programming.poste", "Les postes d'ingénierie et adultes-relais, par mois"),
    CommandGroup("comite", "programming.comite", "Les comités : documents de travail, propositions, décisions"),
    CommandGroup("allocation", "allocation.allocation", "Proposer, expliquer et valider les montants accordés"),
    CommandGroup(
        "deliberation", "conventions.deliberation", "Accorder les crédits propres de l'EPCI, par délibération"
    ),
    CommandGroup("convention", "conventions.convention", "Préparer, signer et suivre les conventions"),
    CommandGroup("versement", "execution.versement", "Ordonner et payer"),
    CommandGroup("recette", "execution.recette", "Ce que l'EPCI reçoit d'un financeur"),
    CommandGroup("bilan", "execution.bilan", "Arrêter le coût réel et le montant définitif"),
    CommandGroup("reversement", "execution.reversement", "Crédits reçus, reversés aux porteurs, restitués à l'État"),
    CommandGroup("recouvrement", "execution.recouvrement_losses", "Titres de recettes et compensations"),
    CommandGroup("cloture", "closing.cloture", "Vérifier, simuler et exécuter la clôture"),
    CommandGroup("excel", "exchange.excel", "Classeurs : modèles, import, export, comparaison"),
    CommandGroup("echange", "exchange.echange", "Fichiers des partenaires"),
    CommandGroup("reprise", "exchange.reprise", "Reprendre une année en cours depuis un classeur"),
    CommandGroup("document", "conventions.document", "Conventions, lettres, décomptes et titres prêts à envoyer"),
    CommandGroup("piece", "reports.piece", "RIB, statuts, délibérations, actes signés : les fichiers gardés"),
    CommandGroup("rapport", "reports.rapport", "Consommation, plans, demandes, écarts, territoires, dossier"),
    CommandGroup("brouillon", "execution.brouillon", "Actes saisis, modifiables jusqu'à leur validation"),
    CommandGroup("journal", "journal.journal", "Lire le livre, sa balance, et annuler une écriture"),
    CommandGroup("historique", "reports.historique", "Qui a changé quoi d'un objet, quand, de quoi à quoi"),
    CommandGroup("chercher", "reports.chercher", "Retrouver une action, une convention, une pièce, un montant"),
    CommandGroup("ouvrir", "ouvrir", "La page dans le navigateur : l'année, ses écrans, ses actes", room="page"),
    CommandGroup("menu", "menu", "Tous les actes de l'année, numérotés, sans rien taper", room="terminal"),
    CommandGroup("configurer", "home.configurer", "Retenir la base, votre nom, l'exercice habituel"),
    CommandGroup("diagnostic", "home.diagnostic", "Versions, base, disque, droits, et ce qui ne va pas"),
    CommandGroup("demo", "home.demo", "Une année complète d'exemple, prête à explorer"),
)

USUAL = (
    ("ouvrir", "Tout voir et tout faire dans le navigateur"),
    ("menu", "Tout faire par numéros, sans rien taper"),
    ("chercher", "Retrouver une action, une convention, une pièce, un montant"),
    ("rapport semaine", "Voir ce qui est à faire, et chez qui"),
    ("exercice ouvrir", "Ouvrir l'année"),
    ("enveloppe notifier", "Enregistrer les crédits qu'un financeur notifie"),
    ("enveloppe lister", "Voir où en sont les crédits de chaque ligne"),
    ("porteur ajouter", "Ajouter un porteur"),
    ("action saisir", "Saisir une action et son plan de financement"),
    ("action lister", "Lister les actions de l'année"),
    ("action montrer", "Voir tout d'une action"),
    ("excel exporter", "Exporter un classeur : tableau, programmation, conventions"),
    ("excel importer", "Relire un classeur rempli ou revenu"),
    ("avis saisir", "Enregistrer l'avis d'un service"),
    ("allocation proposer", "Proposer les montants d'après les règles"),
    ("comite decider", "Enregistrer ce qu'un comité propose ou décide"),
    ("allocation valider", "Accorder ce que le comité de pilotage a retenu"),
    ("convention preparer", "Préparer les conventions de ce qui est accordé"),
    ("convention signer", "Enregistrer une signature : les crédits sont engagés"),
    ("convention montrer", "Voir la vie d'une convention"),
    ("versement ordonner", "Mandater ce qui est dû"),
    ("versement payer", "Enregistrer un paiement"),
    ("document editer", "Éditer convention, notification, lettre, titre"),
    ("bilan saisir", "Arrêter le bilan d'une action et son solde"),
    ("recouvrement emettre", "Émettre le titre d'un trop-perçu"),
    ("cloture verifier", "Voir ce qui reste à régler avant la clôture"),
    ("cloture executer", "Clore l'année"),
)
"""The commands of a year, in its order: `--help` shows them before all others."""

app = program(
    SUBJECTS,
    USUAL,
    "Cofiville tient le livre d'un Contrat de ville : crédits, programmation, conventions, versements, clôture.\n\n"
    "Exemple : cofiville enveloppe lister 2016",
)


def main() -> None:
    """Run the command typed."""
    app()


if __name__ == "__main__":
    main()
