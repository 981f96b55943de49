"""Workbooks written from their declarations: pages, styles, live formulas, lists, charts."""
