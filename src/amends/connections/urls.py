from django.urls import path

from amends.connections import pages, slack_set_up

app_name = "connections"
urlpatterns = [
    path("", pages.connections, name="list"),
    path("slack", slack_set_up.set_up, name="slack"),
    path("slack/test-message", slack_set_up.test_message, name="slack_test"),
    path("slack/find-people", slack_set_up.find_people, name="slack_find"),
    path("slack/people/<int:person>", slack_set_up.match_person, name="slack_person"),
    path("<str:key>/test", pages.test, name="test"),
    path("<str:key>/same-practice", pages.same_practice, name="same_practice"),
]
