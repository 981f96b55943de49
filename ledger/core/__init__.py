"""Values the whole house shares: money, rates, splits, periods, sources, refusals. Standard library only."""
