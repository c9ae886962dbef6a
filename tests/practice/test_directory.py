"""Who answers and who may do what, for any group at any moment: the directory against a plain second reckoning."""

from collections.abc import Iterator
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.practice.test_cover import NAMES, ZONES, groups, moments, reached

from amends.practice.cover import People
from amends.practice.directory import ANSWERING, Directory, OfficeEntry, PersonEntry, PostEntry
from amends.protocol.hours import Calendar
from amends.protocol.words import Role

unhurried = settings(deadline=None)
OFFICES = ("maple", "harbor", "mill")
REGIONS = {"maple": "north", "harbor": "north", "mill": "lakes"}
_AT_OFFICE = (Role.TEAM, Role.OFFICE_MANAGER)
_ABOVE = (Role.REGIONAL_MANAGER, Role.LEADER, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)

posts = st.one_of(
    st.builds(
        PostEntry,
        person=st.sampled_from(NAMES),
        role=st.sampled_from(_AT_OFFICE),
        office=st.sampled_from(OFFICES),
        region=st.none(),
    ),
    st.builds(
        PostEntry,
        person=st.sampled_from(NAMES),
        role=st.sampled_from(_ABOVE),
        office=st.none(),
        region=st.sampled_from([None, "north", "lakes"]),
    ),
)


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    people: People = draw(groups)
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=3, max_size=3))
    offices = {
        name: OfficeEntry(
            id=name,
            name=name,
            region_id=REGIONS[name],
            region=REGIONS[name],
            calendar=Calendar(zone.key),
            phone="",
            email="",
            open_dental="",
            ClinicNum=0,
            is_active=True,
            joined_on=None,
        )
        for name, zone in zip(OFFICES, zones, strict=True)
    }
    entries = {
        name: PersonEntry(id=name, name=name, email="", is_active=presence.is_active, users={}, presence=presence)
        for name, presence in people.items()
    }
    return Directory(
        revision="",
        group="",
        accent="",
        offices=offices,
        regions={"north": "North", "lakes": "Lakes"},
        people=entries,
        posts=tuple(draw(st.lists(posts, max_size=12))),
    )


def holders(known: Directory, role: Role, office: str) -> list[str]:
    """The office's own first, then its region's, then the group's, each in the order of their posts."""
    here = [post for post in known.posts if post.role is role and known.people[post.person].is_active]
    ranked = [
        *[post.person for post in here if post.office == office],
        *[post.person for post in here if post.region == REGIONS[office]],
        *[post.person for post in here if post.office is None and post.region is None],
    ]
    return list(dict.fromkeys(ranked))


def stands_in(known: Directory, who: str, office: str, at: datetime) -> str | None:
    people = {name: entry.presence for name, entry in known.people.items()}
    return next(reached(people, who, at, known.offices[office].zone), None)


def answering(known: Directory, role: Role, office: str, at: datetime) -> list[str]:
    found = (stands_in(known, holder, office, at) for holder in holders(known, role, office))
    return [who for who in dict.fromkeys(found) if who]


def roles(known: Directory, who: str, office: str, at: datetime) -> Iterator[Role]:
    """Their own, and those of everybody for whom they stand in there."""
    for post in known.posts:
        here = post.office == office or post.region == REGIONS[office] or (not post.office and not post.region)
        own = post.person == who and known.people[who].is_active
        covers = post.role in ANSWERING and stands_in(known, post.person, office, at) == who
        if here and (own or covers):
            yield post.role


@unhurried
@given(directories(), moments, st.sampled_from(OFFICES))
def test_the_chain_is_whoever_is_there_or_covers_at_each_level(known: Directory, at: datetime, office: str) -> None:
    chain = known.chain(office, at)
    assert [person.id for person in chain.office] == answering(known, Role.OFFICE_MANAGER, office, at)
    assert [person.id for person in chain.region] == answering(known, Role.REGIONAL_MANAGER, office, at)
    assert [person.id for person in chain.leaders] == answering(known, Role.LEADER, office, at)
    assert chain.office_manager == (chain.office[0] if chain.office else None)
    assert chain.regional_manager == (chain.region[0] if chain.region else None)


@unhurried
@given(directories(), moments, st.sampled_from(OFFICES))
def test_a_privacy_officer_who_is_away_without_a_cover_still_gets_what_concerns_them(
    known: Directory, at: datetime, office: str
) -> None:
    named = known.chain(office, at).privacy_officer
    there = [*answering(known, Role.PRIVACY_OFFICER, office, at), *holders(known, Role.PRIVACY_OFFICER, office)]
    assert (named.id if named else None) == next(iter(there), None)


@unhurried
@given(directories(), moments)
def test_rights_are_ones_own_and_those_of_whom_one_covers_for_and_no_others(known: Directory, at: datetime) -> None:
    for who in NAMES:
        for office in OFFICES:
            held = known.roles_of(who, at).get(office, ())
            assert set(held) == set(roles(known, who, office, at))
            assert len(set(held)) == len(held)
            own = known.own_roles_of(who).get(office, ())
            assert held[: len(own)] == own


@unhurried
@given(directories(), moments, st.sampled_from(OFFICES))
def test_whoever_is_asked_has_the_right_to_do_what_they_are_asked(known: Directory, at: datetime, office: str) -> None:
    for role in (Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER):
        for answer in known.answers(role, office, at):
            assert role in known.roles_of(answer.person, at)[office]


@unhurried
@given(directories(), moments, st.sampled_from(OFFICES))
def test_a_cover_is_over_the_moment_it_ends(known: Directory, at: datetime, office: str) -> None:
    for answer in known.answers(Role.OFFICE_MANAGER, office, at):
        never_back = any(len(known.people[name].presence.days_off) == 7 for name in answer.path)
        if answer.until and not never_back:
            later = known.answers(Role.OFFICE_MANAGER, office, answer.until)
            assert answer.path not in [one.path for one in later]


@unhurried
@given(directories(), moments)
def test_my_work_knows_for_whom_somebody_covers_and_where(known: Directory, at: datetime) -> None:
    for who in NAMES:
        covered = known.covered_by(who, at)
        expected = {
            (name, office)
            for name in NAMES
            for office, held in known.own_roles_of(name).items()
            if name != who and set(held) & set(ANSWERING) and stands_in(known, name, office, at) == who
        }
        assert {(name, office) for name, offices in covered.items() for office in offices} == expected
