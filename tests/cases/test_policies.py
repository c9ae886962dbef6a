"""A running case keeps the policy it opened under; a new file is for new cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.cases.story import by, opened
from tests.conftest import Cast

from amends.cases import actions, policies
from amends.cases.models import CaseRow, PolicyText
from amends.practice.models import Office
from amends.protocol import commands as c
from amends.protocol.policy import PolicyError, shipped_text

STRICT = shipped_text().replace("accept_open_minutes = 120 ", "accept_open_minutes = 5 ", 1)


@pytest.fixture
def strict_file(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """The group's own protocol file; a new process reads it, as this one does now."""
    path = tmp_path / "protocol.toml"
    path.write_text(STRICT, encoding="utf-8")
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"protocol_file": path})
    yield path
    policies._in_force.cache_clear()
    policies._stored.cache_clear()


def restarted() -> None:
    policies._in_force.cache_clear()
    policies._stored.cache_clear()
    policies.keep_current_policy()


def test_a_running_case_keeps_its_clock_when_the_file_changes(group: Cast, strict_file: Path) -> None:
    policies._in_force.cache_clear()
    strict_file.write_text(shipped_text(), encoding="utf-8")
    restarted()
    old = opened(group.maple, group.ana)
    strict_file.write_text(STRICT, encoding="utf-8")
    restarted()
    new = opened(group.maple, group.ana)
    assert old.row.policy != new.row.policy
    assert old.row.due_at is not None
    assert new.row.due_at is not None
    assert (old.row.due_at - new.row.due_at).total_seconds() > 60 * 60
    again = actions.perform(command=c.AddAccount(text="More."), by=by(group.ana, group.maple), case=old.row.pk)
    assert (again.row.policy, again.row.due_at) == (old.row.policy, old.row.due_at)


def test_each_version_is_kept_once(group: Cast, strict_file: Path) -> None:
    restarted()
    restarted()
    assert PolicyText.objects.count() == 2
    assert PolicyText.objects.get(version=policies.current_policy().version).text == STRICT


def test_a_text_of_a_newer_version_is_read_as_far_as_it_is_known_but_no_file_of_the_group(
    group: Cast, strict_file: Path
) -> None:
    newer = STRICT.replace("[limits]", "[limits]\nnap_minutes = 5")
    PolicyText.objects.create(version="newer", text=newer)
    assert policies.policy_for("newer").limits.accept_open_minutes == 5
    strict_file.write_text(newer, encoding="utf-8")
    policies._in_force.cache_clear()
    with pytest.raises(PolicyError, match="no entry nap_minutes"):
        policies.current_policy()


def test_the_shipped_policy_is_in_force_where_no_file_is_named(group: Cast) -> None:
    assert policies.current_policy().version == PolicyText.objects.get().version
    assert policies.policy_for(policies.current_policy().version) is policies.current_policy()
    assert Office.objects.count() == 2
    assert not CaseRow.system.exists()
