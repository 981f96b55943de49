"""A partner's file and the book on the same money."""
