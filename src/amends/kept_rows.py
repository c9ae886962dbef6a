"""Triggers that keep the rows of a table as they were written, on both databases; Django's migrations have no word for
them."""

from dataclasses import dataclass

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True)
class KeptRows:
    """Rows of `table` that are never changed or deleted. `name` begins the names of the triggers; `what` is a row in
    words, for the error: "an event"."""

    name: str
    table: str
    what: str

    def create(self, editor: BaseDatabaseSchemaEditor) -> None:
        """From now on the database refuses to change, delete or empty them."""
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE FUNCTION {self.name}_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{self.what} is never changed or deleted'; END $$"
            )
            for trigger, when, each in (("kept", "UPDATE OR DELETE", "ROW"), ("not_emptied", "TRUNCATE", "STATEMENT")):
                editor.execute(
                    f"CREATE TRIGGER {self.name}_{trigger} BEFORE {when} ON {self.table} "
                    f"FOR EACH {each} EXECUTE FUNCTION {self.name}_is_kept()"
                )
            return
        for change, done in (("update", "changed"), ("delete", "deleted")):
            editor.execute(
                f"CREATE TRIGGER {self.name}_no_{change} BEFORE {change.upper()} ON {self.table} "
                f"BEGIN SELECT RAISE(ABORT, '{self.what} is never {done}'); END"
            )

    def drop(self, editor: BaseDatabaseSchemaEditor) -> None:
        """For going back to an earlier version, and for tests that empty the tables."""
        if editor.connection.vendor == "postgresql":
            for trigger in ("kept", "not_emptied"):
                editor.execute(f"DROP TRIGGER {self.name}_{trigger} ON {self.table}")
            editor.execute(f"DROP FUNCTION {self.name}_is_kept()")
            return
        for change in ("update", "delete"):
            editor.execute(f"DROP TRIGGER {self.name}_no_{change}")
