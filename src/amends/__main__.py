"""`python -m amends` is the command `amends`."""

import sys

from amends.cli import main

sys.exit(main())
