"""A population of families that publishes: the same arguments give the same bytes."""

from kartoteka.simulation.disorder import disorder
from kartoteka.simulation.population import Population, population, records

__all__ = ["Population", "disorder", "population", "records"]
