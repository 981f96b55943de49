"""The page in the browser: the commands' own listings as screens, on this machine alone. Loaded by `ouvrir` only."""
