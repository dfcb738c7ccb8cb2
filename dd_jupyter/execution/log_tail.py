"""Reads a job's growing log: each line once, none left out, and little read twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Sequence

from dd_jupyter.nemo.jobs import LONGEST_LOG_PAGE, Jobs, LogLine, LogPage

SHORT_PAGE = 200
"""Pages shorter than this are left for long ones when much has come at once."""

_CHOICE = 2  # with so many times the cursors that are needed, some page begins within a line or two

_OVERLAPS = (1, 100, 1000)  # lines read again: one shows that the place is right; more when lines are missing


class LogTail:
    """Where one reader is in one job's log.

    A cursor counts pages, whatever their length: page 2 begins at line ``limit``. So a page is asked for
    whose length lets it begin just before the first new line, and a poll costs one request and a line or
    two of what is known already. At least one known line must be among them: the server counts the lines
    of the whole log only when there is something on the page.

    The log is sorted by time, and lines come late, up to seconds: they may stand before what was read. So
    each line is known by its content, and the server's count tells when some are missing; then the next
    reading begins further up, and at last from the first line.

    Attributes:
        count: Lines read so far.
        owes: Whether the server counts lines that were not found yet.
        attempt: Which log of that job's name this is, from 1: a job deleted and made again has another.
    """

    def __init__(self, jobs: Jobs, workspace: str, name: str) -> None:
        self.count = 0
        self.owes = False
        self.attempt = 1
        self._jobs = jobs
        self._job = (workspace, name)
        self._seen: Counter[int] = Counter()
        self._cursors: list[str | None] = [None]
        self._widening = 0
        self._never_found = 0
        self._cursors_scale = True

    async def read(self) -> AsyncGenerator[Sequence[LogLine]]:
        """What is new, page by page, oldest first; late lines come when they are found."""
        number, length = await self._place()
        first = True
        while True:
            page = await self._page(number, length)
            known = not self.count or any(_identity(line) in self._seen for line in page.data)
            if first and not known and number:  # another log, or one that is shorter now: look at its start
                number, length = 0, LONGEST_LOG_PAGE
                continue
            if first and not known and page.data:
                self._forget()
            first = False
            # Counted a page at a time: a late line moves the end of one page to the start of the next.
            on_page: Counter[int] = Counter()
            if fresh := [line for line in page.data if self._is_new(line, on_page)]:
                yield fresh
            if page.next_page is None:
                self._settle(page, number, length)
                return
            left = page.total - number * length - len(page.data)
            if length < SHORT_PAGE and left > 3 * length:
                number, length = 0, LONGEST_LOG_PAGE
            else:
                number += 1

    async def _place(self) -> tuple[int, int]:
        """The page to begin with, and its length: it begins before the first new line, as late as it can."""
        start = self.count - _OVERLAPS[self._widening] if self._widening < len(_OVERLAPS) else 0
        if start <= 0:
            return 0, LONGEST_LOG_PAGE
        if not self._cursors_scale:
            number = min(start // LONGEST_LOG_PAGE, len(self._cursors) - 1)
            return number, LONGEST_LOG_PAGE
        enough = _CHOICE * -(-start // LONGEST_LOG_PAGE)
        while len(self._cursors) - 1 < enough:
            page = await self._page(len(self._cursors) - 1, 1)  # for its cursor: the pages may have any length
            if page.next_page is None:
                break
        places = [(number, min(start // number, LONGEST_LOG_PAGE)) for number in range(1, len(self._cursors))]
        return max(places, key=lambda place: (place[0] * place[1], place[1]), default=(0, LONGEST_LOG_PAGE))

    async def _page(self, number: int, length: int) -> LogPage:
        page = await self._jobs.logs(*self._job, cursor=self._cursors[number], limit=length)
        if page.next_page is not None and number + 1 == len(self._cursors):
            self._cursors.append(page.next_page)
        return page

    def _is_new(self, line: LogLine, on_page: Counter[int]) -> bool:
        """Whether a line was not read before; the same line written twice is two."""
        identity = _identity(line)
        on_page[identity] += 1
        if on_page[identity] <= self._seen[identity]:
            return False
        self._seen[identity] += 1
        self.count += 1
        return True

    def _settle(self, page: LogPage, number: int, length: int) -> None:
        """Compare what was read with the server's count."""
        if page.data and number * length + len(page.data) != page.total:
            self._cursors_scale = False  # a server whose cursors mean something else: pages of one length only
        missing = page.total - self.count if page.data or not self.count else self._never_found
        if missing == self._never_found:
            self._widening, self.owes = 0, False
        elif self._widening < len(_OVERLAPS):
            self._widening, self.owes = self._widening + 1, True
        else:  # from the first line on they are not there: the server counts what it does not give
            self._never_found, self._widening, self.owes = missing, 0, False

    def _forget(self) -> None:
        self.count, self._widening, self._never_found = 0, 0, 0
        self._seen.clear()
        self._cursors = self._cursors[:1]
        self.attempt += 1


def _identity(line: LogLine) -> int:
    return hash((line.timestamp, line.job_step, line.job_task, line.message))
