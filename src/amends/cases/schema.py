"""What Django's migrations cannot say: that events are kept as they are, and the search index."""

from typing import Any

from amends.kept_rows import KeptRows

_EVENTS = KeptRows("cases_event", "cases_eventrow", "an event")
_SQLITE = ("CREATE VIRTUAL TABLE cases_search USING fts5(words, tokenize='unicode61 remove_diacritics 0')",)
_POSTGRESQL = (
    "CREATE TABLE cases_search (case_id bigint PRIMARY KEY REFERENCES cases_caserow (id), words tsvector NOT NULL)",
    "CREATE INDEX cases_search_words ON cases_search USING gin (words)",
)


def create(apps: Any, schema_editor: Any) -> None:
    _EVENTS.create(schema_editor)
    for statement in _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    _EVENTS.drop(schema_editor)
    schema_editor.execute("DROP TABLE cases_search")
