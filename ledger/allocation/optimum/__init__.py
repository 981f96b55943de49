"""The optimum: the most that the enveloppes can serve, and the fairest way; flows on whole cents alone."""
