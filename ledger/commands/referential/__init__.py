"""Financeurs, credit lines, territories, axes, porteurs."""
