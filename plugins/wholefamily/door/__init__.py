"""The door: a partner's drop is found, verified, taken in, decided on, and receipted (exchange.md sections 2 and 5)."""

from wholefamily.door.arrivals import has_new_drop, new_days, new_drops
from wholefamily.door.collect import collect
from wholefamily.door.decide import decide
from wholefamily.door.held import question_run, record_answer, settle_held
from wholefamily.door.load import load
from wholefamily.door.question import question
from wholefamily.door.receipt import send_receipt
from wholefamily.door.replay import Replayed, collect_again, has_come, replay

__all__ = [
    "Replayed",
    "collect",
    "collect_again",
    "decide",
    "has_come",
    "has_new_drop",
    "load",
    "new_days",
    "new_drops",
    "question",
    "question_run",
    "record_answer",
    "replay",
    "send_receipt",
    "settle_held",
]
