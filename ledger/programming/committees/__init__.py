"""What the committees look at and say of actions."""
