"""A page as a person without JavaScript has it: what stands there, and buttons that send what the form holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

_VOID = {"input", "meta", "link", "br", "hr", "img"}


@dataclass
class Form:
    """One form: where it goes, and every value that it would send."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # what it says, name, value
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # value and words


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._form: Form | None = None
        self._collecting: tuple[str, dict[str, str], list[str]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(has.get("action", ""))
            self.forms.append(self._form)
        elif tag in ("button", "option", "textarea", "a"):
            self._collecting = (tag, has, [])
        elif tag == "select":
            self._select = has["name"]
            if self._form:
                self._form.choices[self._select] = []
        elif tag == "input" and self._form and has.get("name"):
            self._input(self._form, has)

    def _input(self, form: Form, has: dict[str, str]) -> None:
        is_tick = has.get("type") in ("checkbox", "radio")
        if is_tick:
            form.choices.setdefault(has["name"], []).append((has.get("value", "on"), ""))
        if not is_tick or "checked" in has:
            form.values.setdefault(has["name"], []).append(has.get("value", "on" if is_tick else ""))

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._collecting:
            self._collecting[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if self._collecting and self._collecting[0] == tag:
            _, has, heard = self._collecting
            self._collecting = None
            self._ended(tag, has, " ".join("".join(heard).split()))

    def _ended(self, tag: str, has: dict[str, str], words: str) -> None:
        if tag == "a":
            self.links.setdefault(words, has.get("href", ""))
        elif self._form is not None and tag == "button":
            self._form.buttons.append((words, has.get("name", ""), has.get("value", "")))
        elif self._form is not None and tag == "textarea":
            self._form.values[has["name"]] = [words]
        elif self._form is not None and tag == "option":
            self._form.choices[self._select].append((has.get("value", words), words))
            if "selected" in has or self._select not in self._form.values:
                self._form.values[self._select] = [has.get("value", words)]


class Page:
    """What came back for one address, after every redirect."""

    def __init__(self, client: Client, url: str, answer: HttpResponseBase) -> None:
        assert isinstance(answer, HttpResponse)
        self.client, self.url, self.status = client, url, answer.status_code
        self.html = answer.content.decode()
        reader = _Reader()
        reader.feed(self.html)
        self.text = " ".join("".join(reader.words).split())
        self.forms, self.links = reader.forms, reader.links

    @classmethod
    def open(cls, client: Client, url: str) -> Self:
        answer = client.get(url, follow=True)
        return cls(client, _where(url, answer), answer)

    def follow(self, words: str) -> "Page":
        """Goes where the link says."""
        return Page.open(self.client, self._absolute(self.links[words]))

    def form(self, button: str) -> Form:
        """The form with the button of these words."""
        return next(form for form in self.forms if any(words == button for words, _, _ in form.buttons))

    def says(self, button: str) -> bool:
        return any(words == button for form in self.forms for words, _, _ in form.buttons)

    def value(self, name: str) -> str:
        """What stands in a field; of a choice the words."""
        form = next(form for form in self.forms if name in form.values or name in form.choices)
        value = form.values.get(name, [""])[0]
        return dict(form.choices.get(name, [])).get(value, value) or value

    def press(self, button: str, typed: Mapping[str, str | None] | None = None, /, **more: str | None) -> "Page":
        """Types (None empties a tick), presses the button, and gives the page on which one lands.

        A choice may be named by its words.
        """
        form = self.form(button)
        values = {name: list(value) for name, value in form.values.items()}
        for name, value in {**(typed or {}), **more}.items():
            assert name in form.values or name in form.choices, f"{name} is not in the form: {sorted(form.values)}"
            words = {said: chosen for chosen, said in form.choices.get(name, [])}
            values[name] = [] if value is None else [words.get(value, value)]
        _, name, value = next(one for one in form.buttons if one[0] == button)
        if name:
            values[name] = [value]
        url = self._absolute(form.action or self.url)
        answer = self.client.post(url, values, follow=True)
        return Page(self.client, _where(url, answer), answer)

    def _absolute(self, url: str) -> str:
        return self.url.partition("?")[0] + url if url.startswith("?") else url


def _where(url: str, answer: HttpResponseBase) -> str:
    chain: list[tuple[str, int]] = getattr(answer, "redirect_chain", [])
    return (chain[-1][0] if chain else url).partition("#")[0]
