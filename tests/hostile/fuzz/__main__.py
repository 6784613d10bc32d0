"""``python -m tests.hostile.fuzz <seconds> [<target> …]``: each fuzzer for so long, from the recipes' files on.

What makes one fail is kept under ``HOME_DIR/fuzz``, and the command that shows it again is printed.
"""

import subprocess
import sys
from importlib import import_module

from tests.hostile.fuzz import seeds

from wholefamily import settings

TARGETS = ("manifests", "records", "packed", "stored")
LIMITS = (f"-max_len={seeds.MAX_BYTES}", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=0")


def main(seconds: str, *targets: str) -> int:
    """Run the fuzzers, all by default. Returns how many have found something."""
    n_found = 0
    for name in targets or TARGETS:
        folder = settings.load().home_dir / "fuzz" / name
        seeds.write(folder / "corpus", import_module(f"tests.hostile.fuzz.{name}").SEEDS)
        _say(f"== {name}: {seconds} seconds\n")
        command = [sys.executable, "-m", f"tests.hostile.fuzz.{name}"]
        if _run([*command, str(folder / "corpus"), f"-max_total_time={seconds}", f"-artifact_prefix={folder}/", *LIMITS]):
            n_found += 1
            for finding in sorted(folder.glob("*-*")):
                _say(f"FOUND: shown again by: {' '.join(command)} {finding}\n")
    return n_found


def _run(command: list[str]) -> int:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            if not line.startswith(("INFO: Instrumenting", "WARNING: Failed to find function")):
                _say(line)
    return process.returncode


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
