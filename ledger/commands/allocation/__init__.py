"""Proposing, explaining, validating grants."""
