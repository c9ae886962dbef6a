"""Markdown becomes safe HTML: whatever is typed, no script, handler, foreign tag or unsafe link is left."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.handbook import rendering
from amends.handbook.live import filled, unknown_in, values
from amends.handbook.reading import contents, lowered
from amends.handbook.rendering import is_safe_link, render
from amends.handbook.shipped import shipped_pages
from amends.protocol.policy import shipped_policy

KNOWN = values(shipped_policy())
TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "blockquote", "strong", "em", "code", "pre", "hr", "br", "a",
        "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
ATTRIBUTES = {"href", "rel", "id", "start", "lang", "scope"}


class Seen(HTMLParser):
    """Every tag and attribute that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.odd: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def handle_decl(self, decl: str) -> None:
        self.odd.append(decl)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)


# What breaks out of careless renderers, to be strung together in any order.
NASTY = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html,x)", "[a](//evil.test/)", "[a](/\\evil.test)", "![a](http://evil.test/x)", "<http://a.test>",
    "<javascript:alert(1)>", "[a]: javascript:alert(1)\n", "[a](http://a.test \"\" onclick=alert(1))", "&#106;avas:",
    "[a](&#x6A;avascript:alert(1))", "[a](java\tscript:alert(1))", "[a](\x01javascript:alert(1))", "[](http://a.test)",
    "<b onclick=x>", "<!-- -->", "<?php ?>", "<style>*{}</style>", "<a href='javascript:x'>", "\x00", "`<script>`",
    "# ", "## a", "#### b", "> (es) ", "{limit:attempts}", "|a|b|\n|-|-|\n|1|2|\n", "```html\n<script>\n```\n", "\n",
    "\n\n", "- ", "1) ", "**", "_", "[", "](", ")", "<", ">", "\"", "'", "mailto:a@b.test", "[m](mailto:a@b.test)",
    "[v](vbscript:x)",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=12)), max_size=14).map("".join)


@given(texts)
def test_no_script_handler_or_unsafe_link_is_left(text):
    _assert_safe(render(text, KNOWN))


@given(texts)
def test_the_parser_alone_is_as_safe_as_the_cleaner_after_it(text):
    _assert_safe(rendering._markdown().render(text, {"known": dict(KNOWN)}))


@given(texts)
def test_the_cleaner_alone_is_safe_too(text):
    """Were the parser to let everything through, nothing harmful would reach a reader."""
    _assert_safe(rendering.cleaned(text))


def _assert_safe(html: str) -> None:
    seen = Seen(html)
    assert seen.odd == []
    for tag, attributes in seen.tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        if "href" in attributes:
            assert is_safe_link(attributes["href"] or "")


@given(texts)
def test_headings_begin_at_the_second_level_skip_none_and_have_ids_of_their_own(text):
    level, ids = 1, []
    for tag, attributes in Seen(render(text, KNOWN)).tags:
        if tag.startswith("h") and tag != "hr":
            assert 2 <= int(tag[1]) <= level + 1
            level = int(tag[1])
            ids.append(attributes["id"])
    assert len(ids) == len(set(ids))
    assert not set(ids) & {"main", "contents", "q", "asked", "said-aloud", "read", "changed"}


@given(texts)
def test_every_heading_of_the_contents_and_every_link_has_words(text):
    html = render(text, KNOWN)
    assert all(heading.text for heading in contents(html))
    assert "></a>" not in html


@pytest.mark.parametrize(
    "address",
    [
        "https://a.test/b?c=d#e",
        "http://a.test",
        "HTTPS://A.TEST",
        "mailto:a@b.test",
        "/handbook/desk#hear",
        "#hear",
        "desk",
        "",
    ],
)
def test_links_to_the_web_a_mailbox_and_the_site_are_fine(address):
    assert is_safe_link(address)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVASCRIPT:x", " javascript:x", "java\tscript:x", "data:text/html,x", "vbscript:x", "file:///etc",
     "//evil.test", "/\\evil.test", "\\\\evil.test", "\x01javascript:x", "x y", "ftp://a.test", "1:2", "amends\x7f"],
)  # fmt: skip
def test_every_other_link_is_not(address):
    assert not is_safe_link(address)


def test_a_page_shows_the_limits_that_the_policy_promises():
    html = render("They call {limit:speak_open_days}. The {role:office_manager} writes {chart:resolved}", KNOWN)
    assert "by closing time of the same open day" in html
    assert "The office manager writes RESOLVED:" in html


def test_what_a_group_calls_a_role_is_never_read_as_markdown_or_html():
    html = render("The {role:leader}", (("role:leader", "**<b>boss</b>** [x](javascript:y)"),))
    assert "<p>The **&lt;b&gt;boss&lt;/b&gt;** [x](javascript:y)</p>" in html


def test_a_value_in_code_stays_as_it_is_typed():
    assert "<code>{limit:attempts}</code>" in render("`{limit:attempts}`", KNOWN)


def test_an_unknown_value_is_named_and_stays_as_it_was_written():
    known = dict(KNOWN)
    assert unknown_in("{limit:speak} {limit:attempts} { Limit : x } {limit:speak} {not one}", known) == [
        "limit:speak",
        "Limit : x",
    ]
    assert filled("{limit:speak}", known) == "{limit:speak}"


def test_spanish_is_told_to_whoever_has_it_read_aloud():
    assert '<p lang="es">“Gracias”</p>' in render("> (es) “Gracias”", KNOWN)
    assert "lang" not in render("A (es) b, and `(es) c`", KNOWN)


def test_headings_of_the_same_words_differ_in_their_ids_and_one_without_words_is_left_out():
    html = render("## A b\n\n##\n\n## a B\n\n## main\n\n## 你好", KNOWN)
    assert [heading.anchor for heading in contents(html)] == ["a-b", "a-b-2", "main-2", "part"]


def test_a_link_without_words_shows_its_address():
    assert ">http://a.test</a>" in render("[](http://a.test)", KNOWN)
    assert ">#</a>" in render("[]()", KNOWN)
    assert "<em>x</em></a>" in render("[*x*](http://a.test)", KNOWN)


def test_a_page_as_part_of_a_longer_one_has_deeper_headings_and_ids_of_its_own():
    html = lowered(render("## A\n\n[b](#a) [c](/x#a)\n\n### B", KNOWN), "desk")
    assert '<h3 id="desk-a">A</h3>' in html
    assert '<h4 id="desk-b">B</h4>' in html
    assert 'href="#desk-a"' in html
    assert 'href="/x#a"' in html


@pytest.mark.parametrize("page", [page for page in shipped_pages() if not page.live], ids=lambda page: page.slug)
def test_each_page_that_ships_is_of_a_readable_length_and_knows_its_values(page):
    assert 300 <= len(page.text.split()) <= 600
    assert unknown_in(page.text, dict(KNOWN)) == []
    html = render(page.text, KNOWN)
    assert len([heading for heading in contents(html) if heading.level == 2]) >= 4
    assert "{" not in html


def test_no_shipped_page_promises_a_number_of_its_own_where_the_policy_has_one():
    """Every span of time in the pages is a value of the policy, or one of the few that are law or plain sense."""
    plain = {"Two minutes", "two minutes", "60 days", "six years"}
    for page in shipped_pages():
        spans = set(
            re.findall(r"\b(?:\d+|[Oo]ne|[Tt]wo|[Tt]hree|six) (?:open )?(?:minutes|hours|days|years)\b", page.text)
        )
        assert spans <= plain, page.slug
