"""The Data Designer API's previews: a stream of frames, one JSON object a line."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

from dd_jupyter.errors import RefusedError, UnreachableError
from dd_jupyter.nemo.http import Http

FIRST_FRAME_SECONDS = 300.0
"""The models are asked for a word each before the first frame, and a slow one takes minutes."""

_LIMIT = re.compile(r"Max num records for preview requests is (\d+)")

# Refused whatever the deployment's limit is: nothing can be made with a model that is not there.
_NEVER_MADE = {"columns": [{"column_type": "llm-text", "name": "probe", "prompt": "probe", "model_alias": "none"}]}
_MORE_THAN_ANY = 1_000_000_000


class DataDesignerApi:
    """Previews in NeMo Services."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._limit: int | None = None
        self._asked_for_limit = False

    async def preview(
        self, workspace: str, config: Mapping[str, Any], num_records: int
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Ask for a preview and give its frames as they come, each with its ``kind``.

        Closing the iterator closes the request.

        Raises:
            RefusedError: When the configuration or the number of records is not accepted.
            UnreachableError: When the stream breaks before its end.
        """
        path, body = _path(workspace), {"config": config, "num_records": num_records}
        try:
            async with self._http.stream("POST", path, json=body, timeout=FIRST_FRAME_SECONDS) as response:
                async for line in self._http.lines(response):
                    if line.strip():
                        yield _frame(line)
        except RefusedError as refused:
            if (limit := _LIMIT.search(str(refused))) is not None:
                self._limit = int(limit.group(1))
            raise

    async def record_limit(self, workspace: str) -> int | None:
        """The most records that a preview may have; None where the deployment sets no limit.

        No API tells it. It is learnt, once, from the refusal of a preview that is too large and could
        not be made anyway.
        """
        if self._limit is None and not self._asked_for_limit:
            self._asked_for_limit = True
            try:
                await self._http.post(_path(workspace), {"config": _NEVER_MADE, "num_records": _MORE_THAN_ANY})
            except RefusedError as refused:
                if (limit := _LIMIT.search(str(refused))) is not None:
                    self._limit = int(limit.group(1))
        return self._limit


def _path(workspace: str) -> str:
    return f"/apis/data-designer/v2/workspaces/{quote(workspace, safe='')}/preview"


def _frame(line: str) -> Mapping[str, Any]:
    try:
        frame = json.loads(line)
    except (ValueError, RecursionError):
        frame = None
    if not isinstance(frame, dict) or not isinstance(frame.get("kind"), str):
        raise UnreachableError(
            "The preview's stream was cut off, or something else than NeMo Services answers. Try again."
        )
    return frame
