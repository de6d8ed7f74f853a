"""How long the chaos lasts: ``pytest tests/chaos --rounds 20 --seed 7``."""

from random import SystemRandom

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=3, help="Rounds of chaos, each proven at its end.")
    parser.addoption("--seed", type=int, default=None, help="Repeat the choices of an earlier run.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "round_seed" in metafunc.fixturenames:
        seed = metafunc.config.getoption("--seed")
        seed = SystemRandom().randrange(10**6) if seed is None else seed
        rounds = [seed + number for number in range(metafunc.config.getoption("--rounds"))]
        metafunc.parametrize("round_seed", rounds, ids=[f"seed {one}" for one in rounds])
