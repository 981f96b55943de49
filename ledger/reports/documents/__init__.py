"""Documents ready to send: Word templates with named fields, filled from the book, one at a time or a year at once."""
