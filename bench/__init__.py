"""`make bench`: what each stage takes, against a floor and what one would use instead, on the same rows in the same run.

docs/performance.md says what is measured. Nothing here is imported by the library.
"""
