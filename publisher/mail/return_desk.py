"""A newsletter's return desk: where its mails come back to, and what each says."""

from collections.abc import Callable
from dataclasses import dataclass

from publisher.config.secrets import read_secret
from publisher.config.tables import Config
from publisher.domain.issue import Recipient
from publisher.domain.returned import Fate, Return, Ticket
from publisher.mail.returns.box import ReturnPath, return_path
from publisher.mail.returns.content import read_return
from publisher.mail.returns.imap import ImapBox
from publisher.mail.returns.tickets import Tickets, open_tickets
from publisher.mail.settings import MailSettings
from publisher.ports.ledger import Notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterReturns:
    """`publisher.ports.mailbox.ReturnDesk` of one newsletter. `box` None: mails come by the hook only."""

    path: ReturnPath
    box: ImapBox | None
    hook_secret: str
    notebook: Notebook

    def __repr__(self) -> str:
        return f"NewsletterReturns({self.path.domain})"

    def collect(self, take: Callable[[bytes], Fate]) -> int:
        return self.box.collect(take) if self.box else 0

    def read(self, raw: bytes) -> Return:
        return read_return(raw, open_tickets(self.notebook))

    def address_of(self, recipient: Recipient, tickets: Tickets) -> str:
        """Where one copy's bounces go."""
        ticket = Ticket(copy_id=recipient.id, subscriber_id=recipient.subscriber_id)
        return self.path.with_ticket(tickets.write(ticket))


def returns_of(settings: MailSettings, where: str, config: Config, notebook: Notebook) -> NewsletterReturns | None:
    """The return desk that a newsletter's table asks for, secrets read. Raises ConfigError."""
    box = settings.bounces
    if box is None:
        return None
    key = "bounces_password" if settings.bounces_password else "password"
    secret = settings.bounces_password or settings.password
    hook = settings.bounces_hook
    mailbox = None
    if box.scheme != "mailto":
        mailbox = ImapBox(address=box, password=read_secret(secret, f"{where}.{key}", config.folder))
    return NewsletterReturns(
        path=return_path(box, settings.sender.domain, f"{where}.bounces"),
        box=mailbox,
        hook_secret=read_secret(hook, f"{where}.bounces_hook", config.folder) if hook else "",
        notebook=notebook,
    )
