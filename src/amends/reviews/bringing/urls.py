"""Addresses of the ways by which reviews come in."""

from django.urls import path

from amends.reviews.bringing import entering, hooks, tool_pages, uploads

urlpatterns = [
    path("reviews/new", entering.review_new, name="review_new"),
    path("reviews/new/<int:review>", entering.review_entered, name="review_entered"),
    path("reviews/import", uploads.review_import, name="review_import"),
    path("reviews/import/<uuid:upload>", uploads.review_upload, name="review_upload"),
    path("reviews/tools", tool_pages.review_tools, name="review_tools"),
    path("reviews/tools/<slug:tool>/secret", tool_pages.secret, name="review_tool_secret"),
    path("reviews/tools/<slug:tool>/signing", tool_pages.signing, name="review_tool_signing"),
    path("reviews/tools/<slug:tool>/stop", tool_pages.stop, name="review_tool_stop"),
    path("reviews/tools/places/<int:place>", tool_pages.place_is, name="review_place"),
    path("hooks/birdeye/<str:secret>", hooks.hook, {"tool": "birdeye"}, name="hook_birdeye"),
    path("hooks/podium/<str:secret>", hooks.hook, {"tool": "podium"}, name="hook_podium"),
]
