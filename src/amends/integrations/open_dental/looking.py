"""What was written, but whose number the answer did not tell, is looked for at once."""

from collections.abc import Callable

from amends.deliveries.channel import DeliveryError, Proof, UnknownOutcome


def after_writing(look: Callable[[], Proof | None], among: str) -> Proof:
    """The proof that `look` finds. Raises `UnknownOutcome`: it was written, and nobody knows as what."""
    try:
        found = look()
    except DeliveryError as trouble:
        raise UnknownOutcome(f"Written, but its number could not be read. {trouble}") from trouble
    if found is None:
        raise UnknownOutcome(f"Open Dental says it was written, but it is not among {among}.")
    return found
