"""Watched claims: checked when they come onto the list, and again when what their verdict rests on has changed."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timezone

from claimbase_server.batcher import BatcherClosed
from claimbase_server.call import Call, CallGone
from claimbase_server.checker import CANDIDATES, Checker
from claimbase_server.retrieve import Retriever
from claimbase_server.store.base import (
    StaleClaim,
    Store,
    StoreUnavailable,
    UnknownCollection,
    WatchedClaimIdTaken,
)
from claimbase_server.types import Claim, Source, WatchedClaim

LOOK_SECONDS = 0.5  # between two looks at the store
_RETRY_SECONDS = 5.0  # after a pass that failed as a whole
_AT_ONCE = 20  # claims settled in one transaction
_DERIVED_ID_LENGTH = 16

logger = logging.getLogger("claimbase.recheck")


class Watchlist:
    """Puts claims on the watch list and keeps their verdicts current; thread-safe.

    All that a pass needs is in the store, so it may be broken off at any moment, and several servers
    may make passes over one base: whoever settles a claim first is the one who tells of its change.
    """

    def __init__(self, store: Store, retriever: Retriever, checker: Checker, model_revision: str) -> None:
        """`model_revision` is the scorer's: another model may see the same evidence otherwise."""
        self._store = store
        self._retriever = retriever
        self._checker = checker
        self._model_revision = model_revision
        self._failed: dict[int, int] = {}  # row of a claim whose check failed, and its collection's revision then

    def add(self, collection: str, text: str, claim_id: str, call: Call) -> WatchedClaim:
        """Check a claim and watch it; without an id it has one derived from its text.

        A claim that is watched already is answered as it stands; WatchedClaimIdTaken where its id is another's.
        """
        claim_id = claim_id or hashlib.sha256(text.encode()).hexdigest()[:_DERIVED_ID_LENGTH]
        watched = self._store.get_watched_claim(collection, claim_id)
        if watched is None:
            watched = self._store.put_watched_claim(collection, self._check(collection, text, claim_id, call))
        if watched.text != text:
            raise WatchedClaimIdTaken(claim_id)
        return watched

    def recheck(self, call: Call) -> None:
        """One pass over the watched claims of every collection that has moved on since they were last looked at.

        A check that fails is logged and made again when its collection has moved on once more. Raises
        CallGone, StoreUnavailable or BatcherClosed where nothing can be checked; what was settled stays so.
        """
        failed: dict[int, int] = {}
        after = 0
        while stale := self._store.stale_watched_claims(_AT_ONCE, after):
            after = stale[-1].row
            settled = []
            for each in stale:
                if self._failed.get(each.row) == each.revision:
                    failed[each.row] = each.revision
                    continue
                try:
                    settled.append((each, self._look_again(each, call)))
                except UnknownCollection:  # deleted since it was read
                    continue
                except (CallGone, StoreUnavailable, BatcherClosed):
                    raise
                except Exception:
                    where = f"watched claim {each.claim.id!r} of collection {each.collection!r}"
                    logger.exception("%s could not be checked at revision %d", where, each.revision)
                    failed[each.row] = each.revision
            if settled:
                self._store.settle_watched_claims(settled)
        self._failed = failed

    def _look_again(self, stale: StaleClaim, call: Call) -> WatchedClaim:
        """The claim as it stands now; the model is asked only if other stored claims than before are set against it."""
        claim = stale.claim
        candidates = self._retriever.candidates(stale.collection, claim.text, CANDIDATES, call)
        if self._digest((found.claim, found.source) for found in candidates) == claim.grounds:
            return replace(claim, base_revision=stale.revision, check_time=datetime.now(timezone.utc))
        checked = self._check(stale.collection, claim.text, claim.id, call)
        return replace(checked, create_time=claim.create_time)

    def _check(self, collection: str, text: str, claim_id: str, call: Call) -> WatchedClaim:
        result = self._checker.check(collection, text, call)
        now = datetime.now(timezone.utc)
        return WatchedClaim(
            id=claim_id,
            text=text,
            verdict=result.verdict,
            confidence=result.confidence,
            disputed=result.disputed,
            base_revision=result.base_revision,
            create_time=now,
            check_time=now,
            grounds=self._digest((piece.claim, piece.source) for piece in result.evidence),
        )

    def _digest(self, grounds: Iterable[tuple[Claim, Source]]) -> str:
        """What a verdict rests on: the model and, whatever their order, the stored claims with their sources."""
        told = [self._model_revision, *sorted(repr(each) for each in grounds)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


class RecheckThread:
    """Makes passes in the background, one after another, whenever there is something to look at."""

    def __init__(self, recheck: Callable[[Call], None]) -> None:
        """`recheck` makes one pass."""
        self._recheck = recheck
        self._call = Call()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="claimbase-recheck", daemon=True)

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    def stop(self) -> None:
        """Break off the pass in hand and wait for the thread to end; nothing if it was never started."""
        self._stop.set()
        self._call.cancel()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = LOOK_SECONDS
        while not self._stop.wait(pause):
            try:
                self._recheck(self._call)
                pause = LOOK_SECONDS
            except CallGone:
                return
            except Exception:
                if pause != _RETRY_SECONDS:  # once an outage
                    logger.exception("watched claims cannot be checked; trying every %s seconds", _RETRY_SECONDS)
                pause = _RETRY_SECONDS
