"""Which pairs of records are compared at all: blocking rules by name, each with the slips that it finds people in spite of.

Every rule is symmetric; columns are those of ``engine.PREPARED``.
"""

from dataclasses import dataclass

from splink.blocking_rule_library import CustomRule


@dataclass(frozen=True)
class BlockingRule:
    """Pairs worth a comparison: records that share all ``columns``. ``reason`` says which slips it finds in spite of.

    ``one_lacks``: a column that one of the two must lack besides, where the columns alone would find too many.
    """

    name: str
    columns: tuple[str, ...]
    reason: str
    one_lacks: str | None = None

    def condition(self) -> CustomRule:
        """As Splink takes it. A duplicate-free register holds nobody twice, so pairs within one are never made."""
        return CustomRule(self._together())

    def _together(self) -> str:
        conditions = [*(f"l.{column} = r.{column}" for column in self.columns), "l.register <> r.register"]
        if self.one_lacks:
            conditions.append(f"(l.{self.one_lacks} is null or r.{self.one_lacks} is null)")
        return " and ".join(conditions)

    def query(self, nodes: str) -> str:
        """The pairs of the table ``nodes`` that it finds."""
        return f"select l.unique_id as a, r.unique_id as b from {nodes} as l inner join {nodes} as r on {self._together()} where l.unique_id < r.unique_id"


BLOCKING = (
    BlockingRule("given_and_birth", ("given", "birth_sorted"), "a changed or misspelt family name; day and month swapped"),
    BlockingRule("family_and_birth", ("family", "birth_sorted"), "a misspelt, shortened or transliterated given name"),
    BlockingRule("names_and_district", ("names", "outward"), "a birthday that is wrong or not known, names in the other order"),
    BlockingRule("names_and_year", ("names", "birth_year"), "1 January for an unknown day, one wrong digit, after a move"),
    BlockingRule("names_and_house", ("names", "house"), "a wrong birthday and postcode"),
    BlockingRule("names_and_locality", ("names", "locality"), "a wrong birthday, postcode and house"),
    BlockingRule("given_and_locality", ("given", "locality", "house"), "a wrong birthday, postcode and family name"),
    BlockingRule("family_and_locality", ("family", "locality", "house"), "a wrong birthday, postcode and given name"),
    BlockingRule("birth_and_house", ("birth_sorted", "house"), "both names misspelt, and the postcode or the street"),
    BlockingRule("birth_and_district", ("birth_sorted", "outward"), "both names misspelt, and the house"),
    BlockingRule("property", ("uprn",), "names and birthday misspelt, at one UPRN that is no crowd's"),
    BlockingRule("house", ("postcode", "house"), "names and birthday misspelt, without a UPRN"),
    BlockingRule("postcode_and_given", ("postcode", "given"), "a wrong birthday and another family name; no house number"),
    BlockingRule("postcode_and_family", ("postcode", "family"), "a wrong birthday and a misspelt given name; no house number"),
    BlockingRule("street_and_given", ("street", "house", "given"), "a wrong postcode, birthday and family name"),
    BlockingRule("street_and_family", ("street", "house", "family"), "a wrong postcode, birthday and given name"),
    BlockingRule("street_and_birth", ("street", "birth_sorted"), "both names misspelt, and the postcode and the house"),
    BlockingRule("locality_and_birth", ("locality", "birth_sorted"), "both names misspelt, and the postcode and the street"),
    BlockingRule("quarter_and_given", ("locality", "street", "given"), "a wrong birthday, postcode, house and family name"),
    BlockingRule("quarter_and_family", ("locality", "street", "family"), "a wrong birthday, postcode, house and given name"),
    BlockingRule("street_and_house", ("street", "house", "locality"), "names, birthday and postcode misspelt or missing"),
    BlockingRule(
        "postcode_and_street",
        ("postcode", "street"),
        "names and birthday misspelt, no house number",
        one_lacks="house",
    ),
    BlockingRule("nino", ("nino",), "everything else misspelt; alone it links nobody: it may be a partner's"),
)
"""Tried in this order; a pair is counted for the first rule that finds it."""

TRAINING_BLOCKS = (("given", "family", "postcode", "house"), ("birth",))
"""EM estimates m from pairs that share these. Never an address alone: that would teach "same household" (linkage.md, fact 3).

Both names alone would not do either: most namesakes are two people, and the birthdays of strangers would be learnt as slips.
"""


def training_block(columns: tuple[str, ...]) -> CustomRule:
    """The pairs of records that share ``columns``, of two registers, as Splink takes them."""
    return BlockingRule("training", columns, "").condition()
