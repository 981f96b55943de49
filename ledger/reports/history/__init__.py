"""What became of an object: who changed what, when, from what to what, as the chain of acts seals it."""
