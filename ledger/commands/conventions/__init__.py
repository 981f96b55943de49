"""Conventions, from the draft to the last cent, and documents."""
