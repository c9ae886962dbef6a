"""Every address of the site, each page's in the folder of the thing that it shows."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
