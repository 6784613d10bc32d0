"""One definition per feed; raw tables, loader, expectations, dictionary and synthetic drops derive from it."""

from wholefamily.feeds.model import CODES, DISCLOSURE, FEEDS, THRESHOLDS, Column, Feed, SenderKind, feed

__all__ = ["CODES", "DISCLOSURE", "FEEDS", "THRESHOLDS", "Column", "Feed", "SenderKind", "feed"]
