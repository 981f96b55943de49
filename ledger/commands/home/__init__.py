"""Arriving and settling in: the start screen, the menu, the example, the settings, the diagnosis."""
