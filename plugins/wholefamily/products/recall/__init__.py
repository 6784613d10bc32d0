"""The product ``recall``: telling whoever received something that it must no longer be used (exchange.md section 6).

``order`` says what somebody wants recalled and who approved it, ``notice`` tells one recipient of one push, ``subject`` finds what is to be
recalled of a person or family.
"""
