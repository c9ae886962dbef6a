"""Every address of the site, each page's in the folder of the thing that it shows."""

from django.urls import include, path

from amends.connections.metrics import metrics

urlpatterns = [
    path("", include("amends.web.urls")),
    path("", include("amends.cases.urls")),
    path("", include("amends.reviews.urls")),
    path("", include("amends.practice.urls")),
    path("deliveries/", include("amends.deliveries.urls")),
    path("slack/", include("amends.integrations.slack.outbound.urls")),
    path("connections/", include("amends.connections.urls")),
    path("", include("amends.integrations.slack.urls")),
    path("", include("amends.reviews.bringing.urls")),
    path("", include("amends.integrations.google_business.urls")),
    path("setup/", include("amends.setup.urls")),
    path("metrics", metrics, name="metrics"),
    path("huddle/", include("amends.learning.lessons.urls")),
    path("learning/", include("amends.learning.urls")),
    path("", include("amends.learning.summary.urls")),
    path("handbook/", include("amends.handbook.urls")),
    path("privacy/", include("amends.audit.urls")),
]

handler500 = "amends.web.pages.broken"
