from dataclasses import dataclass, field
import pathlib
@dataclass
class Cfg:
    base: str = '/shopdata'
    def at(self, n):
        p = pathlib.Path(self.base, n)
        p.parent.mkdir(parents=True, exist_ok=True)
        return p
