"""Canaries: invented people, planted among the synthetic region's, of whom no trace may be found outside the warehouse.

They bear a name that nobody bears and no word holds. What is found under it was written where it should not have been, and by no chance.
"""

NAME = "Canaryquill"
"""Their family name."""
