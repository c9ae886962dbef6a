"""Reading Open Dental again, because somebody changed something there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from amends.integrations.open_dental.office import office
from amends.setup import databases as od
from amends.setup.pages import administrators_only, to
from amends.setup.steps import Step

_LISTS = {
    Step.PEOPLE: (od.What.USERS,),
    Step.INBOXES: (od.What.USERS, od.What.INBOXES, od.What.LISTS),
    Step.COMM_TYPE: (od.What.TYPES,),
}


@require_POST
@administrators_only
def again(request: HttpRequest, step: str) -> HttpResponse:
    """The lists that a step shows are read anew; what is typed on its page is not sent with it."""
    if step not in _LISTS:
        raise Http404
    for database in od.databases():
        od.forget(database.key, *_LISTS[Step(step)])
        office(database.key).forget()
    messages.success(request, "Open Dental was read again.")
    return to(Step(step).url)
