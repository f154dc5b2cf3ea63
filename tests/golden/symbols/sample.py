"""Reads recipes."""
from __future__ import annotations
import os.path
import numpy as np
from typing import Optional, Protocol as P
from . import storage
from ..units import *
from .units.weight import (
    grams,
    ounces as oz,
)

MAX_STEPS = 40
_cache: dict[str, "Recipe"] = {}
Amount = float

def load(path: str, *, strict=False) -> Optional[Recipe]:
    """Load one recipe.

    Raises if strict.
    """
    text = open(path).read()

    def inner(line):
        return line.strip()

    class Local:
        size = 3

    return Recipe(inner(text), Local.size)

class Color(enum.Enum):
    RED = 1
    GREEN = 2  # like grass

class Source(P):
    def read(self) -> bytes: ...

# Everything a cook needs to know.
# Not thread safe.
@dataclass(frozen=True)
class Recipe(Base["Recipe"], storage.Stored, metaclass=Meta):
    title: str
    steps: list[Step] = field(default_factory=list)
    units = "g"

    def __init__(self, title, parent: Recipe = None):
        self.title = title
        self.parent = parent
        self.oven: Optional[Oven] = None
        self._lock = threading.Lock()
        self._lock = None
        local = 1

    @property
    def first(self) -> Step | None:
        'The first step, if there is one.'
        return self.steps[0] if self.steps else None

    @staticmethod
    async def fetch(url: str, retries: int = 3) -> "Recipe":
        handler = lambda reply: reply.json()
        return Recipe(handler(await get(url)))

if __name__ == "__main__":
    print(load("cake.txt"))
