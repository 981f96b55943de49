"""The append-only double-entry book: accounts, entries, transfers, seal, exercices, positions, audit."""
