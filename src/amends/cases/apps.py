from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "amends.cases"
    label = "cases"

    def ready(self) -> None:
        from amends.cases.actions import refresh_dues
        from amends.practice.models import on_new_hours

        # Whoever changes an office's hours, on whichever page: when its cases are due changes with them.
        on_new_hours(refresh_dues)
