"""What Django's migrations cannot say: the triggers that keep what was said about patients in Slack as it is."""

from typing import Any

_SQLITE = (
    "CREATE TRIGGER slack_agreement_no_update BEFORE UPDATE ON slack_slackagreement "
    "BEGIN SELECT RAISE(ABORT, 'what was said about an agreement is never changed'); END",
    "CREATE TRIGGER slack_agreement_no_delete BEFORE DELETE ON slack_slackagreement "
    "BEGIN SELECT RAISE(ABORT, 'what was said about an agreement is never deleted'); END",
)
_SQLITE_UNDO = (
    "DROP TRIGGER slack_agreement_no_update",
    "DROP TRIGGER slack_agreement_no_delete",
)
_POSTGRESQL = (
    "CREATE FUNCTION slack_agreement_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'what was said about an agreement is never changed or deleted'; END $$",
    "CREATE TRIGGER slack_agreement_kept BEFORE UPDATE OR DELETE ON slack_slackagreement "
    "FOR EACH ROW EXECUTE FUNCTION slack_agreement_is_kept()",
    "CREATE TRIGGER slack_agreement_not_emptied BEFORE TRUNCATE ON slack_slackagreement "
    "FOR EACH STATEMENT EXECUTE FUNCTION slack_agreement_is_kept()",
)
_POSTGRESQL_UNDO = (
    "DROP TRIGGER slack_agreement_kept ON slack_slackagreement",
    "DROP TRIGGER slack_agreement_not_emptied ON slack_slackagreement",
    "DROP FUNCTION slack_agreement_is_kept()",
)


def create(apps: Any, schema_editor: Any) -> None:
    for statement in _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    for statement in _POSTGRESQL_UNDO if schema_editor.connection.vendor == "postgresql" else _SQLITE_UNDO:
        schema_editor.execute(statement)
