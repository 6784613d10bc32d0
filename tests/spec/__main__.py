"""``python -m tests.spec`` prints docs/rules.md, and with ``--write`` writes it."""

import sys

from tests.spec import page

if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        page.PATH.write_text(page.markdown(), encoding="utf-8")
    else:
        sys.stdout.write(page.markdown())
