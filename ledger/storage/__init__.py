"""How values are stored: engine, columns, declarative base, schema revision, guards, backup. Nothing about grants."""
