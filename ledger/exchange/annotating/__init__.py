"""The user's own file given back with its problems marked."""
