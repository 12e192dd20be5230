"""Threads: posts that follow one another, each an answer to the one before."""

from typing import Protocol, runtime_checkable

from publisher.domain.delivery import Receipt
from publisher.domain.variant import JsonObject


@runtime_checkable
class Threaded(Protocol):
    """A channel of posts that can answer its own posts. Called by dispatch, part by part."""

    def reply(self, request: JsonObject, root: Receipt, before: Receipt) -> JsonObject:
        """The request once more, as an answer to the post `before` in the thread that `root` began.

        No call to the outside. Raises PermanentFailure if the receipts do not say enough (a person's word on one).
        """
