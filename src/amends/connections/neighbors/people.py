"""The people whom the protocol needs: somebody must answer at each office, and hear of what matters."""

from amends.connections.checks import Check, Neighbor, down, partly, works
from amends.practice.directory import Directory, OfficeEntry, directory
from amends.protocol.values import Chain
from amends.protocol.words import Role

KEY = "people"
NAME = "People and offices"
_NAMED_AT_ONCE = 5


def neighbor() -> Neighbor:
    """The group's people as something to look at."""
    return Neighbor(KEY, NAME, lambda seconds: look(directory()))


def look(known: Directory) -> list[Check]:
    """Looks at who is what where."""
    offices = [office for office in known.offices.values() if office.is_active]
    if not offices:
        return [down("offices", "Offices", "No office is open.", "Add the offices in a file, and run `amends group`.")]
    return [
        _managers(known, offices),
        _somebody(known, offices, Role.LEADER, "Leaders", "Nobody hears how cases end."),
        _somebody(known, offices, Role.PRIVACY_OFFICER, "Privacy officer", "A concern about privacy reaches nobody."),
    ]


def _managers(known: Directory, offices: list[OfficeEntry]) -> Check:
    key, name = "managers", "Office managers"
    without = [office for office in offices if not known.holders(Role.OFFICE_MANAGER, office)]
    orphans = [office for office in without if not _answers(known.chain(office.id))]
    repair = "Give each of them an office manager in the group's file, and run `amends group`."
    if orphans:
        return down(key, name, f"Nobody at all answers for {named(orphans)}.", repair)
    if without:
        return partly(key, name, f"{named(without)}: no office manager, so every case goes further up.", repair)
    says = "The office has one." if len(offices) == 1 else f"Each of the {len(offices)} offices has one."
    return works(key, name, says)


def _answers(chain: Chain) -> bool:
    return bool(chain.office_manager or chain.regional_manager or chain.leaders)


def _somebody(known: Directory, offices: list[OfficeEntry], role: Role, name: str, without: str) -> Check:
    missing = [office for office in offices if not known.holders(role, office)]
    repair = "Name one in the group's file, and run `amends group`."
    if len(missing) == len(offices):
        return down(role.value, name, f"There is none. {without}", repair)
    if missing:
        return partly(role.value, name, f"There is none for {named(missing)}. {without}", repair)
    people = {person.id: person.name for office in offices for person in known.holders(role, office)}
    return works(role.value, name, f"{listed(sorted(people.values()))}.")


def named(offices: list[OfficeEntry]) -> str:
    """The offices by name, the first few of many."""
    return listed([office.name for office in offices])


def listed(names: list[str]) -> str:
    """ "A", "A and B", "A, B and C", and of many the first five and how many more."""
    shown = names[:_NAMED_AT_ONCE]
    if len(names) > len(shown):
        return f"{', '.join(shown)} and {len(names) - len(shown)} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
