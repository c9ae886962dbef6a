"""Opening a case again, setting it aside, and making one story of two."""

from collections.abc import Sequence

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import (
    AMENDS_ITSELF,
    MANAGERS,
    STAFF,
    Context,
    Refused,
    not_set_aside,
    only,
    still_open,
    text,
)
from amends.protocol.rules.chain import level_of, nearest
from amends.protocol.rules.correcting import identified, triggers_corrected
from amends.protocol.values import Person
from amends.protocol.words import AsideReason, PatientStatus, Role, Stage


def reopen(case: Case, command: c.Reopen, context: Context) -> Sequence[Fact]:
    only(context, STAFF | AMENDS_ITSELF, "reopen a case")
    if case.is_open and case.stage is not Stage.ADDRESSED:
        raise Refused("This case is open.")
    why = text(command.why, context, "Write why it is opened again.")
    owner, stage = who_resumes(case, context)
    return [e.Reopened(why=why, stage=stage, owner=owner)]


def who_resumes(case: Case, context: Context) -> tuple[Person | None, Stage]:
    """Who has a case that is opened again: the owner where they still answer for the office, else whoever does now.

    Months may have passed.
    """
    chain, stage = context.chain, case.held_at
    answering = {*chain.office, *chain.region, *chain.leaders, context.by.person}
    if case.owner not in answering:
        owner, level = nearest(chain, level_of(case))
        if owner:
            same = level is level_of(case)
            return owner, stage if same else level
    return case.owner, stage


def put_aside(case: Case, command: c.PutAside, context: Context) -> Sequence[Fact]:
    own_slip = (
        context.by.role is Role.TEAM
        and command.reason is AsideReason.BY_MISTAKE
        and case.reporter == context.by.person
        and case.stage is Stage.REPORTED
    )
    if not own_slip:
        only(context, MANAGERS, "set a case aside")
    still_open(case)
    if bool(command.duplicate_of) != (command.reason is AsideReason.DUPLICATE):
        raise Refused("A duplicate needs the number of the other case.")
    if case.open_promises and command.reason is not AsideReason.BY_MISTAKE:
        raise Refused("A promise to the patient is still open here. Mark it as kept or missed first.")
    to_do = any(action.done_at is None for action in case.open_actions)
    if to_do and command.reason is AsideReason.DUPLICATE:
        # What is planned on a case that was set aside stands on no list, and nobody is reminded of it.
        raise Refused("A corrective action is still to be done here. Set the other case aside, or say that it is done.")
    needed = None if command.reason is AsideReason.DUPLICATE else "Write why, for those who look later."
    note = text(command.note, context, needed)
    return [e.SetAside(reason=command.reason, note=note, duplicate_of=command.duplicate_of or None)]


def take_in(case: Case, command: c.TakeIn, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS | AMENDS_ITSELF, "merge cases")
    not_set_aside(case)
    if command.other in case.merged:
        raise Refused(f"{command.other} is already part of this case.")
    _one_patient_and_review(case, command)
    facts: list[Fact] = []
    if command.review and command.reply_link is not None and not case.reply_live:
        # Before the review joins: a closed case that takes in an answered review is at no moment without the answer.
        facts.append(e.ReplyWentLive(link=command.reply_link))
    facts.append(e.TakenIn(other=command.other, accounts=command.accounts, review=command.review))
    known_from = f"Known from {command.other}."
    if command.patient and not case.patient:
        facts.append(identified(case, PatientStatus.KNOWN, command.patient, known_from))
    if command.triggers - set(case.triggers):
        facts.append(triggers_corrected(case, {*case.triggers, *command.triggers}, known_from, context))
    if causes := tuple(
        cause for cause in command.causes if cause in context.policy.causes and cause not in case.causes
    ):
        facts.append(e.CausesRecorded(causes=causes, note=known_from))
    named = {person.id for person in case.involved}  # somebody may have another name since
    if involved := tuple(person for person in command.involved if person.id not in named):
        facts.append(e.InvolvedNamed(people=(*case.involved, *involved)))
    known = {*case.repeat_of, *case.merged, command.other}  # what became part of it did not happen before it
    if earlier := tuple(number for number in dict.fromkeys(command.repeat_of) if number not in known):
        facts.append(e.RepeatNoted(of=earlier))
    return facts


def _one_patient_and_review(case: Case, command: c.TakeIn) -> None:
    if command.patient and case.patient and not command.patient.has_chart_of(case.patient):
        raise Refused("The two cases are about different patients. Correct the patient first, or keep them apart.")
    here, there = case.review, command.review
    if here and there and (here.site, here.review_id) != (there.site, there.review_id):
        raise Refused("Each of the two cases has its own review to answer. Keep them apart.")
