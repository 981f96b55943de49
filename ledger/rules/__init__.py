"""What the texts allow: kinds of rule, dated versions with their sources, verdicts."""
