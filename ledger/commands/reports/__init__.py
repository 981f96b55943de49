"""Reports, the dossier, the week."""
