"""Exercices, enveloppes, the book."""
