"""The command `cofiville`: the table of its groups, in the order of the year."""

from __future__ import annotations

from ledger.commands.shell import Subject, program

SUBJECTS = (
    Subject("base", "ledger.commands.base", "Créer, contrôler, sauvegarder, restaurer la base"),
    Subject("exercice", "ledger.commands.exercice", "Ouvrir et lister les exercices budgétaires"),
    Subject("enveloppe", "ledger.commands.enveloppe", "Notifier les crédits et suivre leur consommation"),
    Subject("journal", "ledger.commands.journal", "Lire le livre, sa balance, et annuler une écriture"),
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
