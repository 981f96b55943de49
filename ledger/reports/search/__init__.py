"""Finding anything of the contract by some of its words, or by an amount."""
