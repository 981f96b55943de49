"""The engine: what lines grant to actions, decided exactly and without a session."""
