"""How good the linkage is: against a truth where there is one, and by its own rates where there is none. Reports hold no person's values."""

from wholefamily.linkage.quality.households import Exactness, Lasting, exact_households
from wholefamily.linkage.quality.pairs import Counts, Quality, measure

__all__ = ["Counts", "Exactness", "Lasting", "Quality", "exact_households", "measure"]
