"""What `python -m wholefamily` can do beyond running the stack: each module the verbs of one kind, with their arguments and what they print."""
