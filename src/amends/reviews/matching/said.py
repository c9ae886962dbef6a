"""What one review says, read once: everything that can be held against the visits."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from amends.reviews.matching.days import Days, Hours, days_named, hours_named
from amends.reviews.matching.display_name import DisplayName, read_display_name
from amends.reviews.matching.folding import fold, name_words, suffix
from amends.reviews.matching.nicknames import is_first_name
from amends.reviews.matching.no_treatments import without_named_bridges
from amends.reviews.matching.procedures import Named, treatments_named
from amends.reviews.matching.signatures import signature
from amends.reviews.matching.strangers import is_a_stranger
from amends.reviews.matching.values import Review
from amends.reviews.matching.waits import Wait, wait_named

_KIN = (
    r"sons?|daughters?|kids?|child(?:ren)?|toddler|baby|boys?|girls?|husband|wife|spouse|partner"
    r"|fiancee?|boyfriend|girlfriend|mom|mother|mum|mama|dad|father|"
    r"parents?|grandson|granddaughter|grandkids?|grandchild|grandmother|grandma|grandfather|grandpa"
    r"|nephew|niece|brother|sister|uncle|aunt|"
    r"stepson|stepdaughter|(?:mother|father|son|daughter|sister|brother)-in-law|\d+[ -]year[ -]old"
)
_KIN_ES = (
    r"hij[oa]s?|nin[oa]s?|espos[oa]|marido|mujer|novi[oa]|prometid[oa]|pareja|mama|madre|papa|padre"
    r"|abuel[oa]|abuelit[oa]|niet[oa]|sobrin[oa]|herman[oa]|ti[oa]|suegr[oa]|cunad[oa]"
)
_RELATIVE = re.compile(
    rf"\b(?:my|our) (?:\w+ ){{0,2}}?(?P<en>{_KIN})\b|\b(?:mis?|nuestr[oa]s?) (?:\w+ ){{0,1}}?(?P<es>{_KIN_ES})\b"
)
# "My husband and I", "my kids love it": the relative is not the patient, or not the only one.
_TOGETHER = re.compile(
    r"^(?:'s)? (?:and i|and me|y yo|drove|recommended|referred|told me|works|goes|picked me"
    r"|waited (?:in|outside)|me llevo|me recomendo)\b"
)
_CHILD_NAMED = re.compile(
    r"(?i:\b(?:my|our|mi|nuestr[oa])\s+(?:\w+[ -]){0,3}?(?:son|daughter|kid|child|boy|girl|husband"
    r"|wife|mom|mother|dad|father|grandson|granddaughter|brother|sister"
    r"|hij[oa]|espos[oa]|mam[aá]|pap[aá]|niet[oa]|herman[oa]|marido|old)),?\s+(?:named\s+)?([A-ZÁÉÍÓÚÑ][a-záéíóúñü]+)\b"
)
_MISSED = re.compile(
    r"\bmiss(?:ed|ing) (?:(?:an|my|the|one|our|his|her|a|that) )?(?:appointment|appt|appoinment"
    r"|visit|cleaning)|\bno[ -]?show|\b(?:cancel\w*|cancellation|missed"
    r"|late cancel\w*) (?:\w+ ){0,2}fee|\bfee for (?:\w+ ){0,3}(?:cancel|miss|not show)"
    r"|\bcharg\w+ (?:\w+ ){0,6}(?:for|because)[^.!?]{0,30}(?:cancel|miss|resched|not showing"
    r"|show up)|\bcouldn'?t make (?:it|my)|\bcould not make (?:it|my)|\b(?:forgot|forgetting) (?:my"
    r"|about my|an|the) app"
    r"|\bpor (?:faltar|cancelar|no (?:ir|llegar|presentarme|asistir))|\bfalt[eo] a (?:mi|la"
    r"|una) cita|\bperd[ei] (?:mi|la|una) cita|\bcita perdida|\bno pude (?:ir|llegar|asistir)"
)
_CANCELLED = re.compile(
    r"\b(?:cancel+ed|cancel+ing|cancels?|resched\w+|moved|bumped|changed) (?:on )?(?:me|us|my|our"
    r"|his|her|the|it)?\b|\bturned (?:me|us|him|her) away"
    r"|\b(?:was|were|got|being) turned away|\brefused to see (?:me|us)|\bsent (?:me|us) home"
    r"|\bcancelaron|\breprogram\w+|\bme cambiaron la cita|\bno me (?:quisieron )?atend|\bdropped (?:me|us) as"
)
_REACHING = re.compile(
    r"\b(?:answer|pick up|return(?:ed)?|call(?:ed)?(?: me)? back|on hold|voice ?mail|phone|reach"
    r"|get (?:an |in|through)|booking|book an|schedul\w+ an|no one calls?|nobody calls?)\b|\bcontest"
    r"|\btelefono|\bllam(?:e|o|ada|an)|\bhacer (?:una )?cita|\bagendar"
)
_MONEY = re.compile(
    r"\b(?:over)?charg\w*|\bbill(?:ed|ing|s)?\b|\binvoice|\brefund|\bprice[sd]?\b|\bpricing"
    r"|\bcost(?:s|ly)?\b|\bexpens|\bestimate|\bpay(?:ing|ment)?\b|\bpaid\b|\bmoney\b|\bdollars?\b"
    r"|\bbucks\b|\bco-?pay|\bout of pocket|\binsurance|\bbalance\b|\bcollections?\b|\bscam"
    r"|\brip(?:ped)? ?off|\$"
    r"|\bcobr(?:o|aron|an|ar|e)|\bfactura|\bcuenta\b|\bprecio|\bcaro\b|\bcara\b|\bdinero|\bpag(?:ar"
    r"|ue|o|ando)|\bseguro\b|\breembols|\bdolares|\bsaldo|\bestafa"
)
_AMOUNT = re.compile(
    r"\$ ?(\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.(\d{2}))?|\b(\d{2,5})(?:\.(\d{2}))? ?(?:dollars|bucks|usd|dolares)\b"
)
_TREATED = re.compile(
    r"\bpain(?:ful)?\b|\bhurt|\bnumb|\bbled\b|\bbleed|\binfect|\bbroke\b|\bfell (?:off|out)"
    r"|\bcame (?:off|out)|\bbotched|\bdrill|\bbite is|\bsore\b|\bsensitiv|\brough\b|\brushed\b"
    r"|\bwrong tooth|\bswollen|\bbad job|\bnerve|\bdoesn'?t fit"
    r"|\bdol(?:or|io|ia|oro)|\bduele|\bsangr|\binfeccion|\bse (?:me )?(?:cayo|rompio|salio)"
    r"|\banestesia|\blastim|\bbrusc|\bhinchad"
)
_DOCTOR = re.compile(
    r"\b(?:[Dd][Rr][Aa]?\b\.?|DR\b\.?|[Dd]octor[a]?|[Dd]entist|[Hh]ygienist"
    r"|[Hh]igienista)\s+([A-ZÁÉÍÓÚÑ][\w'’-]+)(?:\s+([A-ZÁÉÍÓÚÑ][\w'’-]+))?"
)
_NO_DOCTOR = frozenset({"doctor", "doctora", "dentist", "hygienist", "higienista"})
_DOCTOR_SMALL = re.compile(r"\b(?:dra?\b\.?|doctora?) ([a-z][\w'-]+)")  # in a folded text
_PROPER = re.compile(r"\b[A-ZÁÉÍÓÚÑ][\w'’-]{2,}")


@dataclass(frozen=True, slots=True)
class Said:
    """One review as facts. Absent facts say nothing; each present one speaks for or against a patient's visits."""

    name: DisplayName
    suffix: str  # of the name: "jr"
    posted: date | None
    posted_minute: int
    treatments: tuple[Named, ...] = ()
    wait: Wait | None = None
    days: Days | None = None
    hours: Hours | None = None
    relative: str = ""
    relatives_name: str = ""
    doctors: frozenset[str] = frozenset()
    capitals: frozenset[str] = frozenset()
    amounts: frozenset[Decimal] = frozenset()
    money: bool = False
    missed: bool = False
    cancelled: bool = False
    treated: bool = False
    reaching: bool = False
    unhappy: bool = True
    stranger: bool = False


def read(review: Review) -> Said:
    """Everything that the review says. The day of the post is its local one, by its own offset."""
    text = review.text[:6000]
    folded = fold(text)
    posted, slack = None, 0
    minute = 24 * 60
    if review.posted_at is not None:
        posted = review.posted_at.date()
        minute = review.posted_at.hour * 60 + review.posted_at.minute
        offset = review.posted_at.utcoffset()
        slack = int(offset is None or not offset)  # in UTC an American evening is already tomorrow
    kin = _relative(folded)
    named = _CHILD_NAMED.search(text) if kin else None
    named_doctors = [found[0] for found in _DOCTOR.finditer(text)] + _DOCTOR_SMALL.findall(folded)
    doctors = frozenset(word for doctor in named_doctors for word in name_words(doctor) if word not in _NO_DOCTOR)
    name = read_display_name(review.reviewer)
    signed = "" if any(map(is_first_name, name.words)) else signature(text)
    return Said(
        name=read_display_name(signed) if signed else name,
        suffix=suffix(signed or review.reviewer),
        posted=posted,
        posted_minute=minute,
        treatments=treatments_named(folded if text is (plain := without_named_bridges(text)) else fold(plain)),
        wait=wait_named(folded),
        days=days_named(folded, posted, slack=slack) if posted else None,
        hours=hours_named(folded),
        relative=kin or _relative_by_name(review.reviewer),
        relatives_name=fold(named[1]) if named else "",
        doctors=doctors,
        capitals=frozenset(fold(word) for word in _PROPER.findall(text)),
        amounts=frozenset(_amounts(folded)),
        money=_MONEY.search(folded) is not None,
        missed=_MISSED.search(folded) is not None,
        cancelled=_CANCELLED.search(folded) is not None,
        treated=_TREATED.search(folded) is not None,
        reaching=_REACHING.search(folded) is not None,
        unhappy=review.stars is None or review.stars <= 3,
        stranger=is_a_stranger(folded),
    )


def _relative(folded: str) -> str:
    for place in _RELATIVE.finditer(folded):
        if not _TOGETHER.match(folded[place.end() : place.end() + 25]):
            return place["en"] or place["es"]
    return ""


def _relative_by_name(reviewer: str) -> str:
    """ "Diego's mom" says whose relative it is in the name itself."""
    found = re.search(rf"(?:'s|’s)\s+({_KIN})\b", reviewer, re.IGNORECASE)
    if found is None:
        found = re.search(r"\b(mam[aá]|pap[aá]|madre|padre|espos[oa]) de\b", reviewer, re.IGNORECASE)
    return fold(found[1]) if found else ""


def _amounts(folded: str) -> list[Decimal]:
    found = [(one[1] or one[3], one[2] or one[4] or "00") for one in _AMOUNT.finditer(folded)]
    return [Decimal(f"{whole.replace(',', '')}.{cents}") for whole, cents in found]
