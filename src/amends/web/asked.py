"""What a request says, taken only as far as it can be trusted."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def row_number(sent: str) -> int:
    """The number of a row that a form or an address names; 0, which is none, for anything else."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0


def page_after(request: HttpRequest, otherwise: str) -> str:
    """The page of ours to which a form wants to come back (`next`); `otherwise` where it names none, or another's."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else otherwise
