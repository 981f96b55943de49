"""Appels à projets: when they run, what may be deposited, where they stand."""
