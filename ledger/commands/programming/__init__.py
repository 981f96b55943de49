"""Calls, actions, their plans, avis, posts, committees."""
