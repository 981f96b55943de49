"""Actions: what is typed, recorded, completed; their status and what they are granted."""
