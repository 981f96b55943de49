"""Who benefits from an action, and the shares of the eligible cost that follow."""
