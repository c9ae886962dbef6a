"""Who the patient is lies sealed in the database, whatever table one looks at."""

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.db import connection
from pytest_django.fixtures import Settings
from tests.cases.story import MARISOL, TOBIAS, a_report, by, opened
from tests.conftest import Cast
from tests.deliveries.other_side import Fault, OtherSide

from amends import sealing
from amends.cases import actions, search
from amends.cases.models import CaseRow
from amends.deliveries import by_hand
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.protocol import commands as c
from amends.protocol.values import Patient
from amends.protocol.words import AsideReason, Moment, PatientStatus, Trigger, Way
from amends.sealing import CannotUnseal, blind, seal, unseal

# Phones as people write them and as digits alone: four digits by themselves are in some microseconds and seals too.
SECRETS = ("marisol", "quintero", "tobias", "wendell", "010-0141", "010-0142", "5550100141", "5550100142")


def whole_database() -> str:
    """Every value of every table as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table}: {value!r}" for row in cursor.fetchall() for value in row]
    return "\n".join(found).lower()


def a_lively_month(group: Cast) -> int:
    """Cases in every stage with deliveries in every state, all about Marisol and Tobias."""
    omar = by(group.omar, group.maple)
    command = a_report(group.maple, "Waited an hour.", moment=Moment.TREATMENT)
    severe = c.Report(**{**vars(command), "triggers": frozenset({Trigger.PRIVACY, Trigger.LAWYER})})
    case = actions.perform(command=severe, by=by(group.ana, group.maple)).row.pk
    for done in (
        c.LogAttempt(way=Way.VOICEMAIL),
        c.RecordConversation(way=Way.PHONE, note="Listened."),
        c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=TOBIAS, why="A mix-up."),
        c.AskRegion(why="Wants more than I may give."),
    ):
        actions.perform(command=done, by=omar, case=case)
    side = OtherSide(faults=[Fault(kind) for kind in ("permanent", "fine", "lost", "fine", "offline", "configuration")])
    while run_one(side.channel):
        pass
    for row in Delivery.objects.filter(state=State.BY_HAND)[:1]:
        by_hand.pasted(row.pk, group.omar, number="77")
    other = opened(group.maple, group.ana)
    actions.perform(command=c.PutAside(reason=AsideReason.NOT_UPSET, note="No."), by=omar, case=other.row.pk)
    return case


def test_no_table_holds_a_name_or_a_phone_in_plain(group: Cast) -> None:
    a_lively_month(group)
    told = whole_database()
    assert "waited an hour" in told  # so it does read what is there
    assert [secret for secret in SECRETS if secret in told] == []


def test_with_the_keys_everything_is_readable(group: Cast) -> None:
    case = a_lively_month(group)
    assert CaseRow.system.get(pk=case).patient_name == TOBIAS.name
    assert MARISOL.name in str([row.payload for row in Delivery.objects.all()])


def test_the_same_patient_is_found_again_and_only_by_whoever_has_the_key(group: Cast, settings: Settings) -> None:
    done = opened(group.maple, group.ana)
    renamed = Patient("main", MARISOL.pat_num, "Marisol Quintero-Reyes")
    assert CaseRow.system.get(patient_key=actions.patient_key(renamed)) == done.row
    assert not CaseRow.system.filter(patient_key=actions.patient_key(TOBIAS)).exists()
    ours = actions.patient_key(MARISOL)
    settings.SEALING_KEYS = (Fernet.generate_key().decode(),)
    assert actions.patient_key(MARISOL) != ours


def test_a_new_key_in_front_seals_from_now_on_and_the_old_ones_still_open(group: Cast, settings: Settings) -> None:
    done = opened(group.maple, group.ana)
    before = seal("Marisol"), blind("Marisol")
    old, new = django_settings.SEALING_KEYS, Fernet.generate_key().decode()
    settings.SEALING_KEYS = (new, *old)
    assert unseal(before[0]) == "Marisol"
    assert blind("Marisol") == before[1]
    assert actions.state_of(done.row.pk).patient == MARISOL
    assert search.find("quintero", offices=None) == [done.row.pk]
    assert Fernet(new).decrypt(seal("Tobias").encode()) == b"Tobias"


def test_without_the_keys_nothing_opens_and_a_sentence_says_so(group: Cast, settings: Settings) -> None:
    done = opened(group.maple, group.ana)
    settings.SEALING_KEYS = (Fernet.generate_key().decode(),)
    for read in (lambda: actions.state_of(done.row.pk), lambda: CaseRow.system.get(), lambda: Delivery.objects.first()):
        with pytest.raises(CannotUnseal, match="AMENDS_SEALING_KEYS"):
            read()


def test_nothing_sealed_is_empty_or_nothing() -> None:
    assert (seal(""), unseal("")) == ("", "")
    for field in (sealing.SealedTextField(), sealing.SealedJSONField()):
        assert field.get_prep_value(None) is None
        assert field.from_db_value(None, None, None) is None
