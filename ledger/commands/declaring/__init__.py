"""What a command is declared with: its group, its options, the base it opens, whoever calls it. No terminal here."""
