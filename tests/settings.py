"""Settings of the test-suite. `AMENDS_TEST_DATABASE=postgresql` runs the same tests on PostgreSQL."""

import os
import tempfile

from cryptography.fernet import Fernet

for name in [name for name in os.environ if name.startswith("AMENDS_")]:
    if not name.startswith(("AMENDS_TEST_DATABASE", "AMENDS_CONTRACT_")):
        del os.environ[name]  # nothing of the machine's own configuration reaches a test
_home = tempfile.TemporaryDirectory(prefix="amends-test-")  # gone when the tests end
os.environ["AMENDS_HOME"] = _home.name
os.environ["AMENDS_SECRET_KEY"] = "only for tests"
os.environ["AMENDS_SEALING_KEYS"] = Fernet.generate_key().decode()
if os.environ.get("AMENDS_TEST_DATABASE") == "postgresql":
    os.environ["AMENDS_DATABASE"] = os.environ.get("TEST_POSTGRESQL_URL", "postgresql:///postgres")

from amends.settings import *  # noqa: E402, F403
from amends.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    # A file and not memory: threads and processes of a test then meet the same locks as in real use.
    _base = os.environ["AMENDS_HOME"]
    DATABASES["default"]["TEST"] = {"NAME": f"{_base}/test.sqlite3"}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
