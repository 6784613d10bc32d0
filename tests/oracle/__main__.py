"""``python -m tests.oracle <households> [<seed>]``: so many households in each of four months, each under three frameworks.

Progress goes to the terminal; the exit code is 1 where oracle and marts disagree anywhere, with the smallest case found.
"""

import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

from tests.conftest import TEMPLATE, server_with_template
from tests.integration.household.village import Village, empty_village
from tests.oracle.population import PERIODS
from tests.oracle.rules import CRITERIA
from tests.oracle.run import Outcome, compare, explain

BATCH = 10_000


def main(wanted: int, seed: int) -> int:
    """Compare batch after batch until every month has had as many households as are wanted."""
    with tempfile.TemporaryDirectory() as directory, server_with_template(Path(directory)) as server:

        def new_village() -> AbstractContextManager[Village]:
            return empty_village(server, TEMPLATE, Path(tempfile.mkdtemp(dir=directory)))

        total = Outcome()
        start, first = time.monotonic(), 0
        while total.n_households < wanted * len(PERIODS):
            n_left = wanted - total.n_households // len(PERIODS)
            numbers = range(first, first + min(BATCH, n_left + 10))
            outcome = compare(new_village, seed, numbers)
            first = numbers.stop
            total.n_households += outcome.n_households
            total.n_families += outcome.n_families
            total.different.update(outcome.different)
            for number, words in list(outcome.different.items())[:10]:
                say(f"case {number} of seed {seed}: {'; '.join(words[:3])}")
            say(
                f"{total.n_households:,} households of {len(PERIODS)} months under {len(CRITERIA)} frameworks, "
                f"{total.n_families:,} families' progress: {len(total.different)} disagree, {time.monotonic() - start:,.0f} s"
            )
        if total.different:
            say(explain(new_village, seed, total))
        return int(bool(total.different))


def say(text: str) -> None:
    """A line on the terminal, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
