"""Plans de financement: accounts, balance, versions, changes."""
