"""What people look at: consumption, plans, gaps, leverage, territories; each figure has its one definition here."""
