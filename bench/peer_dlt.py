"""What one would use instead of the door: dlt's filesystem source over SFTP into PostgreSQL, its default way of reading CSV.

Run by the interpreter of ``.venv-bench``, where the project is not installed: a JSON object comes in on standard input, one goes out.
"""

import json
import sys
import tempfile
import time
from typing import Any

import dlt
from dlt.destinations import postgres
from dlt.sources.credentials import SFTPCredentials
from dlt.sources.filesystem import filesystem, read_csv


def main() -> None:
    """Load the files named in ``feeds`` from ``folder``, each into a table of its own."""
    asked: dict[str, Any] = json.load(sys.stdin)
    credentials = SFTPCredentials()
    credentials.sftp_port = asked["port"]
    credentials.sftp_username = asked["username"]
    credentials.sftp_key_filename = asked["key"]
    url = f"sftp://{asked['host']}{asked['folder']}"
    with tempfile.TemporaryDirectory() as work:
        pipeline = dlt.pipeline("bench", pipelines_dir=work, destination=postgres(asked["dsn"]), dataset_name="peer_dlt")
        began = time.perf_counter()
        resources = [
            (filesystem(bucket_url=url, credentials=credentials, file_glob=f"{feed}.csv") | read_csv()).with_name(feed)
            for feed in asked["feeds"]
        ]
        pipeline.run(resources)
        seconds = time.perf_counter() - began
        counts = pipeline.last_trace.last_normalize_info.row_counts
    print(json.dumps({"rows": sum(counts[feed] for feed in asked["feeds"]), "seconds": seconds}))


if __name__ == "__main__":
    main()
