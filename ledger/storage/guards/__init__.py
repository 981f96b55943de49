"""What lets a base protect its own book: one SQL file a guard for each engine, and the check that all are in place."""
