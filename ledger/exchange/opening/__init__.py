"""Opening a file of any accepted format: checked, then read apart, with what is particular about each cell."""
