"""How Slack says no: HTTP 200 with `{"ok": false, "error": …}`, but for 429 (slack.md 9 and 11)."""

from amends.simulators.serving import Response, json_response


class SlackError(Exception):
    """One refusal: `code` is Slack's error string, `extra` what stands beside it in the answer."""

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def response(self) -> Response:
        """The refusal as it is sent."""
        return json_response({"ok": False, "error": self.code, **self.extra})


class RateLimited(SlackError):
    """Too many calls: 429 with `Retry-After` in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after

    def response(self) -> Response:
        body = {"ok": False, "error": self.code}
        return json_response(body, status=429, headers=(("Retry-After", str(self.retry_after)),))


def invalid_arguments(*messages: str) -> SlackError:
    """`invalid_arguments` with its reasons."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}" for text in messages]})
