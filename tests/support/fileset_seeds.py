"""A small seed in a Fileset of a deployment."""

from __future__ import annotations

import uuid

import dd_jupyter as ddj
from dd_jupyter.nemo.background import wait_for
from tests.support.nemo_services import WORKSPACE, NemoServices

ANIMALS = b"animal,legs\ncat,4\nhen,2\nbee,6\n"


def animals_in(services: NemoServices) -> ddj.FilesetFileSeedSource:
    """A seed with the columns `animal` and `legs`, cat, hen and bee, in a Fileset of its own."""
    files, name = services.deployment().files, f"animals-{uuid.uuid4().hex}"
    wait_for(files.create_fileset(WORKSPACE, name))
    wait_for(files.upload(WORKSPACE, name, "animals.csv", ANIMALS))
    return ddj.FilesetFileSeedSource(path=f"{WORKSPACE}/{name}#animals.csv")
