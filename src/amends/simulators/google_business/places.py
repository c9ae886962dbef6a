"""How the places and their reviews are drawn: what the public sees, and what one may do with each review."""

from amends.simulators.google_business import cast, moments, shapes
from amends.simulators.google_business import drawing as d
from amends.simulators.google_business.world import Location, Reply, Review, World

SHOWN = 25


def summary(world: World, location: Location) -> d.Html:
    """Stars and how many, and what is wrong with the profile."""
    found = world.shown([location.id])
    marks = [
        word
        for word, on in (
            ("not verified", not location.verified),
            ("suspended", location.suspended),
            ("our role is lost", location.lost or world.accounts[location.account].lost),
        )
        if on
    ]
    marked = d.join(d.join((" ", d.element("span", word, class_="mark"))) for word in marks)
    if not found:
        return d.join(("No reviews yet", marked))
    mean = shapes.average(found)
    return d.join((f"{mean:.1f} ", d.stars(mean, f"{mean:.1f} of 5 stars"), f" ({len(found)})", marked))


def all_places(world: World) -> d.Html:
    """Every place, by account."""
    cards = []
    for account in world.accounts.values():
        rows = [
            d.element(
                "li",
                d.element("div", d.link(f"/places/{one.id}", one.title)),
                d.element("div", summary(world, one), class_="soft"),
                d.soft(" · ".join(filter(None, (one.city, one.store_code and f"store code {one.store_code}")))),
            )
            for one in world.locations.values()
            if one.account == account.id
        ]
        about = d.soft(f"{account.name} · {account.kind}")
        listed = d.element("ul", *rows, class_="places") if rows else d.soft("No places of its own.")
        cards.append(d.section(account.title, about, listed))
    return d.join(cards)


def place(world: World, location: Location, *, whole: bool) -> d.Html:
    """One place: what it is, its reviews, a form for one more, and what Google's filter has taken away."""
    shown = sorted(world.shown([location.id]), key=lambda review: -review.update_time)
    cut = shown if whole else shown[:SHOWN]
    rest = len(shown) - len(cut)
    further = d.soft(d.link(f"/places/{location.id}?all=1", f"Show {rest} more")) if rest else ""
    filtered = [one for one in world.reviews.values() if one.location == location.id and one.hidden and not one.deleted]
    return d.join(
        (
            d.soft(summary(world, location)),
            d.soft(" · ".join(filter(None, ("Dentist", location.city, location.phone)))),
            _write(location),
            d.section("Reviews", *([_review(one) for one in cut] or [d.soft("No reviews yet.")]), further),
            d.section("Filtered by Google", *(_filtered(one) for one in filtered)) if filtered else "",
            d.section("The profile", profile_form(location)),
        )
    )


def profile_form(location: Location) -> d.Html:
    """What Google and the owner may do to a profile."""
    return d.form(
        f"/google/locations/{location.id}",
        d.element("input", type="hidden", name="back", value=f"/places/{location.id}"),
        d.tick("It is verified", "verified", on=location.verified),
        d.tick("Google has suspended it", "suspended", on=location.suspended),
        d.tick("Our role on it is lost", "lost", on=location.lost),
        d.button("Save"),
    )


def _write(location: Location) -> d.Html:
    inside = d.form(
        f"/places/{location.id}/reviews",
        d.star_choice(),
        d.field("Your name", "reviewer", autocomplete="off"),
        d.tick("Anonymous", "anonymous"),
        d.area("What happened", "text"),
        d.button("Post the review"),
    )
    return d.element("section", d.element("h2", "Write a review", id="write"), d.more("As one of the public", inside))


def _review(review: Review) -> d.Html:
    parts: list[object] = [
        d.element("h3", name_of(review)),
        d.element("p", d.stars(review.stars), " ", _when(review)),
        d.element("p", review.text, class_="words", lang=review.language) if review.text else "",
        d.soft("Translation: ", review.translation) if review.text and review.translation else "",
        *(
            d.soft(
                item.get("thumbnailLabel") or "A picture", ": ", item.get("videoUrl") or item.get("thumbnailUrl", "")
            )
            for item in review.media
        ),
    ]
    reply = review.reply
    if reply and reply.is_public:
        parts.append(
            d.element(
                "div", d.element("strong", "Response from the owner"), d.element("p", reply.comment), class_="answer"
            )
        )
    parts += [_as_writer(review), _as_google(review)]
    return d.element("article", *parts, id=f"r-{review.id}")


def _as_writer(review: Review) -> d.Html:
    place = f"/reviews/{review.id}"
    return d.more(
        "As the one who wrote it",
        d.form(
            f"{place}/edit", d.star_choice(review.stars), d.area("Text", "text", review.text), d.button("Save the edit")
        ),
        d.form(f"{place}/delete", d.button("Delete the review", quiet=True)),
    )


def _as_google(review: Review) -> d.Html:
    place = f"/reviews/{review.id}"
    return d.more(
        "As Google",
        decide(review, review.reply) if review.reply else d.soft("It has no reply."),
        d.form(f"{place}/hide", d.button("Take it away by the filter", quiet=True)),
        d.soft(d.link(f"/reply/{review.id}", "Reply by hand, as the owner")),
    )


def decide(review: Review, reply: Reply, back: str = "") -> d.Html:
    """The reply and what Google may make of it. `back` is where one is led then; else to the review."""
    told = f"{reply.state}{' · ' + reply.violation if reply.violation else ''}"
    reasons = [(name, name) for name in (*cast.POLICY_VIOLATIONS, cast.UNKNOWN_VIOLATION)]
    place, hidden = f"/reviews/{review.id}/moderate", _hidden("back", back)
    refuse = d.form(
        place,
        hidden,
        _hidden("state", "REJECTED"),
        d.choice("Reason", "policyViolation", reasons, reply.violation or "PERSONAL_INFO"),
        d.field("Or another one, unknown today", "unknown"),
        d.button("Reject the reply", quiet=True),
    )
    return d.join(
        (
            d.element("p", reply.comment, class_="words"),
            d.soft(d.element("span", told, class_="mark")),
            d.form(place, hidden, _hidden("state", "APPROVED"), d.button("Approve the reply")),
            d.more("Reject it", refuse),
        )
    )


def _hidden(name: str, value: str) -> d.Html:
    return d.element("input", type="hidden", name=name, value=value)


def _filtered(review: Review) -> d.Html:
    shown = review.text or f"{review.stars} of 5 stars, without a word"
    back = d.form(f"/reviews/{review.id}/show", d.button("Let it appear again", quiet=True))
    return d.element("article", d.element("h3", name_of(review)), d.element("p", shown), back)


def name_of(review: Review) -> str:
    """Who wrote it, as the public reads it."""
    return review.reviewer or "Anonymous"


def _when(review: Review) -> d.Html:
    edited = " (edited)" if review.update_time != review.create_time else ""
    day = moments.written(review.update_time, 0)
    return d.element("time", day[:10] + edited, datetime=day)
