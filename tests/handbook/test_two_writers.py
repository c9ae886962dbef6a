"""Two writers in the same instant, on a real database: one saves, the other is refused, and no version is lost."""

import threading

from django.db import connection
from tests.conftest import make_cast
from tests.handbook.conftest import newest

from amends.handbook import writing
from amends.handbook.models import Page
from amends.handbook.writing import MovedError, Written


def test_of_two_who_save_at_once_one_is_refused(committed):
    cast = make_cast()
    desk = Page.objects.get(slug="desk")
    begun, said, together = newest(desk).pk, [], threading.Barrier(4)

    def save(person, number):
        together.wait()
        try:
            writing.save(desk, Written("T", f"Text {number}"), seen=begun, by=person, publish=True)
            said.append("saved")
        except MovedError as moved:
            said.append(f"moved by {moved.newest.author}")
        finally:
            connection.close()

    people = (cast.lee, cast.sam, cast.rita, cast.pia)
    threads = [threading.Thread(target=save, args=(person, number)) for number, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = newest(desk)
    assert sorted(said) == sorted(["saved", *[f"moved by {winner.author}"] * 3])
    assert list(desk.versions.order_by("pk").values_list("no", flat=True)) == [1, 2]
