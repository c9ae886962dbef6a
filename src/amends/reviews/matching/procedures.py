"""Treatments as people name them, English and Spanish, and the CDT codes that they may stand for.

A word is generous on purpose: "crown" finds a build-up and a crown that was cemented again, too. The share is how many
visits have such a code by chance; the rarer, the more a match says.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import log

from amends.reviews.matching.no_treatments import without_no_treatments


@dataclass(frozen=True, slots=True)
class Treatment:
    """`codes` are beginnings of CDT codes; `share` is the share of all visits that have one, 0..1."""

    name: str
    codes: tuple[str, ...]
    share: float
    pattern: re.Pattern[str]

    @property
    def weight(self) -> float:
        """What a visit with it says when the review names it, in nats."""
        return min(log(0.8 / self.share), 2.6)


def _treatment(name: str, codes: str, share: float, pattern: str) -> Treatment:
    return Treatment(name, tuple(codes.split()), share, re.compile(rf"\b(?:{pattern})"))


TREATMENTS = (
    _treatment(
        "a crown",
        "D27 D2920 D295 D6058 D6059 D606 D2799",
        0.06,
        r"crowns?\b|coronas?\b|(?:the|my|a|new) caps?\b|capped\b|temporary (?:cap|tooth)",
    ),
    _treatment(
        "a root canal",
        "D33 D322 D323 D334",
        0.03,
        r"root[ -]?canals?\b|rootcanal|endodon|cleaned out (?:the|my) nerve|conductos?\b|endodoncia"
        r"|tratamiento de (?:canal|nervio)|matar? el nervio|canal de raiz",
    ),
    _treatment(
        "a deep cleaning",
        "D434 D4355 D4910 D4342 D4346",
        0.06,
        r"deep[ -]clean|scaling|root planing|periodontal|perio (?:clean|treat|maint)|gum (?:treat"
        r"|therapy|disease)|limpieza profunda|raspado|tratamiento de encias",
    ),
    _treatment(
        "a cleaning",
        "D1110 D1120 D4910 D4346 D4355 D434",
        0.35,
        r"clean(?:ing|ings|ed)\b|teeth clean|limpiezas?\b|prophy|polish(?:ed|ing)",
    ),
    _treatment(
        "a filling",
        "D21 D22 D23",
        0.13,
        r"fillings?\b|filled\b|cavit(?:y|ies)|empastes?\b|rellenos?\b|caries\b|tapadura|resinas?\b"
        r"|amalgama|calza\b|calzas\b",
    ),
    _treatment(
        "an extraction",
        "D71 D72 D9930",
        0.05,
        r"extract|(?:pull(?:ed|ing)?|yank(?:ed|ing)?) (?:\w+ ){0,3}?(?:tooth|teeth|molar)|(?:tooth|teeth) (?:was |were "
        r"|got |being |had been )?(?:pulled|out\b|removed|taken out)|wisdom (?:tooth|teeth)|dry socket"
        r"|remov\w+ (?:\w+ ){0,3}(?:tooth|teeth|molar)|extraccion|extraer|sacar(?:on|me"
        r"|le)?\b[^.]{0,20}(?:muela|diente)|(?:muela|diente)s? del juicio|cordales?\b|me saco (?:una|la"
        r"|el|un) (?:muela|diente)",
    ),
    _treatment("an implant", "D60 D61", 0.03, r"implants?\b|implantes?\b"),
    _treatment(
        "a denture",
        "D51 D52 D54 D55 D56 D57 D58",
        0.03,
        r"dentures?\b|false teeth|partials?\b|(?:partial|full) plate|reline\b|dentadura|placa (?:total"
        r"|parcial)|protesis|(?:upper|lower) plate",
    ),
    _treatment("a bridge", "D62 D63 D65 D66 D67 D69", 0.02, r"bridge(?:s|work)?\b|puentes?\b"),
    _treatment("whitening", "D997", 0.02, r"whiten|bleach(?:ing|ed)?\b|blanque"),
    _treatment(
        "X-rays",
        "D02 D03",
        0.35,
        r"x[ -]?rays?\b|xrays?\b|radiograf|placas de rayos|rayos[ -]?x|panoram|bitewing|3d scan|cbct"
        r"|full mouth series",
    ),
    _treatment(
        "braces or aligners",
        "D80 D86 D8",
        0.03,
        r"braces\b|aligners?\b|invisalign|orthodon|retainers?\b|brackets?\b|frenos\b|frenillos\b"
        r"|alineador|ortodon|retenedor",
    ),
    _treatment(
        "a night guard",
        "D994",
        0.02,
        r"(?:night|bite|mouth|occlusal)[ -]?guards?\b|nightguard|mouthguard|splint\b"
        r"|guards? for (?:\w+ )?(?:grind|clench)|guarda (?:nocturna|oclusal)|ferula|protector (?:bucal|nocturno)",
    ),
    _treatment(
        "an exam",
        "D01",
        0.4,
        r"exams?\b|examin|check[ -]?ups?\b|consult(?:ation|a)?\b|second opinion|new patient"
        r"|first (?:visit|appointment|time)|examen\b|revision\b|chequeo|evaluacion|primera (?:visita"
        r"|cita|vez)",
    ),
    _treatment(
        "an emergency visit",
        "D9110 D0140",
        0.06,
        r"emergenc|urgen(?:t|cia|te)|tooth ?ache|toothache|abscess|swollen|dolor de muela|absceso|hinchad",
    ),
    _treatment(
        "sedation",
        "D92",
        0.04,
        r"sedat|laughing gas|nitrous|gas mask|put (?:me|him|her) (?:under|to sleep)|anesthesiolog"
        r"|iv sedation|sedacion|sedad|oxido nitroso|gas de la risa",
    ),
    _treatment("a sealant", "D135", 0.03, r"sealants?\b|selladores?\b|sellantes?\b"),
    _treatment("a veneer", "D296", 0.02, r"veneers?\b|carillas?\b"),
    _treatment("an onlay or inlay", "D25 D26", 0.02, r"onlays?\b|inlays?\b|incrustacion"),
    _treatment("fluoride", "D120", 0.2, r"fluoride|fluor\b"),
    _treatment("gum surgery", "D42", 0.02, r"gum (?:graft|surgery)|gingivectomy|gingival graft|injerto|cirugia de enc"),
)
_DEEP = TREATMENTS[2]
_CLEANING = TREATMENTS[3]
# "They did not even do a cleaning", "quoted me for a crown": named, but not had.
_NOT_HAD = re.compile(
    r"(?:\b(?:no|not|n't|never|without|instead of|refused|quot\w+|recommend\w+|needed?|needs|told me i|said i|estimate|"
    r"wanted to|wants to|tried to sell|push\w+|cancel\w*|resched\w+|sin|nunca|querian|quieren|necesit\w+|recomend\w+"
    r"|presupuest\w+|en vez de|reprogram\w+)\b)"
    r"[^.!?]{0,28}$"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A treatment that a text names; `had` is False where it was only spoken of ("they wanted to sell me a crown")."""

    treatment: Treatment
    had: bool


def treatments_named(folded: str) -> tuple[Named, ...]:
    """The treatments that a folded text names. A deep cleaning is not a cleaning too, nor Crown Street a crown."""
    folded = without_no_treatments(folded)
    found: list[Named] = []
    for treatment in TREATMENTS:
        place = treatment.pattern.search(folded)
        if place is not None and not (treatment is _CLEANING and any(named.treatment is _DEEP for named in found)):
            before = folded[max(0, place.start() - 60) : place.start()]
            found.append(Named(treatment, had=_NOT_HAD.search(before) is None))
    return tuple(found)


@lru_cache(maxsize=65_536)
def code_of(written: str) -> str:
    """The CDT code in "D2740 crown" or "d2740": "D2740"; "" where there is none."""
    code = written.strip()[:5].upper()
    return code if len(code) >= 3 and code[0] == "D" and code[1:].isdigit() else ""
