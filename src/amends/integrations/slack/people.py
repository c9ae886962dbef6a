"""Who a person of the group is in Slack."""

from amends.practice.directory import directory


def slack_user(person_id: str) -> str | None:
    """The Slack user of this person; None where nobody said, or the person is not active."""
    person = directory().people.get(person_id)
    return (person.slack_id or None) if person and person.is_active else None
