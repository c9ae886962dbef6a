"""The seeded world, for any seed and any moment."""

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.simulators.google_business import moments
from amends.simulators.google_business.seeding import seeded
from amends.simulators.google_business.world import ReplyState, Translated, World, restored

YEAR_2000, YEAR_2100 = 946_684_800 * moments.SECOND, 4_102_444_800 * moments.SECOND


def kinds(world: World, location: str) -> set[str]:
    """What kinds of reviews there are at one place."""
    found: set[str] = set()
    for one in world.reviews.values():
        if one.location != location:
            continue
        reply = one.reply
        found |= {
            name
            for name, there in (
                ("stars only", not one.text),
                ("anonymous", one.anonymous and not one.reviewer and not one.photo),
                ("translated", bool(one.translation) and one.order is Translated.TRANSLATION_FIRST),
                ("translated behind", bool(one.translation) and one.order is Translated.ORIGINAL_FIRST),
                ("edited", one.update_time > one.create_time),
                ("with media", bool(one.media)),
                ("deleted", one.deleted),
                ("hidden", one.hidden),
                ("pending", reply is not None and reply.state is ReplyState.PENDING),
                ("approved", reply is not None and reply.state is ReplyState.APPROVED),
                ("personal", reply is not None and reply.violation == "PERSONAL_INFO"),
                ("unknown", reply is not None and reply.violation.startswith("SOMETHING_NEW")),
            )
            if there
        }
    return found


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(YEAR_2000, YEAR_2100))
def test_every_seed_has_every_kind_and_nothing_lies_in_the_future(seed: int, now: int) -> None:
    world = seeded(seed, now=now)
    first = next(iter(world.locations))
    assert len(kinds(world, first)) == 12
    assert len(world.shown([first])) > 50
    for one in world.reviews.values():
        assert one.create_time <= one.update_time <= now
        assert one.reply is None or one.update_time <= one.reply.update_time <= now
        assert 1 <= one.stars <= 5
    verified = [one for one in world.locations.values() if one.verified]
    assert (len(world.locations), len(verified)) == (15, 14)
    assert all(world.shown([one.id]) for one in verified)
    assert [one.kind for one in world.accounts.values()] == ["PERSONAL", "LOCATION_GROUP", "LOCATION_GROUP"]
    assert restored(world.dump()) == world
    assert seeded(seed, now=now) == world
