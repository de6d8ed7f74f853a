"""A rebuild of the read model: how many events a second, beside its peers and beside what the machine allows."""
