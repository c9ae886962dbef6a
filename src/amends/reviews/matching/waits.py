"""Waits as reviews tell them: minutes, or only that it was long."""

import re
from dataclasses import dataclass

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20,
    "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "forty-five": 45, "forty five": 45, "thirty-five": 35,
    "fifty-five": 55,
    "thirty five": 35, "fifty five": 55, "twenty five": 25, "twenty-five": 25, "couple": 2, "a couple": 2,
    "a couple of": 2,
    "una": 1, "un": 1, "dos": 2, "tres": 3, "diez": 10, "quince": 15, "veinte": 20, "treinta": 30, "cuarenta": 40,
    "cincuenta": 50,
    "cuarenta y cinco": 45, "noventa": 90, "sesenta": 60, "treinta y cinco": 35, "cincuenta y cinco": 55,
    "veinticinco": 25,
}  # fmt: skip
_NUMBER = "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True)) + r"|\d{1,3}(?:[.,]\d)?"
_SPAN = re.compile(
    rf"(?P<half>\bhalf (?:an |a )?hour|\bmedia hora|\b1/2 hour)"
    rf"|(?P<quarters>\bthree[ -]quarters of an hour|\btres cuartos de hora)"
    rf"|(?P<and>\b(?P<n1>{_NUMBER})[ -]?(?:hours?|hrs?|horas?)[ -](?:and (?:a|one) half|y media))"
    rf"|(?P<hm>\bhora y media)"
    rf"|\b(?P<n4>{_NUMBER}) and (?:a|one) half hours?"
    rf"|\b(?P<n2>{_NUMBER})(?: whole| full| entire| solid)?[ -]?(?P<hour>hours?|hrs?|h"
    rf"|horas?)\b(?: (?:and |y )?(?P<n3>{_NUMBER}) ?(?:min|m\b)\w*)?"
    rf"|\b(?P<n5>{_NUMBER})\+?[ -]?(?:minutes?|mins?|minutos?)\b"
)
_WAITING = re.compile(
    r"\bwait|\bsat\b|\bsitting|\b(?:make|made|let|left) (?:\w+ ){0,2}sit\b|\btaken back\b"
    r"|\bkept (?:me|us|him|her)|\b(?:running|ran|were|was|are|is"
    r"|started?) (?:\w+ ){0,3}(?:late|behind)|\blate\b|\bdelay"
    r"|\bbehind schedule|\bpast (?:my|our|the|his|her)|\bafter (?:my|our|the) (?:scheduled"
    r"|appointment)|\blobby|\bbefore (?:i|we|they|anyone|being|someone|anybody|he|she|seeing"
    r"|getting)\b"
    r"|\buntil (?:i|we|they)|\bespera|\bespere|\besper(?:o|ando|amos|aron|ar)\b|\btard(?:e|o|aron"
    r"|anza)\b|\bdemor|\bretras|\bsala\b|\bdespues de (?:mi|la) (?:cita|hora)|\bto be (?:seen|called)"
)
_LONG = re.compile(
    r"\bforever|\bages\b|\b(?:so|too|very|really|super|insanely|extremely|ridiculous\w*|long) long\b"
    r"|\blong (?:wait|time)|\bwaited and waited|\bfor hours|\bhours\b|\beternity"
    r"|\bhorrible wait|\bwait times? (?:is|are|was|were)|\bmucho (?:tiempo|rato)|\bhoras\b"
    r"|\buna eternidad|\bdemasiado|\bsiglos|\bendless|\bhalf the day|\ball (?:day|morning|afternoon)"
    r"|\btoda la (?:manana|tarde)|\blargas? esperas?\b|\besperas? (?:\w+ ){0,2}(?:larg|etern|interminable)"
)
_NONE = re.compile(
    r"\b(?:no|not a|zero|without(?: a| any)?|never(?: had to| a)?|didn'?t(?: have to| even)?"
    r"|did not(?: have to)?|hardly (?:any|a)|short|minimal|barely(?: had to)?|any) wait"
    r"|\b(?:not|never|n't) (?:made to|ma[dk]e (?:me|us|him|her|you)|kept|keep (?:me|us|him|her|you)) wait"
    r"|\bwithout (?:making|keeping) (?:me|us|you) wait|\bno (?:me|nos) (?:hicieron|hizo|hacen) esperar"
    r"|\bsin hacer(?:me|nos) esperar"
    r"|\b(?:right|exactly|always|seen|was|were|are) on time\b|\bright away|\bseen immediately"
    r"|\bsin espera|\bsin esperar|\bno (?:tuve|tuvimos|hubo) que esperar|\bno espere|\bpuntual"
)
# What has the words of a wait and is none in the office.
_NO_WAIT = re.compile(
    r"\bwait(?:ing)?[ -]?(?:lists?|staff)\b|\blista de espera\b"
    r"|\b(?:i|we) (?:was|were|am|are|came|arrived|ran|got (?:there|here)|showed up)\b[^.!?]{0,24}\blate\b"
    r"|\b(?:llegue|llegamos) (?:\w+ ){0,3}tarde\b"
    r"|\b(?:can'?t|can ?not|couldn'?t|could not|won'?t|will not|shouldn'?t|should not|wouldn'?t) (?:even )?wait\b"
    r"|\bwait (?:un)?till? (?:you|u)\b|\bwait (?:a|one) (?:minute|second|sec|moment)\b|\bwait and see\b|\bwait,? what\b"
    r"|\bwait(?:ed|ing|s)?\b[^.!?;,]{0,24}?\b(?:on hold|on the (?:phone|line))\b"
    r"|\b(?:on hold|hold music|on the (?:phone|line))\b[^.!?;,]{0,30}?(?:minutes?|mins?|hours?|hrs?)\b"
    r"|(?:minutes?|mins?|hours?|hrs?)\b[^.!?;,]{0,20}?\bon (?:hold|the (?:phone|line))\b(?:,? waiting\b)?"
    r"|\bwait(?:ed|ing|s)? (?:(?!hour|min|hr)\w+ ){0,4}?(?:for|on|to (?:get|hear|receive)) (?:\w+ ){0,3}?(?:calls?"
    r"|callback|phone|refund|reimbursement|money|response|reply|replies|answers?|apology|e-?mails?|insurance|records|bill"
    r"|results?|estimate|referral|prescription|explanation|someone to call|somebody to call|them to call|hear back)\b"
    r"|\bwait(?:ed|ing|s)? (?:\w+ ){0,4}?(?:days?|weeks?|months?|years?)\b"
    r"|\b(?:days?|weeks?|months?)[ -]+(?:long )?wait"
    r"|\bno (?:me )?(?:esperaba|esperabamos|esperas)\b|\b(?:como|lo que|que) (?:yo )?(?:esperaba|esperabamos)\b"
    r"|\besper(?:o|amos|aba|abamos|ando) (?:que|algo|mas|mejor|otra cosa)\b|\bse espera\b|\bes de esperar"
    r"|\besper(?:o|e|ando|amos|aba)\b (?:\w+ ){0,3}?(?:llamadas?|respuesta|reembolso|disculpas?|dinero|resultados?)\b"
    r"|\besper(?:o|ando|amos|e) (?:\w+ ){0,4}?(?:dias?|semanas?|mes(?:es)?|anos?)\b"
    r"|\besper\w+ (?:a )?que (?:me|nos) (?:llam|contest)"
)
_ROOM = re.compile(r"\bwait(?:ing)?[ -]?(?:rooms?|areas?)\b|\bsalas? de espera\b")  # by itself it tells of no wait
_BARE = re.compile(r"\bwait(?:ed|ing)?\b|\besper")
_REACH = 70  # letters between the waiting word and its minutes


@dataclass(frozen=True, slots=True)
class Wait:
    """What a review says of the wait: `minutes` as told, 0 for no wait at all, None for "forever"."""

    minutes: int | None
    words: str
    bare: bool = False  # only that there was one


def wait_named(folded: str) -> Wait | None:
    """The wait that a folded text tells of, or None."""
    if _NONE.search(folded):
        return Wait(0, "there was no wait")
    folded = _NO_WAIT.sub(" ", folded)
    waiting = [place.start() for place in _WAITING.finditer(folded)]
    if not waiting:
        return None
    for span in _SPAN.finditer(folded):
        if any(abs(span.start() - place) <= _REACH for place in waiting):
            minutes = _minutes(span)
            if 5 <= minutes <= 480:
                return Wait(minutes, span.group().strip().replace("-", " "))
    if _LONG.search(folded):
        return Wait(None, "a long wait")
    if _BARE.search(_ROOM.sub(" ", folded)):
        return Wait(None, "a long wait", bare=True)
    return None


def _minutes(span: re.Match[str]) -> int:
    if span["half"]:
        return 30
    if span["quarters"]:
        return 45
    if span["hm"]:
        return 90
    if span["n1"] or span["n4"]:
        return round(_number(span["n1"] or span["n4"]) * 60 + 30)
    if span["n2"]:
        return round(_number(span["n2"]) * 60 + (_number(span["n3"]) if span["n3"] else 0))
    return round(_number(span["n5"]))


def _number(written: str) -> float:
    return float(_NUMBERS[written]) if written in _NUMBERS else float(written.replace(",", "."))
