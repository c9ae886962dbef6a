"""How Google's side is drawn: replies that wait, roles, pushes, the project, the clock and the faults."""

from amends.simulators.faults import Faults
from amends.simulators.google_business import drawing as d
from amends.simulators.google_business import places
from amends.simulators.google_business.push import FORGED, MALFORMED
from amends.simulators.google_business.refusals import Json
from amends.simulators.google_business.settings import FIELDS, STYLES, Settings
from amends.simulators.google_business.world import ReplyState, World

PUSHES_SHOWN = 50
TICKS = {
    "approved": "the project is approved (else its quota is 0)",
    "rate_limit": "quotas are counted",
    "auto_consent": "the consent page agrees by itself",
    "review_reply_state": "reviewReplyState (since April 2026)",
    "review_media_items": "reviewMediaItems (since April 2026)",
    "policy_violation": "policyViolation (since July 2026)",
    "review_reply_url": "reviewReplyUrl (since July 2026)",
    "permission_checked": "a topic without the right to publish is refused",
    "replies_are_edits": "replies count as edits of the profile",
    "quota_tells_retry_after": "429 tells Retry-After",
    "large_page_refused": "too large a pageSize is refused",
    "paging_by_offset": "pages shift when reviews come or go",
    "error_code_names": "codes of ValidationError are names",
    "batch_skips_refused": "batchGetReviews leaves out what may not be read",
    "suspended_refuses": "reviews of a suspended profile are refused",
    "missing_reply_is_404": "deleting a reply that is not there is 404",
    "translation_by_language": "comments are translated for Accept-Language",
}
_STATES = (("Replies that wait", ReplyState.PENDING), ("Replies that were rejected", ReplyState.REJECTED))
_EXAMPLES = (
    *("status:503", "status_after:503", "status:429:5", "late_commit:20", "late_commit:20:504", "drop_before"),
    *("drop_after", "reset_before", "reset_after", "truncate", "half_body", "slow:7-10", "lost", "duplicate"),
    *("out_of_order", "unsigned", "forged:wrong_key", "malformed:not_json"),
)


def waiting(world: World) -> d.Html:
    """Replies that wait for a decision, and those that were refused."""
    cards = []
    for title, state in _STATES:
        rows = [
            d.element(
                "article",
                d.element("h3", f"{places.name_of(one)} at {world.locations[one.location].title}"),
                d.element("p", d.stars(one.stars), " ", one.text, class_="words"),
                places.decide(one, one.reply, back="/google"),
            )
            for one in world.reviews.values()
            if one.reply and one.reply.state is state and not one.deleted
        ]
        cards.append(d.section(title, *(rows or [d.soft("None.")])))
    return d.join(cards)


def accounts(world: World) -> d.Html:
    """Who may do what, and where notices go."""
    rows = [
        d.element(
            "article",
            d.element("h3", one.title),
            d.soft(f"{one.name} · {one.kind} · {one.role}"),
            d.soft(f"Notices: {', '.join(one.types) or 'none'} to {one.topic or 'no topic'}"),
            d.form(f"/google/accounts/{one.id}", d.tick("Our role is lost", "lost", on=one.lost), d.button("Save")),
        )
        for one in world.accounts.values()
    ]
    return d.section("Accounts", *rows)


def pushes(world: World, sent: list[Json], settings: Settings) -> d.Html:
    """What was pushed, and a form to push on command."""
    newest = sorted(world.shown(world.locations), key=lambda review: -review.update_time)[:PUSHES_SHOWN]
    reviews = [
        (one.id, f"{places.name_of(one)} · {world.locations[one.location].title} · {one.stars}") for one in newest
    ]
    wrong = [("", "as it should be"), ("unsigned", "unsigned")]
    wrong += [(f"forged:{how}", f"forged: {how}") for how in FORGED]
    wrong += [(f"malformed:{how}", f"malformed: {how}") for how in MALFORMED]
    styles = [("", "as the settings say"), *((style, style) for style in STYLES)]
    command = d.form(
        "/pushes",
        d.choice("Review", "review", reviews),
        d.choice("Type", "type", [("NEW_REVIEW", "NEW_REVIEW"), ("UPDATED_REVIEW", "UPDATED_REVIEW")]),
        d.choice("Style", "style", styles),
        d.choice("How", "wrong", wrong),
        d.field("Times", "times", 1, type="number", min=1, max=100),
        d.button("Push it"),
    )
    rows = (
        (one["messageId"], one["type"], one["style"], one["endpoint"], _attempts(one), one["next_at"] or "")
        for one in sent[::-1][:PUSHES_SHOWN]
    )
    where = ", ".join(settings.push_endpoints) or "nowhere: no endpoint is set"
    listed = d.table(("Message", "Type", "Style", "Endpoint", "Answers", "Again"), rows, empty="Nothing yet.")
    return d.join((d.section("Push on command", d.soft("Sent to ", where), command), d.section("Pushed", listed)))


def _attempts(sent: Json) -> str:
    tried = sent["attempts"]
    told = [one["status"] or one["error"] for one in tried] if isinstance(tried, list) else []
    return ", ".join(str(one) for one in told)


def switches(settings: Settings) -> d.Html:
    """The project, the newer fields, and what nobody could confirm."""
    ticks = [d.tick(words, name, on=getattr(settings, name) is True) for name, words in TICKS.items()]
    return d.section(
        "Settings",
        d.form(
            "/switches/settings",
            d.element("fieldset", d.element("legend", "On and off"), *ticks, class_="ticks"),
            d.field(
                "Approve replies after minutes (empty: by hand)",
                "approve_after_minutes",
                "" if settings.approve_after_minutes is None else settings.approve_after_minutes,
            ),
            d.field("Push endpoints, with commas", "push_endpoints", ", ".join(settings.push_endpoints)),
            d.field("Push audience (empty: the endpoint)", "push_audience", settings.push_audience),
            d.choice("Push style", "push_style", [(one, one) for one in ("rotate", *STYLES)], settings.push_style),
            d.button("Apply"),
        ),
        d.form(
            "/switches/settings",
            d.element("input", type="hidden", name="older_api", value="yes"),
            d.button("An older API: without the newer fields", quiet=True),
        )
        if any(getattr(settings, name) for name in FIELDS)
        else "",
    )


def clock(now: str) -> d.Html:
    """Where the clock stands, and a form to move it."""
    return d.section(
        "The clock",
        d.form(
            "/switches/clock",
            d.field("Now, in UTC (empty: real time)", "now", now),
            d.button("Set the clock"),
        ),
    )


def faults(now: Faults) -> d.Html:
    """What goes wrong, and a form for more."""
    rows = (
        (rule.method, rule.path, "∞" if rule.times is None else rule.times, f"{rule.then} {rule.text}")
        for rule in now.rules
    )
    examples = d.element("datalist", *(d.element("option", value=one) for one in _EXAMPLES), id="then-examples")
    return d.section(
        "Faults",
        d.table(("Method", "Path", "Times left", "Then"), rows, empty="No rule: all is well."),
        d.form(
            "/switches/faults",
            d.tick("Google is offline", "offline", on=now.offline),
            d.tick("Keep the rules above", "keep", on=True),
            d.field("Latency in milliseconds", "latency_ms", now.latency_ms, type="number", min=0),
            d.field("Method (empty: any; PUSH for pushes)", "method"),
            d.field("Path", "path", "/v4/"),
            d.field("Times (empty: for ever)", "times", 1),
            d.field("Then (empty: no new rule)", "then", list="then-examples"),
            examples,
            d.button("Apply"),
        ),
    )
