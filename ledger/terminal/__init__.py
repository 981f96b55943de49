"""What people type and read: Typer, questions, the menu, screens. No command imports it."""
