"""What is taken back from porteurs."""
