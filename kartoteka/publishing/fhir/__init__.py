"""FHIR R4 bundles as statements: what has a counterpart among our events is mapped, the rest counted and named."""
