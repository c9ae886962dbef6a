"""Connects the demo with the simulated Google: the group's account, each profile to its office, and pushes."""

from amends.demo.simulated import Simulated
from amends.integrations.google_business.connecting import client_for
from amends.integrations.google_business.models import GoogleConnection, GoogleLocation
from amends.integrations.google_business.notices import tell_us
from amends.integrations.google_business.profiles import choose_accounts, is_office, read_accounts, suggestion
from amends.integrations.google_business.pushes import audience
from amends.practice.models import Group, Office

# The simulator's own defaults: good on this machine only.
_CLIENT = {
    "client_id": "demo-client-id",
    "client_secret": "demo-client-secret",
    "refresh_token": "demo-refresh-token",
    "push_topic": "projects/amends-demo/topics/reviews",
    "push_email": "reviews-push@amends-demo.iam.gserviceaccount.example",
}


def connect_google(one: Simulated) -> int:
    """Connects it, at whichever port it is now, and returns how many profiles have an office. Which office each one is
    stays as a person has said. Raises `OSError` or a `DeliveryError` where it does not answer.
    """
    row, _ = GoogleConnection.objects.update_or_create(
        key="main",
        # A token that another start left behind is none of this simulator's, if its state was thrown away.
        defaults={**GoogleConnection.at_one_address(one.url), **_CLIENT, "access_token": "", "access_until": None},
    )
    one.control("PUT", "settings", {"push_endpoints": [audience()], "push_audience": audience()})
    client = client_for(row)
    accounts = read_accounts(row, client)
    if not row.accounts.filter(chosen=True).exists():
        group = Group.objects.get().name
        choose_accounts(row, [account.name for account in accounts if account.title == group], client)
        offices = list(Office.objects.all())
        for location in GoogleLocation.objects.all():
            if found := suggestion(location, offices):
                is_office(location, found.office)
    for account in row.accounts.filter(chosen=True):
        tell_us(row, account, client)
    return GoogleLocation.objects.filter(office__isnull=False).count()
