"""The dossier for the comité de pilotage: what it says, its charts, its page, its PDF."""
