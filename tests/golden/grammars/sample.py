"""A cache that forgets."""
from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Cache:
    ttl: float = 60.0
    items: dict[str, tuple[float, object]] = field(default_factory=dict)

    def get(self, key: str, default=None):
        """Returns what is fresh."""
        if (found := self.items.get(key)) is None:
            return default
        born, value = found
        if time.monotonic() - born > self.ttl:
            del self.items[key]  # too old
            return default
        return value

    async def fill(self, source):
        async for key, value in source:
            self.items[key] = (time.monotonic(), value)
            print(f"{key!r}: {value:>10}")


def main(argv: list[str]) -> int:
    match argv:
        case [_, path]:
            with open(path) as f:
                print(sorted(line.strip() for line in f))
        case _:
            raise SystemExit(2)
    return 0
