"""What is justified: bilans awaited, read, settled, and what other financeurs decide."""
