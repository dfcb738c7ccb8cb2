"""Run records: what this machine wrote down of every run and job, so that any process finds them again.

A run has up to three files in the same folder: its record, which `Journal` writes and `entries` and `find`
read; its log, which `read_log` reads; and, while another process wants it to stop, the wish that
`ask_to_stop` leaves.
"""

from __future__ import annotations

from dd_jupyter.execution.journal import Journal
from dd_jupyter.execution.run_entries import RunEntry, entries, find, folder
from dd_jupyter.execution.run_log_file import read_log
from dd_jupyter.execution.stop_request import ask_to_stop

__all__ = ["Journal", "RunEntry", "ask_to_stop", "entries", "find", "folder", "read_log"]
