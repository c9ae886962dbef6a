from django.urls import path

from amends.setup import comm_type, hours, inboxes, offices, open_dental, pages, people, reading, summary, trial

app_name = "setup"
urlpatterns = [
    path("", pages.index, name="index"),
    path("go-on/<slug:step>", pages.go_on, name="go_on"),
    path("read-again/<slug:step>", reading.again, name="read_again"),
    path("open-dental", open_dental.databases, name="open-dental"),
    path("open-dental/new", open_dental.database, name="new_database"),
    path("open-dental/<slug:key>", open_dental.database, name="database"),
    path("open-dental/<slug:key>/test", open_dental.test, name="test"),
    path("offices", offices.offices, name="offices"),
    path("hours", hours.hours, name="hours"),
    path("people", people.people, name="people"),
    path("people/password", people.password, name="password"),
    path("inboxes", inboxes.inboxes, name="inboxes"),
    path("commlog-type", comm_type.comm_type, name="commlog-type"),
    path("commlog-type/<slug:key>/create", comm_type.create, name="create_comm_type"),
    path("try", trial.trial, name="try"),
    path("try/write", trial.write, name="write_trial"),
    path("summary", summary.summary, name="summary"),
    path("summary/start", summary.start, name="start"),
]
