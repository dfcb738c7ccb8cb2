"""What the library finds by the entry points in group `data_designer.plugins`: seeds in Filesets.

Where NeMo's own plugin is installed, beside the services above all, it is handed out and nothing else:
wheels of nemo-platform before 0.6 have it but do not announce it, later ones do, and the library takes
the same object twice without a word. Elsewhere it is our reader, under both names that the wire knows.
"""

from __future__ import annotations

from importlib import import_module

from data_designer.plugins.plugin import Plugin, PluginType

_READERS = "dd_jupyter.engine.fileset_seed_reader"
_SOURCES = "dd_jupyter.resources.fileset_seed"


def _own(source: str, reader: str) -> Plugin:
    return Plugin(
        config_qualified_name=f"{_SOURCES}.{source}",
        impl_qualified_name=f"{_READERS}.{reader}",
        plugin_type=PluginType.SEED_READER,
    )


nmp: Plugin | None
nhx: Plugin | None
try:
    nmp = import_module("data_designer_nemo.plugins").fileset_seed_datasets_plugin
    nhx = None  # the library passes over what is no plugin
except ImportError:
    nmp = _own("FilesetFileSeedSource", "NmpFilesetSeedReader")
    nhx = _own("NhxFilesetFileSeedSource", "NhxFilesetSeedReader")
