"""Publishing to the record, and a population that does."""
