"""A group may bring its own words; a file that cannot be used says where it is wrong."""

from importlib import resources

import pytest

from amends.reviews.checker import Category, Context, Lexicon, LexiconError, check, read_lexicon, shipped
from amends.reviews.checker.lexicon import Limits
from amends.reviews.checker.spelling import Speller


def files() -> dict[str, str]:
    folder = resources.files("amends.reviews.checker").joinpath("lexicons")
    return {file.name.removesuffix(".toml"): file.read_text(encoding="utf-8") for file in folder.iterdir()}


def with_lines(lines: str) -> Lexicon:
    return read_lexicon(
        {"family": f'why = "x"\n[en]\nblock = """\n{lines}\n"""\n', "languages": 'en = "the"\nes = "el"'}
    )


def is_found(lines: str, reply: str) -> bool:
    return any(one.category is Category.FAMILY for one in check(reply, Context(), with_lines(lines)).findings)


def test_the_shipped_files_are_all_read() -> None:
    assert set(files()) == {"about", "harmless", "kinds", "languages", "names", "narration", "parts", "words"} | set(
        Category
    )


def test_every_category_says_why_and_what_instead() -> None:
    for category in Category:
        assert len(shipped().whys[category]) > 40


def test_a_group_may_replace_a_file() -> None:
    own = read_lexicon(files() | {"family": 'why = "No poodles."\n[en]\nblock = "poodle|poodles"\n'})
    (one,) = [
        one
        for one in check("Thank you, and pat the poodle.", Context(), own).findings
        if one.category is Category.FAMILY
    ]
    assert (one.text, one.why) == ("poodle", "No poodles.")


def test_limits_may_be_replaced() -> None:
    own = read_lexicon(files(), Limits(google_bytes=10))
    assert any(one.category is Category.PLATFORM_LIMITS for one in check("Thank you all.", Context(), own).findings)


@pytest.mark.parametrize(
    ("line", "reply", "expected"),
    [
        ("big dog", "A big dog.", True),
        ("big dog", "A big, dog.", True),
        ("big dog", "So big. Dog.", False),
        ("big|small dog", "A small dog.", True),
        ("big_bad wolf", "A BIG bad wolf!", True),
        ("dog*", "Two dogs.", True),
        ("a *ed dog", "A loved dog.", True),
        ("very? big dog", "A big dog.", True),
        ("very? big dog", "A very big dog.", True),
        ("big !red|blue dog", "A big dog.", True),
        ("dog !food", "Our dog food.", False),
        ("big .. dog", "A big old brown dog.", True),
        ("big .. dog", "A big but not at all bad dog.", False),
        ("big ... dog", "A big but not at all bad dog.", True),
        ("<n> dogs", "We have 12 dogs.", True),
        ("at <clock>", "We met at 4:15.", True),
        ("room <#> <n>", "It is room #4.", True),
        ("<phone>", "Call 555-555-0100.", True),
        ("# big dog", "A big dog.", False),
        ("perro-guía", "El perro guía.", True),
    ],
)
def test_the_language_of_phrases(line: str, reply: str, expected: bool) -> None:
    assert is_found(line, reply) is expected


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("family", "why = ", "family.toml is not valid TOML"),
        ("family", "[en]\nblok = 'x'", "no entry blok"),
        ("family", "[en]\nblock = 5", "family.toml, [en] block needs lines"),
        ("family", "[en]\nblock = '.. dog'", "must begin with a word"),
        ("family", "[en]\nblock = '*ed dog'", "must begin with a word"),
        ("family", "[en]\nblock = '!big dog'", "must begin with a word"),
        ("family", "[en]\nblock = 'big||small'", "empty choice"),
        ("family", "[en]\nblock = '@nobody dog'", "@nobody"),
        ("family", "en = 5", "needs a table"),
        ("harmless", "famly = 'x'", "no entry famly"),
        ("names", "given = 5", "list of words"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(name: str, text: str, says: str) -> None:
    with pytest.raises(LexiconError) as wrong:
        read_lexicon(files() | {name: text})
    assert says in str(wrong.value)


SPELLER = Speller(
    telling=frozenset({"insurance", "appointment", "missed", "visit", "crown"}),
    stems=frozenset({"refund"}),
    common=frozenset({"grown", "the"}),
    aliases={"u": "you"},
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("insurence", ("insurance",)),
        ("insurrance", ("insurance",)),
        ("insurnace", ("insurance",)),
        ("appoinment", ("appointment",)),
        ("mised", ("missed",)),
        ("crooown", ("crown",)),
        ("cr0wn", ("crown",)),
        ("v!sit", ("visit",)),
        ("r3funded", ("refunded",)),
        ("u", ("you",)),
        ("grown", ("grown",)),
        ("brown", None),
        ("insurances", None),
        ("2nd", None),
        ("d2740", None),
        ("x" * 200, None),
        ("x1" * 200, None),
        ("l1l1l1l1l1l1l1l1", None),
    ],
)
def test_a_word_is_known_however_it_is_written(written: str, meant: tuple[str, ...] | None) -> None:
    assert SPELLER.repair(written) == meant


def test_letters_apart_are_read_as_words() -> None:
    assert SPELLER.spaced("thevisit") == ("the", "visit")
    assert SPELLER.spaced("xyz") is None
