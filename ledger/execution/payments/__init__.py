"""What is due, ordered and paid."""
