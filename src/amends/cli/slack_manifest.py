"""`amends slack-manifest`: the manifest of the group's own Slack app, and the link that makes the app of it."""

import argparse
import json
import sys

from amends.cli.started import prepare_django
from amends.configuration import ConfigurationError


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amends slack-manifest", description=__doc__)
    parser.add_argument("--socket", action="store_true", help="for a site that Slack cannot reach: Socket Mode")
    options = parser.parse_args(argv)
    try:
        prepare_django()
    except ConfigurationError as wrong:
        print(f"amends: {wrong}", file=sys.stderr)
        return 1
    from django.conf import settings

    from amends.integrations.slack.manifest import manifest, new_app_link

    made = manifest(settings.BASE_URL, socket=options.socket)
    print(json.dumps(made, indent=2))
    print(f"\nMake the app in one click:\n{new_app_link(made)}", file=sys.stderr)
    return 0
