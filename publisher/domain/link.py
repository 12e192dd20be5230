"""What looking at a link showed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAnswer:
    """Whether somebody answers at an address.

    `final`: where its redirects ended, "" if it was not reached. `inside`: it leads into an inner network. `said`: why it
    was not reached, in a word that every language knows („404“, „TLS“, „DNS“).
    """

    reached: bool
    final: str = ""
    inside: bool = False
    said: str = ""
