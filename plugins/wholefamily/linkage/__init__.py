"""Who is who, and who lives with whom: records of all senders linked into persons, families and households of one registry."""

from wholefamily.linkage.link import link

__all__ = ["link"]
