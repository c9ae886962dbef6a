from django.urls import path

from amends.connections import google_set_up, pages, slack_set_up

app_name = "connections"
urlpatterns = [
    path("", pages.connections, name="list"),
    path("slack", slack_set_up.set_up, name="slack"),
    path("slack/test-message", slack_set_up.test_message, name="slack_test"),
    path("slack/disconnect", slack_set_up.disconnect, name="slack_disconnect"),
    path("slack/find-people", slack_set_up.find_people, name="slack_find"),
    path("slack/people/<int:person>", slack_set_up.match_person, name="slack_person"),
    path("google", google_set_up.set_up, name="google"),
    path("google/connect", google_set_up.connect, name="google_connect"),
    path("google/back", google_set_up.back, name="google_back"),
    path("google/accounts", google_set_up.accounts, name="google_accounts"),
    path("google/offices", google_set_up.offices, name="google_offices"),
    path("google/accounts/<int:account>/telling", google_set_up.telling, name="google_telling"),
    path("google/look", google_set_up.test, name="google_test"),
    path("google/disconnect", google_set_up.disconnect, name="google_disconnect"),
    path("<str:key>/test", pages.test, name="test"),
    path("<str:key>/same-practice", pages.same_practice, name="same_practice"),
]
