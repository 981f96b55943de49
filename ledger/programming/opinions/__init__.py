"""Avis: what services say of actions, and the letters that tell porteurs."""
