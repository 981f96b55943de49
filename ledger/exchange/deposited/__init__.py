"""A budget deposited on DAUPHIN, read from its table."""
