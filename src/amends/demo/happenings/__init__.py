"""Everything that goes wrong in the demo, by theme. All of it is invented."""

from amends.demo.happenings import care, grave, manners, money, online, waiting
from amends.demo.happenings.happening import Happening

EVERYDAY: tuple[Happening, ...] = (
    *money.HAPPENINGS,
    *waiting.HAPPENINGS,
    *care.HAPPENINGS,
    *manners.HAPPENINGS,
)
ONLINE: tuple[Happening, ...] = online.HAPPENINGS
GRAVE: tuple[Happening, ...] = grave.HAPPENINGS
ALL = (*EVERYDAY, *ONLINE, *GRAVE)

__all__ = ["ALL", "EVERYDAY", "GRAVE", "ONLINE", "Happening"]
