"""What was said about patients in Slack is kept as it is."""

from typing import Any

from amends.kept_rows import KeptRows

_AGREEMENTS = KeptRows("slack_agreement", "slack_slackagreement", "what was said about an agreement")


def create(apps: Any, schema_editor: Any) -> None:
    _AGREEMENTS.create(schema_editor)


def drop(apps: Any, schema_editor: Any) -> None:
    _AGREEMENTS.drop(schema_editor)
