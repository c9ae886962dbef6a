"""Treatments as a record describes them: Open Dental's `ProcDescript` ("#3-PFMCrn, Pro, 4BW"), whole descriptions
("Cleaning, adult") and the code book's own words ("resin-based composite - one surface").

A description is read as a whole and never split at its commas, which stand within one procedure as well.
"""

import re
from functools import lru_cache

from amends.reviews.matching.folding import fold
from amends.reviews.matching.procedures import TREATMENTS, code_of

# A letter before would make another word; a digit or a small word in front ("4BW", "PFMCrn") does not.
_NO_LETTER = r"(?<![a-z])"
_SHORT = {
    "a crown": r"crn|pfm|ss ?c\b|porc ?cr\b|zirc|b/?u\b|core build|buildup",
    "a root canal": rf"{_NO_LETTER}(?:rct|rc\b|re ?tx rc|pulp(?:otomy|ectomy|al)?\b)|endo(?!s)",
    "a deep cleaning": rf"{_NO_LETTER}(?:srp|s ?/ ?rp|s&rp|perio? ?maint|perio\b|pm\b|debrid)|root plan|scal(?:e|ing)\b"
    r"|gingival inflammation",
    "a cleaning": rf"{_NO_LETTER}(?:child|adult)? ?(?:pro|prophy\w*|prophylaxis)\b",
    "a filling": rf"{_NO_LETTER}(?:comp|composite|resin|amal|amalgam|fill|restor|ac[1-4]|a[1-4]|c[1-4]|rc[1-4]|gic)\b"
    r"|resin[- ]based|amalgam|composite",
    "an extraction": rf"{_NO_LETTER}(?:(?:surg|sim|simple)? ?exts?|surg ?ex|extn)\b|impacted|coronectomy",
    "an implant": rf"{_NO_LETTER}(?:impl?|implnt|abut(?:ment)?)\b|endosteal",
    "a denture": rf"{_NO_LETTER}(?:max|man|mand|up|low|imm)? ?(?:dent|dentr|part|rpd|fpd\b|cud|cld)\b|denture",
    "a bridge": rf"{_NO_LETTER}(?:br|brg|brdg|pon|pontic|ret)(?:pfm|porc|gold|zirc)?\b|pontic"
    rf"|{_NO_LETTER}(?:pon|ret)(?=pfm|porc|gold)",
    "whitening": r"bleach|whiten|zoom\b",
    "X-rays": rf"{_NO_LETTER}(?:pas?|pax|bwx?s?|bws?|bitew\w*|fmx|fmxr|pano|panorex|pan|ceph|cbct|xr)\b"
    r"|periapical|radiograph|bitewing",
    "braces or aligners": rf"{_NO_LETTER}(?:ortho|bands?|debond|inv)\b|ortho ?(?:adj|tx)",
    "a night guard": rf"{_NO_LETTER}(?:ng|occ? ?g(?:uar)?d|nightgrd|nite ?guard|bruxism)\b|guard\b",
    "an exam": rf"{_NO_LETTER}(?:(?:per|comp|lim|limited|new|perio)? ?(?:exm?|exams?)|poe|coe|loe|npe|recall)\b|eval",
    "an emergency visit": rf"{_NO_LETTER}(?:pall|palliative|emer|emerg|er|lim ?ex(?:am)?|limited|loe)\b"
    r"|problem focused",
    "sedation": rf"{_NO_LETTER}(?:n2o|nitr|iv|sed)\b|nitrous|analgesia|anesthesia",
    "a sealant": rf"{_NO_LETTER}(?:seal|slnt|sealts?)\b",
    "a veneer": rf"{_NO_LETTER}(?:ven|venr|lam)\b|veneer",
    "an onlay or inlay": r"onl\b|inl\b",
    "fluoride": rf"{_NO_LETTER}(?:child ?)?(?:fl|flo|flu|fluor|fv|flv|varnish)\b|fluor",
    "gum surgery": r"gingiv(?:ectomy|oplasty)|osseous|graft|crown lengthening",
}
_PATTERNS = tuple((one, re.compile(_SHORT[one.name])) for one in TREATMENTS)
# What stands for something else than the word in it: a crown of a bridge is no retainer, a comprehensive exam no
# filling, and part of a tooth no partial denture.
_OTHERWISE = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\bpulpal debrid\w*", "pulpectomy"),
        (r"\bcrown length\w*|\bcrn length\w*", "osseous"),
        (r"\bretainer(?=[ ,-]*(?:crown|crn|inlay|onlay|pfm|porc|gold|zirc))", "bridge"),
        (r"\bcomp(?:\.|rehensive)?(?=[ -]*(?:ex|oral|eval|perio|ortho))", ""),
        (r"\bpartial(?:ly)?(?=[ -]*(?:bony|pulp|impact))|\bcomplete(?:ly)?(?=[ -]*bony)", ""),
        (r"\bno[ -](?:x ?-?rays?|exam|prophy)\b", ""),
    )
)


@lru_cache(maxsize=65_536)
def treatments_in(written: str) -> frozenset[str]:
    """The names of the treatments that a procedure of a record may be: by its code, or else by its description."""
    code = code_of(written)
    if code:
        return frozenset(one.name for one in TREATMENTS if code.startswith(one.codes))
    folded = fold(written)
    for pattern, instead in _OTHERWISE:
        folded = pattern.sub(instead, folded)
    found = {one.name for one, short in _PATTERNS if one.pattern.search(folded) or short.search(folded)}
    return frozenset(found | ({"a cleaning"} if "a deep cleaning" in found else set()))
