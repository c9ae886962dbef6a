"""How many public replies a second `amends check-reply` judges, in one process and with its JSON."""

import io
import json
import random
from time import perf_counter

from amends.filters import check_reply
from amends.reviews.wordings import shipped_pool

LINES = 4_000
PRACTICE = {
    "name": "Maple Street Dental",
    "phones": ["(555) 555-0100"],
    "emails": ["hello@maple.example.com"],
    "staff": ["Dr. Hale"],
}
CASE = {
    "patient": "Jennifer Morales",
    "family": ["Carlos Morales"],
    "procedures": ["D2740 crown"],
    "staff": ["Dr. Hale"],
    "dates": ["2026-03-02"],
    "amounts": ["120.00"],
    "insurers": ["Northwind Dental"],
}
TOLD = (
    "",
    "Thank you for your visit last Tuesday.",
    "We left you two messages about the $120 on your account.",
    "Hope the crown feels better, Jennifer!",
    "Gracias por su visita.",
)
REVIEW = "I waited an hour, nobody listened, and then the bill was twice what I had been told. Never again."


def main() -> list[tuple[str, str]]:
    """One row: replies of the usual length, a fifth of them plain, with a case and five recent replies each."""
    chance = random.Random(7)
    texts = [wording.text for language in shipped_pool().values() for wording in language]
    given = "".join(_line(chance, number, texts) for number in range(LINES))
    check_reply.run(io.BytesIO(_line(chance, LINES, texts).encode()), io.BytesIO())  # reads the lexicons
    stdin, stdout = io.BytesIO(given.encode()), io.BytesIO()
    began = perf_counter()
    exit_code = check_reply.run(stdin, stdout)
    took = perf_counter() - began
    if exit_code or stdout.getvalue().count(b"\n") != LINES:
        raise RuntimeError("A line of the benchmark was not answered.")
    return [(f"check-reply: {LINES:,} replies, each with its case", f"{LINES / took:,.0f} replies/s")]


def _line(chance: random.Random, number: int, texts: list[str]) -> str:
    wording = chance.choice(texts).format(practice="Maple Street Dental", phone="(555) 555-0100")
    line = {
        "id": number,
        "platform": "google",
        "review": {"reviewer": f"J. M. {number}", "stars": 1, "text": f"{REVIEW} {number}"},
        "practice": PRACTICE,
        "case": CASE | {"notes": f"Call {number}: the manager listened and explained the estimate; parking was full."},
        "recent_replies": chance.sample(texts, 5),
        "reply": f"{wording} {chance.choice(TOLD)} {number % 7}",
    }
    return json.dumps(line) + "\n"
