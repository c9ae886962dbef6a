"""Maple Street's simulated Open Dental, which a test breaks and repairs while Amends looks at it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.connections.says import by_key

from amends.connections.checks import Check
from amends.connections.neighbors import open_dental
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import forget_offices
from amends.simulators.open_dental.office import OpenDental
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.serving import Server
