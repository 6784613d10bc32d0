"""A process that has everything imported, and forks one that runs steps of the chain whenever it is asked to.

It reads jobs as JSON from standard input, a list of them a line; those of a line run at the same time, each in a process of its
own. It answers with how each ended: 0, or minus the signal. What a process did, it writes to the job's ``log``, line by line.
"""

import importlib
import json
import os
import pkgutil
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from tests.faults.events import Events, Fault

from wholefamily import door, partners, validation
from wholefamily.errors import WholefamilyError
from wholefamily.settings import Settings

STEPS = ("collect", "judge", "load", "decide", "send_receipt")


def _run(job: dict[str, Any]) -> None:
    settings = Settings(**job["settings"])
    partner = partners.load(settings.partners_dir)[job["partner"]]
    tempfile.tempdir = str(settings.home_dir / "tmp")
    Path(tempfile.tempdir).mkdir(exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir
    os.chdir(tempfile.tempdir)  # where a core file would be written
    events = Events(settings.home_dir, Fault(**job["fault"]) if job["fault"] else None)
    arrival: int = job["arrival"] or 0
    with Path(job["log"]).open("a", buffering=1) as log:
        try:
            for name in job["steps"]:
                events.step = name
                log.write(json.dumps({"step": name}) + "\n")
                arrival = _step(name, settings, partner, job["period"], arrival)
                events.meet("returned")
                log.write(json.dumps({"arrival": arrival}) + "\n")
        except WholefamilyError as error:
            text = "".join(traceback.format_exception(error))  # as it would stand in a task's log
            log.write(json.dumps({"error": str(error), "traceback": text}) + "\n")
        log.write(json.dumps({"events": [[*event, n] for event, n in events.counts.items()]}) + "\n")


def _step(name: str, settings: Settings, partner: partners.Partner, period: str, arrival: int) -> int:
    if name == "collect":
        return door.collect(settings, partner, period)
    if name == "judge":
        validation.judge(settings, arrival)
    elif name == "load":
        door.load(settings, arrival)
    elif name == "decide":
        door.decide(settings, arrival)
    elif name == "settle_held":
        door.settle_held(settings, arrival, is_accepted=True, decided_by="Ann Engineer", reason="asked the sender")
    elif name == "replay":
        door.replay(settings, partner.code, period)
    else:
        door.send_receipt(settings, arrival)
    return arrival


def _fork(job: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        with Path(job["log"] + ".out").open("ab") as out:  # what a worker would print
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        _run(job)
        code = 0
    except BaseException:  # noqa: BLE001 - it is a test's failure, told by the exit code; the text stands in the log
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Serve until standard input ends."""
    for module in pkgutil.iter_modules(validation.__path__):
        importlib.import_module(f"{validation.__name__}.{module.name}")
    importlib.import_module("great_expectations")
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        children = [_fork(job) for job in json.loads(line)]
        ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(json.dumps(ended), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
