"""Every action that a person may take on a case, by its key."""

from collections.abc import Mapping

from amends.cases import forms_patient as patient
from amends.cases import forms_record as record
from amends.cases.forms_act import Act

ACTS: Mapping[str, type[Act]] = {
    act.key: act
    for act in (
        patient.Acknowledge,
        patient.Conversation,
        patient.Attempt,
        patient.SettleAttempts,
        patient.MarkAddressed,
        patient.Confirm,
        patient.Remedy,
        patient.MakePromise,
        patient.SettlePromise,
        patient.AskRegion,
        patient.AskLeaders,
        patient.StepIn,
        patient.Seen,
        patient.OfferCall,
        patient.AskForCall,
        patient.HandOver,
        record.ReplyLive,
        record.ExceptReply,
        record.RecordCauses,
        record.TakeBackCauses,
        record.NameInvolved,
        record.PlanAction,
        record.FinishAction,
        record.DeclineAction,
        record.NoteRepeat,
        record.AddAccount,
        record.IdentifyPatient,
        record.Correct,
        record.Reopen,
        record.SetAside,
    )
}
