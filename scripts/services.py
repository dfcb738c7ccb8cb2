"""Run NeMo Services on this machine until Ctrl-C: `make services`."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from dd_jupyter.errors import DDJupyterError
from dd_jupyter.nemo import local_services

LOOK_SECONDS = 1.0  # in which it is noticed that they ended, or were stopped from a notebook


def main() -> int:
    """Start them, say how to use them, and stop them when told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="interpreter or folder of the environment to run them in")
    parser.add_argument("--port", type=int, metavar="N", help="where to listen; a free port if not given")
    parser.add_argument("--folder", metavar="DIR", help="where they keep their data; one in the user's data folder")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return run(arguments)
    except DDJupyterError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # while they started: that has stopped them
        return 130


def run(arguments: argparse.Namespace) -> int:
    before = local_services.status(arguments.folder)
    if before.state in {"running", "starting"}:
        print(f"{before}\nThey were started elsewhere; stop them with `%dd_services stop` in a notebook.")
        return 0
    try:
        running = local_services.start(arguments.folder, python=arguments.python, port=arguments.port, tell=say)
        print(f"{running}\n\nIn a notebook    %dd_connect --base-url {running.base_url}")
        print(f"In a shell       export NMP_BASE_URL={running.base_url}\n\nCtrl-C stops them.", flush=True)
        while (now := local_services.status(arguments.folder)).state in {"running", "starting"}:
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        print()
        local_services.stop(arguments.folder, tell=say)
        return 0
    if now.state == "stopped":
        print("They were stopped from elsewhere.")
        return 0
    print(f"They ended by themselves. The end of their log:\n{local_services.logs(arguments.folder)}", file=sys.stderr)
    return 1


def say(sentence: str) -> None:
    print(f"{sentence} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
