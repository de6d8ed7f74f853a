"""The benchmarks run too seldom to tell that what they import has moved."""

from importlib import import_module
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def _module(path: Path) -> str:
    return ".".join(path.relative_to(BENCHMARKS.parent).with_suffix("").parts)


@pytest.mark.parametrize("name", sorted(map(_module, BENCHMARKS.rglob("*.py"))))
def test_a_benchmark_finds_everything_that_it_imports(name: str) -> None:
    import_module(name)
