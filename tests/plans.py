"""How a database would answer a query, for tests that an index is used."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet


def plan_of(rows: QuerySet[Any]) -> str:
    """The plan in the database's own words. PostgreSQL may not simply read the table, as it would a tiny one."""
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", parameters)
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        return " ".join(str(step[-1]) for step in cursor.fetchall())
