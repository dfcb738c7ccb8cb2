"""From nothing to a client that has had its first answer.

| figure | ours | SDK | CLI |
|---|---|---|---|
| import | ``import dd_jupyter`` | ``import nemo_platform`` | |
| import and connect | that, and `connect`: version, status, schema, profiles and workspaces of the deployment | \
that, the client, its `data_designer`, and the workspace by name | ``nemo workspaces get default``, whole: its \
interpreter too, but nothing of Data Designer |

Interpreters are started before; each turn is a fresh process.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from tests.benchmarks.services.processes import OURS, SDK, command, in_fresh_process
from tests.benchmarks.services.size import Size
from tests.benchmarks.table import Figure, duration, times
from tests.support.nemo_services import WORKSPACE, NemoServices

CONNECT = """
started = time.perf_counter()
import dd_jupyter
imported = time.perf_counter()
dd_jupyter.connect()
tell(imported=imported - started, connected=time.perf_counter() - started)
"""
SDK_CONNECT = """
started = time.perf_counter()
import nemo_platform
imported = time.perf_counter()
client = nemo_platform.NeMoPlatform(base_url=os.environ["NMP_BASE_URL"], workspace=os.environ["NMP_WORKSPACE"])
client.data_designer
client.workspaces.retrieve(os.environ["NMP_WORKSPACE"])
tell(imported=imported - started, connected=time.perf_counter() - started)
"""


def figures(services: NemoServices, size: Size) -> Iterator[Figure]:
    """Import, and import and connect."""
    ours, sdk, cli = [], [], []
    for _ in range(size.turns):
        ours.append(in_fresh_process(services, OURS, CONNECT))
        sdk.append(in_fresh_process(services, SDK, SDK_CONNECT))
        cli.append(command(services, "workspaces", "get", WORKSPACE).seconds)
    imported, sdk_imported = (statistics.median(each["imported"] for each in side) for side in (ours, sdk))
    connected, sdk_connected = (statistics.median(each["connected"] for each in side) for side in (ours, sdk))
    cli_connected = statistics.median(cli)
    yield Figure("import", duration(imported), duration(sdk_imported), ratio=times(imported, sdk_imported))
    yield Figure(
        "import and connect",
        duration(connected),
        duration(sdk_connected),
        duration(cli_connected),
        times(connected, sdk_connected, cli_connected),
    )
