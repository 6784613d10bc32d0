"""The published tables: how many families, which criteria they met, how they fare, for anyone (exchange.md section 8)."""

from wholefamily.products.published.leave import publish
from wholefamily.products.published.release import attack, build, gate
from wholefamily.products.published.summary import summary

__all__ = ["attack", "build", "gate", "publish", "summary"]
