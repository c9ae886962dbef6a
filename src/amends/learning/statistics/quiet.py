"""Whether an office is too quiet to be true: nobody is upset, or nobody writes it down."""

from dataclasses import dataclass
from math import exp

from amends.learning.statistics.poisson import RISK


@dataclass(frozen=True)
class Quiet:
    """`visits` since the office's last case, and how many cases so many visits bring elsewhere in the group."""

    visits: int
    expected: float

    @property
    def chance(self) -> float:
        """How likely chance alone leaves so many visits without a case (Poisson)."""
        return exp(-self.expected)

    @property
    def is_signal(self) -> bool:
        return self.chance < RISK

    def in_words(self, office: str) -> str:
        if not self.is_signal:
            return f"{office}: ordinary."
        one_in = f"about one time in {round(1 / self.chance, -2):,.0f}" if self.chance > 1e-6 else "hardly ever"
        return (
            f"{office}: nothing logged for {self.visits:,} visits, where others log {self.expected:.0f}. "
            f"By chance that happens {one_in}. Ask whether upsets are written down there."
        )


def quiet(visits: int, *, cases: int, of_visits: int) -> Quiet:
    """`visits` without a case, against a group that has `cases` for `of_visits`."""
    return Quiet(visits, visits * cases / of_visits if of_visits else 0.0)
