"""The weights of a pair as a waterfall in plain text: from two strangers' odds, step by step, to this pair's."""

from collections.abc import Sequence
from dataclasses import dataclass

_BAR = 40
_WORDS = {"relatives": "taken back"}


@dataclass(frozen=True)
class Step:
    """A column of the waterfall: a comparison, the level that the two records reach, and its weight in bits; with 0 it says nothing."""

    comparison: str
    level: str
    bits: float

    @property
    def label(self) -> str:
        """As a person reads it."""
        comparison = _WORDS.get(self.comparison, self.comparison)
        return f"{comparison}: {self.level}".removesuffix(": ").replace("_", " ")


def lines(steps: Sequence[Step]) -> list[str]:
    """A line per step, its weight in bits, the odds that it leaves, and a bar from where the odds were to where they are; and the total.

    The bar of what speaks for one person is full, of what speaks against it light; ``|`` are even odds.
    """
    totals = [0.0]
    for step in steps:
        totals.append(totals[-1] + step.bits)
    low, high = min(totals), max(totals)
    width = max(len(step.label) for step in steps)
    odds = [odds_in_words(total) for total in totals]
    room = max(len(text) for text in odds)

    def cell(total: float) -> int:
        return round((total - low) / ((high - low) or 1) * _BAR)

    written = [f"{'':<{width}}   bits  {'odds':>{room}}  (one person to two)"]
    for step, before, after, text in zip(steps, totals, totals[1:], odds[1:], strict=False):
        bar = [" "] * (_BAR + 1)
        bar[cell(0.0)] = "|"
        for place in range(*sorted((cell(before), cell(after)))):
            bar[place] = "█" if step.bits > 0 else "░"
        written.append(f"{step.label:<{width}} {_signed(step.bits)}  {text:>{room}}  {''.join(bar)}".rstrip())
    return [*written, f"{'together':<{width}} {_signed(totals[-1])}  {odds[-1]:>{room}}"]


def odds_in_words(bits: float) -> str:
    """Bits as odds of two digits: ``6`` are ``64 to 1``, ``-1`` are ``1 to 2``."""
    size = 2.0 ** abs(bits)
    rounded = float(f"{size:.2g}")
    number = f"{rounded:,.0f}" if rounded >= 10 or rounded == int(rounded) else f"{rounded:.1f}"
    return f"{number} to 1" if bits >= 0 else f"1 to {number}"


def _signed(bits: float) -> str:
    return f"{bits + 0.0:+6.1f}" if abs(bits) >= 0.05 else "   0.0"
