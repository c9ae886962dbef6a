"""A PostgreSQL of one's own, in a folder of its own, that may be crashed and started again."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder with initdb and pg_ctl of the newest PostgreSQL on this machine."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


class Cluster:
    """Answers on a socket in its folder and nowhere else; `url` names the database. `remove` leaves nothing behind.

    PostgreSQL refuses to run as root, so there it runs as another user.
    """

    def __init__(self) -> None:
        bin_folder = programs()
        assert bin_folder, "there is no PostgreSQL on this machine"
        self._bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="amends-cluster-"))
        self._user: pwd.struct_passwd | None = None
        if os.geteuid() == 0:
            names = {entry.pw_name: entry for entry in pwd.getpwall()}
            self._user = names.get("postgres") or names["nobody"]
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._run("initdb", "-D", str(self._place), "-U", "amends", "-A", "trust", "-E", "UTF8", "--no-sync")
        # A crash of its processes loses nothing without fsync; only that of the machine would.
        options = f"unix_socket_directories='{self.folder}'\nlisten_addresses=''\nfsync=off\nmax_connections=200\n"
        self._run("tee", "-a", str(self._place / "postgresql.conf"), stdin=options)
        self.start()
        self._run("createdb", "-h", str(self.folder), "-U", "amends", "amends")

    @property
    def _place(self) -> Path:
        return self.folder / "there"

    @property
    def url(self) -> str:
        """As AMENDS_DATABASE has it: the socket's folder is the host."""
        return f"postgresql://amends@{str(self.folder).replace('/', '%2F')}/amends"

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self._place), "-l", str(self.folder / "log"), "-w", "-t", "120", "start")

    def crash(self) -> None:
        """Ends every process of it at once, with what they were doing."""
        self._run("pg_ctl", "-D", str(self._place), "-w", "-m", "immediate", "stop")

    def remove(self) -> None:
        try:
            self.crash()
        finally:
            shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str, stdin: str = "") -> None:
        path = self._bin / program
        done = subprocess.run(
            [str(path) if path.exists() else program, *arguments],
            input=stdin,
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=self._user.pw_uid if self._user else None,
            group=self._user.pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
        )
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}")
