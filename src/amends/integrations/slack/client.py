"""A client for a workspace, which tries nothing twice and logs nothing."""

import logging

from slack_sdk import WebClient

from .models import SlackWorkspace

# slack_sdk logs bodies and answers; this logger leads nowhere.
SILENT = logging.Logger("amends.slack", logging.CRITICAL + 1)


def client_of(row: SlackWorkspace, *, seconds: int | None = None) -> WebClient:
    """A client for the workspace, whose calls last `seconds` at most: by default as long as the row says."""
    client = WebClient(
        token=row.bot_token,
        base_url=row.api_url,
        timeout=seconds or row.timeout_seconds,
        retry_handlers=[],  # the default would post twice when a connection breaks (slack.md 0.1)
        logger=SILENT,
    )
    client.proxy = None  # it would take HTTPS_PROXY even for an address that NO_PROXY names; urllib itself does not
    return client
