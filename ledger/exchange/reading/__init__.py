"""Reading declared sheets: the header found, each cell read as its column's kind, every problem said."""
