"""The shell every command hangs on: options, screens, questions, refusals, the base that is opened."""
