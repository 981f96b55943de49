"""The closing of a year."""
