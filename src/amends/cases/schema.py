"""What Django's migrations cannot say: the triggers that keep events as they are, and the search index."""

from typing import Any

_SQLITE = (
    "CREATE TRIGGER cases_event_no_update BEFORE UPDATE ON cases_eventrow "
    "BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END",
    "CREATE TRIGGER cases_event_no_delete BEFORE DELETE ON cases_eventrow "
    "BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END",
    "CREATE VIRTUAL TABLE cases_search USING fts5(words, tokenize='unicode61 remove_diacritics 0')",
)
_SQLITE_UNDO = (
    "DROP TRIGGER cases_event_no_update",
    "DROP TRIGGER cases_event_no_delete",
    "DROP TABLE cases_search",
)
_POSTGRESQL = (
    "CREATE FUNCTION cases_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'an event is never changed or deleted'; END $$",
    "CREATE TRIGGER cases_event_kept BEFORE UPDATE OR DELETE ON cases_eventrow "
    "FOR EACH ROW EXECUTE FUNCTION cases_event_is_kept()",
    "CREATE TRIGGER cases_event_not_emptied BEFORE TRUNCATE ON cases_eventrow "
    "FOR EACH STATEMENT EXECUTE FUNCTION cases_event_is_kept()",
    "CREATE TABLE cases_search (case_id bigint PRIMARY KEY REFERENCES cases_caserow (id), words tsvector NOT NULL)",
    "CREATE INDEX cases_search_words ON cases_search USING gin (words)",
)
_POSTGRESQL_UNDO = (
    "DROP TRIGGER cases_event_kept ON cases_eventrow",
    "DROP TRIGGER cases_event_not_emptied ON cases_eventrow",
    "DROP FUNCTION cases_event_is_kept()",
    "DROP TABLE cases_search",
)


def create(apps: Any, schema_editor: Any) -> None:
    for statement in _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    for statement in _POSTGRESQL_UNDO if schema_editor.connection.vendor == "postgresql" else _SQLITE_UNDO:
        schema_editor.execute(statement)
