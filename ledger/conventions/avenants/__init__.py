"""Avenants: signed changes of a signed convention."""
