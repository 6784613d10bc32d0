"""The policy of record-level releases: four figures, and nothing else decides (exchange.md section 7)."""

K = 10
"""At least so many records share every combination of quasi-identifiers."""

L = 2
"""At least so many different values that are not hidden, of every flag in every group."""

MAX_SHARE = 0.9
"""Where a larger share of a group has the flag, the flag is hidden for the group."""

MIN_KEY_BYTES = 32
"""A shorter master key could be guessed; HMAC-SHA-256 gains nothing from a longer one."""

HIDDEN = "*"
"""What stands for a hidden value; a value of its own when groups are counted."""

COUNTY = "E11000005"
"""The GSS code of the West Midlands: what all areas joined together are called."""
