"""The benchmarks run too seldom to tell that what they import has moved."""

from importlib import import_module
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("name", sorted(path.stem for path in BENCHMARKS.glob("*.py")))
def test_a_benchmark_finds_everything_that_it_imports(name: str) -> None:
    import_module(f"benchmarks.{name}")
