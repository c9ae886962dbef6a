"""Which accounts and profiles there are at Google, and which office each profile may be. A person has the last word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from amends import clock
from amends.practice.models import Office
from amends.reviews.models import Review, Site

from .client import GoogleClient
from .models import GoogleAccount, GoogleConnection, GoogleLocation
from .shapes import Place


@dataclass(frozen=True)
class Suggestion:
    """An office that a profile seems to be, and why, in words."""

    office: Office
    why: str


def read_accounts(row: GoogleConnection, client: GoogleClient) -> list[GoogleAccount]:
    """Keeps the accounts as Google tells them now. Raises a `DeliveryError`."""
    told = client.accounts()
    with transaction.atomic():
        for one in told:
            GoogleAccount.objects.update_or_create(
                connection=row, name=one.name[:100], defaults={"title": one.account_name[:200]}
            )
        row.accounts.filter(chosen=False).exclude(name__in=[one.name for one in told]).delete()
    return list(row.accounts.all())


def choose_accounts(row: GoogleConnection, names: Iterable[str], client: GoogleClient) -> int:
    """These accounts are the group's: their profiles are read now, those of all others forgotten. Returns how many
    profiles there are. Raises a `DeliveryError`, and then nothing was changed.
    """
    chosen = list(row.accounts.filter(name__in=list(names)))
    told = [(account, client.places(account.name)) for account in chosen]
    with transaction.atomic():
        others = row.accounts.exclude(pk__in=[account.pk for account in chosen])
        others.update(chosen=False)
        GoogleLocation.objects.filter(account__in=others).delete()
        for account, places in told:
            account.chosen = True
            account.save(update_fields=["chosen"])
            for place in places:
                _keep(account, place)
    return sum(len(places) for _, places in told)


def is_office(location: GoogleLocation, office: Office | None) -> None:
    """A person's word on which office this profile is; None for none of them. Its reviews are read from now on."""
    if location.office_id == (office.pk if office else None):
        return
    location.office = office
    # What was read for another office is read again: who takes care of it has changed.
    location.mark, location.total, location.listed_at = None, None, None
    location.due_at = clock.now() if office else None
    location.save(update_fields=["office", "mark", "total", "listed_at", "due_at"])


def read_all_again(row: GoogleConnection) -> None:
    """Everything on its profiles is read once more, whatever was said by hand while Google could not be asked."""
    theirs = GoogleLocation.objects.filter(account__connection=row, office__isnull=False)
    theirs.update(listed_at=None, due_at=clock.now())


def is_read(review: Review) -> bool:
    """Whether the review is on a profile that is connected and belongs to an office: Google is asked about it."""
    if review.site != Site.GOOGLE or not review.location or not review.site_id.startswith("accounts/"):
        return False
    connected = GoogleLocation.objects.filter(name=review.location, office__isnull=False)
    return any(one.account.connection.refresh_token for one in connected.select_related("account__connection"))


def suggestion(location: GoogleLocation, offices: Iterable[Office]) -> Suggestion | None:
    """The one office that the profile seems to be: by its store code, its phone, or a title that names it.

    None for a place that another account reaches and whose office is known: it is read once.
    """
    known = list(offices)
    twins = GoogleLocation.objects.filter(place_id=location.place_id, office__isnull=False).exclude(pk=location.pk)
    if location.place_id and twins.exists():
        return None
    ways = {
        "its store code is the same": [one for one in known if _plain(one.name) == _plain(location.store_code)],
        "its phone is the same": [one for one in known if _same_phone(one, location)],
        "its title names the office": [one for one in known if _is_named(one.name, location.title)],
    }
    return next((Suggestion(found[0], why) for why, found in ways.items() if len(found) == 1), None)


def _keep(account: GoogleAccount, place: Place) -> None:
    GoogleLocation.objects.update_or_create(
        name=f"{account.name}/{place.name}",  # the long form, which the reviews API wants
        defaults={
            "account": account,
            "title": place.title[:200],
            "store_code": place.store_code[:100],
            "place_id": place.metadata.place_id[:200],
            "phone": place.phone_numbers.primary_phone[:40],
            "is_verified": place.metadata.has_voice_of_merchant,
        },
    )


def _plain(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold())).replace("_", "")


def _digits(text: str) -> str:
    return "".join(ch for ch in text if ch.isdecimal())


def _same_phone(office: Office, location: GoogleLocation) -> bool:
    number = _digits(office.phone)
    return len(number) >= 10 and number[-10:] == _digits(location.phone)[-10:]


def _is_named(name: str, title: str) -> bool:
    words = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", name.casefold()))
    return bool(words) and re.search(rf"(?<!\w){words}(?!\w)", title.casefold()) is not None
