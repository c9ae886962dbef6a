"""Treatments as Open Dental describes them: abbreviations, whole descriptions, and the words of the code book."""

import random

import pytest
from tests.reviews.matching.measuring import measured
from tests.reviews.matching.worlds import Example, examples

from amends.reviews.matching.descriptions import treatments_in
from amends.reviews.matching.procedures import TREATMENTS

# How offices write the codes that the worlds use.
DESCRIBED = {
    "D2740": ("Crown, ceramic", "PorcCrn", "#3-PFM Crn", "crown - porcelain/ceramic"),
    "D2750": ("PFMCrn", "Crown, PFM", "crown - porcelain fused to high noble metal"),
    "D3310": ("RCT-Ant", "Root canal, front tooth", "endodontic therapy, anterior tooth"),
    "D3320": ("#4-RCT-Bi", "endodontic therapy, premolar tooth"),
    "D3330": ("RCT-Mol", "endodontic therapy, molar tooth (excluding final restoration)"),
    "D1110": ("Pro", "Cleaning, adult", "Prophy", "prophylaxis - adult"),
    "D4341": ("SRP4+", "Deep cleaning, quadrant", "periodontal scaling and root planing - four or more teeth"),
    "D2391": ("C1(P)", "White filling, one surface", "resin-based composite - one surface, posterior"),
    "D2392": ("#14-MO-Comp", "White filling, two surfaces", "Comp, two surfaces"),
    "D2140": ("A1", "#19-O-Amal", "amalgam - one surface, primary or permanent"),
    "D2330": ("Comp-Ant", "resin-based composite - one surface, anterior"),
    "D7140": ("Ext", "Tooth taken out, simple", "extraction, erupted tooth or exposed root"),
    "D7210": ("SurgExt", "#17-Surg Ext", "extraction, erupted tooth requiring removal of bone"),
    "D6010": ("Imp", "Implant placed", "surgical placement of implant body: endosteal implant"),
    "D5110": ("MaxDent", "complete denture - maxillary"),
    "D5120": ("ManDent", "Denture, lower"),
    "D0210": ("FMX", "intraoral - comprehensive series of radiographic images"),
    "D0330": ("Pano", "panoramic radiographic image"),
    "D0274": ("4BW", "BWX", "Bitewing pictures, four", "bitewings - four radiographic images"),
    "D0120": ("PerEx", "Ex", "Regular check-up", "periodic oral evaluation - established patient"),
    "D0150": ("CompEx", "Comp exam", "comprehensive oral evaluation - new or established patient"),
    "D9944": ("NG", "Night guard", "occlusal guard - hard appliance, full arch"),
    "D9972": ("Bleach", "Whitening", "external bleaching - per arch - performed in office"),
    "D6240": ("PonPFM", "Bridge, PFM", "pontic - porcelain fused to high noble metal"),
    "D6750": ("RetPFM", "Bridge retainer, PFM", "retainer crown - porcelain fused to high noble metal"),
}
MORE = {
    "D0140": ("LimEx", "Limited exam"),
    "D0220": ("PA", "intraoral - periapical first radiographic image"),
    "D1120": ("ChildPro", "prophylaxis - child"),
    "D1206": ("ChildFlo", "Fluoride varnish", "topical application of fluoride varnish"),
    "D1351": ("Seal", "sealant - per tooth"),
    "D2950": ("BU", "core buildup, including any pins when required"),
    "D4910": ("Perio Maint", "periodontal maintenance"),
    "D7230": ("removal of impacted tooth - partially bony",),
    "D8080": ("Ortho", "comprehensive orthodontic treatment of the adolescent dentition", "Braces"),
    "D9230": ("N2O", "inhalation of nitrous oxide/analgesia, anxiolysis"),
    "D2962": ("labial veneer (porcelain laminate) - laboratory",),
}


@pytest.mark.parametrize(
    ("code", "written"), [(code, one) for code, many in (DESCRIBED | MORE).items() for one in many]
)
def test_a_description_is_the_treatments_of_its_code(code: str, written: str) -> None:
    """A description tells less or a little more than its code, but the treatment that one names is there."""
    meant, told = treatments_in(code), treatments_in(written)
    assert told & meant, told
    assert len(told - meant) <= 1, told


@pytest.mark.parametrize(
    ("written", "not_one"),
    [
        ("Comp exam", "a filling"),
        ("CompEx", "a filling"),
        ("comprehensive orthodontic treatment", "a filling"),
        ("removal of impacted tooth - partially bony", "a denture"),
        ("partial pulpotomy for apexogenesis", "a denture"),
        ("Bridge retainer crown, PFM", "braces or aligners"),
        ("endosteal implant", "a root canal"),
        ("clinical crown lengthening - hard tissue", "a crown"),
        ("external bleaching", "an extraction"),
        ("Impression", "an implant"),
        ("pulpal debridement, primary and permanent teeth", "a deep cleaning"),
        ("No exam", "an exam"),
    ],
)
def test_what_only_looks_like_it(written: str, not_one: str) -> None:
    assert not_one in {one.name for one in TREATMENTS}
    assert not_one not in treatments_in(written)


@pytest.mark.parametrize("written", ["", "Group note", "Post-op", "Adjustment", "adult", "Sutures out"])
def test_what_names_no_treatment_tells_nothing(written: str) -> None:
    assert treatments_in(written) == frozenset()


def test_several_procedures_in_one_description_are_all_there() -> None:
    assert treatments_in("#3-PFMCrn, Pro, 4BW") == {"a crown", "a cleaning", "X-rays"}


def described(example: Example) -> Example:
    """The same line with the descriptions of its visits, several in one, as Open Dental lists them."""
    chance = random.Random(repr(example.line["id"]))
    for patient in example.line["patients"]:
        for visit in patient["visits"]:
            visit["procedures"] = [", ".join(chance.choice(DESCRIBED[code]) for code in visit["procedures"])]
    return example


@pytest.mark.parametrize("seed", [11, 12])
def test_descriptions_find_the_right_person_as_codes_do(seed: int) -> None:
    rates = measured(map(described, examples(seed, 400)))
    print(f"\nseed {seed}\n{rates.table()}")  # noqa: T201  the rates are for reading: pytest -s
    assert rates.share("somebody: ") >= 0.95
    assert rates.share("nobody: ") >= 0.96
    assert rates.wrongly_likely <= 0.01
