"""Posts cofinanced: MOUS and adultes-relais."""
