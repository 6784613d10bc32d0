"""``python -m tests.faults.killed_build <settings> <layer> <nth> <period>``: build a layer, and die at the nth statement sent."""

import json
import os
import signal
import sys
from typing import Any

import psycopg
from dbt.adapters.sql import SQLConnectionManager
from tests.faults.layers import run

from wholefamily.settings import Settings


def _die_at(nth: int) -> None:
    left = nth

    def meet() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    wait, add_query = psycopg.Connection.wait, SQLConnectionManager.add_query

    def watched_wait(*arguments: Any, **named: Any) -> Any:
        meet()
        return wait(*arguments, **named)

    def watched_query(*arguments: Any, **named: Any) -> Any:
        meet()
        return add_query(*arguments, **named)

    psycopg.Connection.wait = watched_wait  # type: ignore[method-assign]  # what is killed is watched
    SQLConnectionManager.add_query = watched_query  # type: ignore[method-assign]


if __name__ == "__main__":
    settings, layer, nth, period = sys.argv[1:]
    _die_at(int(nth))
    run(Settings(**json.loads(settings)), layer, period)
