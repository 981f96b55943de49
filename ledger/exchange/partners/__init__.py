"""Files of partners: what they say kept, held against the book; what we publish in their form."""
