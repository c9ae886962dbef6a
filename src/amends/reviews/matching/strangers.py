"""Texts by people who say themselves that they are no patients, or that are about another kind of business."""

import re

_NO_PATIENT = re.compile(
    r"\b(?:never|not|n't) (?:ever )?(?:been |was |were |be |become |became )?(?:here |there )?(?:as )?(?:a |an )?"
    r"(?:actual )?patients?(?: (?:here|there|of theirs|at this (?:office|place)))?(?=[.,;!?]|$| but\b| and\b)"
    r"|\bcall(?:ed|ing)? (?:\w+ ){0,2}(?:to (?:see|ask|find out) |and asked )(?:if|whether) they (?:\w+ )?"
    r"(?:take|took|accept)"
    r"|\bwalked in to (?:ask|apply|drop|deliver)"
    r"|\bcame (?:in )?(?:just |only )?to (?:use the (?:rest|bath)room|apply|deliver)"
    r"|\bjob interview|\binterviewed (?:here|there|for)|\bapplied for (?:a|the) (?:job|position)"
    r"|\b(?:used to work|worked) (?:here|there|for (?:them|this))\b|\bformer employee|\bex[ -]employee"
    r"|\bnever (?:\w+ ){0,2}(?:set foot|been (?:in|inside) (?:there|here|this))|\bdeliver (?:packages|mail|food|here)"
    r"|\b(?:nunca (?:fui|he sido)|no (?:soy|fui)) paciente|\bnunca he (?:ido|estado)|\ba (?:pedir|buscar) trabajo"
    r"|\bpreguntar si (?:aceptan|toman)"
)
_ELSEWHERE = re.compile(
    r"\bapartments?\b|\bleasing\b|\blandlord|\btenants?\b|\belevators?\b|\bmovers\b|\bmoving company|\bgym\b"
    r"|\bshowers\b|\bpizzas?\b|\bburgers?\b|\bfries\b|\bwait(?:er|ress)\b|\bhotel\b|\bmechanics?\b|\boil change"
    r"|\btires\b|\bhaircuts?\b|\bstylist|\bnail (?:tech|salon)|\bmanicure|\bpedicure|\bplumbers?\b|\broofers?\b"
    r"|\bairlines?\b|\bflights?\b|\bgrocer\w+|\bcashiers?\b|\b(?:my|our|the) (?:dog|cat|puppy)\b|\bgroomer"
    r"|\bdealership|\bcar wash|\brealtor|\bdepartamento en renta|\btaller\b|\brestaurantes?\b"
    r"|\btacos?\b|\bmargaritas?\b|\bcoffee\b|\bbarista|\bphone (?:screen|repair)|\bmy check\b"
)
_TEETH = re.compile(
    r"\bt(?:oo|ee)th|\bdent|\bgums?\b|\bmouth|\bjaw|\bdr\b|\bdoctor|\bhygien|\bdient|\bmuela|\bencias?\b|\bboca\b"
)


def is_a_stranger(folded: str) -> bool:
    """Does the writer of a folded text say that they are no patient, or speak of another trade and not of teeth?"""
    if _NO_PATIENT.search(folded) is not None:
        return True
    return _ELSEWHERE.search(folded) is not None and _TEETH.search(folded) is None
