"""What is left at the end of a year: checks, fates, carry-over, lock."""
