"""The flags of `simulate open-dental`."""

from datetime import timedelta

import pytest

from amends.simulators.__main__ import main as simulate
from amends.simulators.open_dental.command import _parser, main, read_settings
from amends.simulators.open_dental.settings import Mode, Settings


def test_without_flags_it_is_the_demo():
    assert read_settings(_parser().parse_args([])) == Settings()


def test_flags_become_settings(tmp_path):
    flags = ["--mode", "local", "--od-version", "24.4.51", "--permissions", "ReadAll,Comm", "--seed", "9"]
    flags += ["--customer-key", "a", "--customer-key", "b", "--developer-key", "d", "--utc-offset=-08:00"]
    flags += ["--state", str(tmp_path / "s.json"), "--bare-errors", "--cut-long-text", "--no-clinics"]
    settings = read_settings(_parser().parse_args(flags))
    assert (settings.mode, settings.version, settings.seed) == (Mode.LOCAL, "24.4.51", 9)
    assert (settings.customer_keys, settings.developer_key) == (("a", "b"), "d")
    assert (settings.permissions, settings.utc_offset) == (frozenset({"ReadAll", "Comm"}), timedelta(hours=-8))
    assert (settings.bare_errors, settings.text.cut_long_text, settings.clinics_on) == (True, True, False)


@pytest.mark.parametrize(
    "flags", [["--mode", "cloud"], ["--od-version", "19.1"], ["--permissions", "Nothing"], ["--utc-offset", "soon"]]
)
def test_flags_that_make_no_sense_are_refused(flags, capsys):
    assert main(flags) == 2
    assert flags[0] in capsys.readouterr().err


def test_a_state_file_that_is_not_one_stops_the_start(tmp_path, capsys):
    kept = tmp_path / "state.json"
    kept.write_text("[]")
    assert main(["--state", str(kept)]) == 1
    assert "cannot start" in capsys.readouterr().err


def test_help_names_the_offset_and_what_can_be_done_while_it_runs(capsys):
    assert simulate(["open-dental", "--help"]) == 0
    told = capsys.readouterr().out
    assert "-05:00" in told
    assert "/_control/settings" in told
    assert "not_stored" in told


def test_what_is_not_there_is_said(capsys):
    assert simulate(["fax"]) == 2
    assert simulate([]) == 2
    assert "There is no simulator 'fax'" in capsys.readouterr().err
