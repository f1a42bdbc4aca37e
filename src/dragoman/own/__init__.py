"""A user's own categories, codebook and actors."""
