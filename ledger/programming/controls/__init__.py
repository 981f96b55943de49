"""Controls of what is asked: each a function that gives findings, with the way out; all run, none stops the others."""
