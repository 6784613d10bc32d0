"""A household's story: what each framework says of it in a month, why, and what changed from month to month.

``explain`` is all that other modules use. What it says comes from ``marts`` and the rules' seeds; of ``identity`` only which
sender knows a member. There are internal ids in it and no name, date of birth or address.
"""

from wholefamily.story.explained import explain

__all__ = ["explain"]
