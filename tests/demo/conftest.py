from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.demo.reviews_told import Told, tell


@pytest.fixture(scope="session")
def told_of_reviews(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Told]:
    """Told once for all files of this folder, in which each telling takes as long as hundreds of other tests."""
    with django_db_blocker.unblock():
        yield tell()
