"""What people type: one Typer group a subject, on the shell every group shares; `cli.py` assembles them."""
