"""Whether a sentence speaks of one person's care or of what the practice does for everybody."""

from collections.abc import Iterable

from amends.reviews.checker.phrases import Hit, Kind
from amends.reviews.checker.words import Text

_POINTING = frozenset(
    {".", ",", "of", "about", "for", "with", "after", "during", "in", "on", "from", "to", "did", "had"}
)
_THEIRS = frozenset(
    {"your", "his", "her", "those", "these", "su", "sus", "tu", "tus", "ese", "esa", "aquel", "aquella"}
)
_OURS = frozenset({"our", "nuestro", "nuestra", "nuestros", "nuestras"})
_THE = frozenset({"the", "el", "la", "los", "las"})
_ONE = _THE | {"a", "an", "un", "una"}
_REACH = 3  # words: “your last two cleanings”


class About:
    """Answers for one text, from the phrases found in it."""

    def __init__(self, text: Text, hits: Iterable[Hit]) -> None:
        self._text = text
        self._one_person = set()
        self._everyone = set()
        for hit in hits:
            if hit.phrase.kind is Kind.PERSONAL:
                self._one_person.add(text.sentence(hit.first))
            elif hit.phrase.kind is Kind.EVERYONE:
                self._everyone.add(text.sentence(hit.first))

    def everyone(self, number: int) -> bool:
        """Whether the sentence of this word says what holds for everybody, and nothing of one person."""
        sentence = self._text.sentence(number)
        return sentence in self._everyone and sentence not in self._one_person

    def one_person(self, hit: Hit) -> bool:
        """Whether a term is said of one person. Where nothing tells, it is: a fine costs more than a question."""
        sentence = self._text.sentence(hit.first)
        if sentence in self._one_person:
            return True
        before = self._before(hit.first)
        if any(word in _THEIRS for word in before):
            return True
        # “The crown” is a certain one; “the plans” and “that bills are confusing” are not.
        one = not self._text.texts[hit.after - 1].endswith("s")
        if (
            one
            and before[-1:]
            and (self._points(hit.first - 1) or (before[-1] in _THE and hit.phrase.kind is Kind.TERM))
        ):
            return True
        if sentence in self._everyone or any(word in _OURS for word in before):
            return False
        # “Cost matters” and “clear words about fees” tell nothing; “the procedure” and “a fee” may.
        return hit.phrase.kind is Kind.TERM or (one and any(word in _ONE for word in before[-2:]))

    def _points(self, number: int) -> bool:
        """`this crown`, `about that crown`; not `we know that crowns …`."""
        texts = self._text.texts
        return texts[number] == "this" or (texts[number] == "that" and (number == 0 or texts[number - 1] in _POINTING))

    def _before(self, first: int) -> list[str]:
        """The few words before, as far as they belong to it."""
        words = self._text.texts[max(0, first - _REACH) : first]
        for place in range(len(words) - 1, -1, -1):
            if words[place] in (".", ",", "and", "or", "y", "o"):
                return words[place + 1 :]
        return words
