"""Why somebody may see an account or not, in codes, then in words."""
