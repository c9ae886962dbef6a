"""What has the word of a treatment and is none: streets and cars, forms that were filled out, sayings."""

import re

# A bridge with a name of its own, in the text as it was written. What a mouth's bridge is called is none.
_NAMED_BRIDGE = re.compile(
    r"\b(?!(?:The|My|A|New|Old|This|That|Our|Your|His|Her|Their|Dental|Porcelain|Temporary|Permanent|Front|Upper|Lower"
    r"|Back|Left|Right|Maryland|Broken|Bad|And|For|With|No|First|Same|One|Two|Crown|Fixed)\b)[A-Z][a-z]+ Bridge\b"
)
_PLACE = (
    r"(?:street|str|st|avenue|ave|road|rd|boulevard|blvd|drive(?! me| us)|lane|ln|court|ct|place|plaza|square|heights"
    r"|hills?|points?|park|parkway|pkwy|center|centre|mall|hotel|inn|city|county|town|village|towers?|building|estates"
    r"|apartments|bank|church|club|pub|bar|cafe|diner|station|exit|elementary|school)\b"
)
_SPACE = (
    r"(?:floors?|rooms?|bathrooms?|restrooms?|office|place|lobby|tools|instruments|chairs?|tables?|carpets?|windows?"
    r"|building|sidewalks?|counters?|desks?)"
)
_PAPER = (
    r"(?:prescriptions?|scripts?|rx|forms?|papers?|paperwork|positions?|slots?|spots?|appointments?|schedules?"
    r"|questionnaires?|documents?)"
)
_THEM = r"(?:it|this|that|them|me|us|him|her|you|these|those|everything)"
_PHRASES = (
    # Places and cars
    rf"(?:crown|bridge|filling|corona|puente)s? {_PLACE}",
    r"crown (?:vic\w*|royal|prince\w*|jewels?|mou?lding|of thorns)",
    r"(?:triple|king|kings|queen|queens|wear\w* (?:a|the|their|your)) crown",
    r"(?:calle|avenida|colonia|plaza|ciudad|parque) (?:de )?(?:la |el |del )?(?:corona|puente)",
    r"corona(?= ?(?:virus|beer|time|pandemic|ca\b|california|del mar)|, c)",
    r"(?:since|during|because of|after|before|in|from|near|desde|durante|cervezas?) corona",
    r"(?:por|durante|tras|despues d|antes d)e?l? el puente",
    r"puente de (?:mayo|diciembre|noviembre|constitucion|reyes)",
    r"(?:hac(?:er|en|ian|iendo)|est(?:an|aban) de|fin de|se fueron de) puente",
    r"(?:burn\w*|cross\w*|under|over|across|off|near|by|past) (?:(?:that|the|your|a|every|all|my) )?bridges?",
    r"(?<!work )(?<!working )(?<!worked )on (?:the|that) bridge",
    r"bridges? to (?:cross|burn|build)",
    r"bridge[sd]? (?:(?:the|this|that|a) gap|of (?:my|his|her) nose|loan|toll)",
    # What else is filled
    rf"fill(?:ed|ing|s)? (?:{_THEM} )?(?:out|up)",
    rf"fill(?:ed|ing)? {_THEM} in",
    rf"fill(?:ed|ing) in (?:for|(?:the |all |my |some |a )?(?:\w+ )?(?:{_PAPER}|blanks?|info\w*))",
    rf"fill(?:ed|ing) (?:(?:my|the|a|all|some|that|their|any|those) )?(?:\w+ )?{_PAPER}",
    rf"(?:{_PAPER}|{_SPACE}|seats?) (?:\w+ ){{0,2}}filled",
    r"filling (?:breakfast|lunch|dinner|meals?|snacks?|food)",
    r"chiles? rellenos?",
    # What else is partial, pulled, extracted
    r"partial (?:refunds?|payments?|credits?|reimbursements?|discounts?|answers?|coverage|truth|day|pay)",
    r"(?:like|as|than) (?:\w+ ){0,2}pull(?:ing)? (?:\w+ )?teeth",
    r"pulling teeth (?:just )?(?:to|trying|getting)",
    r"extract\w* (?:\w+ ){0,3}(?:money|cash|dollars?|payments?|information|fees?|answers?|apology)",
    # Who cleans, and what else is clean
    r"clean(?:ed|ing) (?:lady|ladies|crew|staff|compan\w+|service|suppl\w+|products?|house|up)",
    rf"clean(?:ed|ing) (?:{_THEM} out|(?:the |their |your |its )?{_SPACE})",
    rf"{_SPACE} (?:\w+ ){{0,5}}clean(?:ed|ing)",
    r"polished (?:floors?|staff|manners?|team)",
    r"(?:smell|reek|stink)\w* (?:\w+ ){0,2}bleach",
    r"bleach (?:smell|wipes?)",
    # The rest
    r"veneer of",
    r"(?:lawyer|attorney|legal)\w*\b[^.!?]{0,30}\bretainers?",
    r"(?:retainer fees?|on retainer)",
    r"(?:(?:tax|age|income|price) brackets?|in brackets)",
    r"x[ -]?ray vision",
    r"exam(?:ination)? (?:rooms?|tables?|chairs?|gloves?|lights?)",
    r"emergency (?:exits?|doors?|contacts?|brakes?|funds?|stairs?|lights?)",
    r"(?:a|the) cap (?:on|of|for)",
    r"(?:insurance|benefits?|coverage|plan)\b[^.!?]{0,30}\b(?:cap|capped)",
    r"(?:capped at|(?:baseball|ball|salary|price|annual) cap)",
    r"frenos de(?:l| mi| la| su) (?:carro|coche|auto|camioneta)",
)
_NO_TREATMENT = re.compile(rf"\b(?:{'|'.join(_PHRASES)})\b")


def without_named_bridges(text: str) -> str:
    """The text, as it was written, without the bridges that have a name."""
    return _NAMED_BRIDGE.sub(" ", text) if "Bridge" in text else text


def without_no_treatments(folded: str) -> str:
    """The folded text without what only sounds like a treatment."""
    return _NO_TREATMENT.sub(" ", folded)
