"""The modal that a person has open, over the page."""

import html
from typing import cast as as_type

from amends.simulators.slack.arguments import Json
from amends.simulators.slack.drawing import draw
from amends.simulators.slack.eyes import Eyes


def modal(eyes: Eyes, back: str) -> str:
    """The topmost view of this person's stack as a form, or an empty text."""
    stack = eyes.workspace.modals.get(eyes.user.id) if eyes.user else None
    if not stack:
        return ""
    view = stack[-1]
    errors = eyes.workspace.view_errors.get(str(view["id"]), {})
    state = as_type(Json, view["state"]).get("values")
    blocks = draw(as_type(list[Json], view["blocks"]), eyes.names, eyes.live(state, errors))
    act = f"{eyes.prefix}/submit"
    submit, close = _words(view.get("submit")), _words(view.get("close")) or "Cancel"
    buttons = f'<button class="button" formaction="{eyes.prefix}/close" formnovalidate>{close}</button>'
    if submit:
        buttons += f'<button class="button primary" formaction="{act}">{submit}</button>'
    notices = [one for one in eyes.workspace.notices if eyes.user is not None and one.user == eyes.user.id]
    told = "".join(f'<p class="wrong" role="alert">{html.escape(one.text)}</p>' for one in notices[-1:])
    depth = f'<span class="about">over {len(stack) - 1} more</span>' if len(stack) > 1 else ""
    return (
        f'<div class="veil"><section role="dialog" aria-modal="true" aria-labelledby="modal-title" '
        f'data-view="{html.escape(str(view["id"]))}:{html.escape(str(view["hash"]))}">'
        f'<form method="post" action="{eyes.prefix}/press">'
        f'<button class="first" formaction="{act}" tabindex="-1" aria-hidden="true">Enter</button>'
        f'<input type="hidden" name="view" value="{html.escape(str(view["id"]))}">'
        f'<input type="hidden" name="back" value="{html.escape(back)}">'
        f'<div class="title"><h2 id="modal-title">{_words(view.get("title"))}</h2>{depth}'
        f'<button class="button" name="all" value="1" formaction="{eyes.prefix}/close" formnovalidate '
        f'aria-label="Close all">×</button></div>'
        f'{told}<div class="blocks">{blocks}</div><div class="end">{buttons}</div></form></section></div>'
    )


def _words(value: object) -> str:
    return html.escape(str(value.get("text", ""))) if isinstance(value, dict) else ""
