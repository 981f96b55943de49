"""Measures of the program, run by hand: never a timed test."""
