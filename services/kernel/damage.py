"""What must stop us."""


class Damage(Exception):
    """Something that must not happen: the process stops loudly and does not go on by itself."""
