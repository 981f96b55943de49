"""Files filed with what they are about: kept whole, sealed by their digest, erasable."""
