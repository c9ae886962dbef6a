"""Letters of other scripts that look like Latin ones, and signs that stand in for letters inside words."""

# Source: the shapes themselves. What Unicode decomposes (full width, ligatures, bold, circled) needs no entry here.
_PAIRS = (
    # Cyrillic
    "аa вb сc ԁd еe ёe ғf ԍg һh іi їi јj ҝk кk ӏl мm нh оo рp ԛq гr ѕs тt цu ѵv ԝw хx уy ўy зz ьb эe пn иu ӑa ҽe ոn "
    # Greek
    "αa βb γy δd εe ϵe ζz ηn θo ιi κk λl μu νv οo πn ρp ςs σo τt υu φo χx ωw ϲc ϳj "
    # Armenian, Hebrew and Georgian look-alikes that turn up in copied text
    "աw եt ոn սu օo ցg հh ӧo զq ןl סo "
    # Latin letters that do not decompose, small capitals and phonetic signs
    "ıi ȷj łl øo đd ħh ŧt ɑa ɡg ɩi ʟl ɪi ɴn ʀr ʏy ʙb ɢg ʜh "
    "ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ꜱs ᴛt ᴜu ᴠv ᴡw ᴢz ꞓc ɛe ɔo əe ɐa ʇt ʍw "
    # Cherokee capitals fold to small letters of the same shape
    "ꭰd ꭱr ꭲt ꭵi ꭺa ꭻj ꭼe ꮃw ꮇm ꮋh ꮐg ꮓz ꮞ4 ꮟb ꮢr ꮪs ꮩv ꮮl ꮯc ꮲp ꮶk "
    # Mathematical and other signs used as letters
    "∂d ∈e ∑e √v ∪u ∩n ℓl ℮e × x ∨v ∧a ⊂c ⅼl ⲟo ꓐb ꓑp ꓔt ꓟm ꓠn ꓡl ꓢs "
    "ꓣr ꓦv ꓪw ꓫx ꓬy ꓮa ꓰe ꓲi ꓳo ꓴu ꓚc ꓗk ꓖg ꓝf ꓓd ꓜz ꓧh ꓙj"
)

LOOKALIKES: dict[str, str] = {pair[0]: pair[1] for pair in _PAIRS.split() if len(pair) == 2}

# Digits and signs for letters, each with what it may stand for; "1" is an l as often as an i.
STAND_INS: dict[str, str] = {
    "0": "o",
    "1": "il",
    "2": "z",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "g",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "i",
    "|": "il",
    "*": "aeiou",
    "+": "t",
    "€": "e",
    "£": "l",
    "¡": "i",
}
