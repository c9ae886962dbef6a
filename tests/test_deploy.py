"""The files for containers have what an operator needs of them: a backup can be made, and kept."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()
DOCUMENTS = sorted(path for path in (ROOT / "docs").glob("*.md"))
# Which PostgreSQL each Debian has: its packages are named after it.
POSTGRESQL_OF = {"bookworm": "15", "trixie": "17"}


def service(name: str) -> str:
    """The lines of one service of compose.yaml."""
    found = re.search(rf"^  {name}:\n((?:    .*\n|\n)+)", COMPOSE, re.MULTILINE)
    assert found, f"compose.yaml has no service {name}"
    return found[1]


def test_the_image_can_dump_the_database_that_compose_runs():
    """pg_dump refuses a server that is newer than itself."""
    server = re.search(r"image: postgres:(\d+)", service("db"))
    client = re.search(r"postgresql-client-(\d+)", DOCKERFILE)
    assert server
    assert client, "the image has no pg_dump"
    assert int(client[1]) >= int(server[1])


def test_the_images_debian_has_those_programs_and_is_named():
    """A bare `slim` becomes the next Debian one day, in which there is no such package."""
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    debians = {base.rpartition("-")[2] for base in bases}
    assert len(debians) == 1, "both stages are of one Debian"
    client = re.search(r"postgresql-client-(\d+)", DOCKERFILE)
    assert client
    assert POSTGRESQL_OF[debians.pop()] == client[1]


def test_backups_have_a_volume_that_the_user_of_the_image_may_write():
    assert "- backups:/backups\n" in service("upgrade")
    assert re.search(r"^volumes:\n(?:  .*\n)*  backups:", COMPOSE, re.MULTILINE)
    assert re.search(r"install --directory --owner=amends \S+ /backups", DOCKERFILE)
    for name in ("web", "worker"):
        assert "backups" not in service(name), "who serves and delivers needs no backup at hand"


@pytest.mark.parametrize("name", ["scale.md", "operator-guide.md"])
def test_the_guides_say_how_to_back_up_in_containers(name: str):
    assert "Backups in containers" in (ROOT / "docs" / name).read_text()


def test_commands_of_the_guides_name_services_and_places_that_exist():
    guide = (ROOT / "docs" / "scale.md").read_text()
    ran = re.findall(r"docker compose run (?:--rm |-T |--entrypoint \w+ )*(\w+)", guide)
    assert ran
    for name in ran:
        service(name)
    assert set(re.findall(r"(/backups)/", guide)) == {"/backups"}


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "README.md"], ids=lambda path: path.name)
def test_files_for_operators_that_are_named_are_there(document: Path):
    named = re.findall(r"\bdeploy/[\w@.-]*\w", document.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []
