"""Who listens, and what was sent to them."""

from amends.simulators.open_dental.pages import templates as t
from amends.simulators.open_dental.pages.frame import Pages
from amends.simulators.serving import Request, Response


class EventPages(Pages):
    """Subscriptions of the office that is looked at, and the latest events of all."""

    def events(self, request: Request) -> Response:
        """Two lists."""
        subscriptions = (
            (
                row["ApiSubscriptionNum"],
                row["WatchTable"] or row["UiEventType"],
                row["Workstation"] or "every machine",
                row["DateTimeStart"],
                row["EndPointUrl"],
            )
            for row in self.database(request).all("apisubscription")
        )
        sent = ([line[name] for name in _SENT] for line in list(self.office.sent_events)[::-1])
        return self.page(
            request,
            "Events",
            t.section(
                "Subscriptions",
                t.table(("Number", "Watches", "Machine", "From", "Sent to"), subscriptions, empty="Nobody listens."),
            ),
            t.section(
                "Sent, the latest first",
                t.table(("Subscription", "Machine", "Event", "Rows", "Outcome"), sent, empty="Nothing yet."),
            ),
        )


_SENT = ("SubscriptionNum", "Workstation", "Event-Type", "rows", "outcome")
