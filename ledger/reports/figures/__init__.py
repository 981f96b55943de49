"""The figures that people read: each with its words, what it counts, what it leaves out, its formula; each once."""
