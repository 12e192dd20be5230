"""The session of a Bluesky account: logged in once, kept sealed in the notebook, refreshed when it has expired.

A login counts against 300 a day (docs.bsky.app, rate limits), so no post may cost one; any process of the office uses
the session that another made. At rest it is encrypted with a key derived from the app password.
"""

import base64
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from publisher.channels.bluesky.wire import Call, XrpcRefusal, XrpcWire
from publisher.channels.tables import is_local
from publisher.domain.errors import ChannelSuspended, SendFailure, TemporaryFailure
from publisher.domain.variant import JsonObject
from publisher.ports.ledger import Notebook

SCOPE = "session"
NO_VERDICT = (408, 429)
"""Client errors that say nothing about the credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who we are and by which tokens. `server`: the account's own PDS, where its posts are written."""

    did: str
    handle: str
    access: str
    refresh: str
    server: str


class SessionKeeper:
    """One account's session. Safe for several threads."""

    def __init__(self, wire: XrpcWire, notebook: Notebook, name: str, server: str, handle: str, password: str) -> None:
        self._wire, self._notebook, self._name = wire, notebook, name
        self._server, self._handle, self._password = server, handle, password
        self._lock = threading.RLock()
        self._held: Session | None = None

    def known(self) -> Session | None:
        """The session, if there is one; no call to the outside."""
        with self._lock:
            if self._held is None:
                self._held = self._read()
            return self._held

    def current(self) -> Session:
        """The session, after a login if there is none. Raises SendFailure."""
        with self._lock:
            return self.known() or self._log_in()

    def renew(self, stale: Session) -> Session:
        """A session that is newer than `stale`: another process's, a refreshed one, or by a login as the last resort.

        A refresh token lives 90 days; after a refresh the old one keeps working for two hours, so a crash in between
        loses nothing. Raises ChannelSuspended when the login is refused too.
        """
        with self._lock:
            noted = self._read()
            if noted is not None and noted.access != stale.access:
                self._held = noted
                return noted
            try:
                answer = self._wire.call(
                    stale.server, Call(method="com.atproto.server.refreshSession", body={}), stale.refresh
                )
            except XrpcRefusal as refusal:
                if refusal.status in NO_VERDICT or refusal.status >= 500:
                    raise refusal.meaning(harmless=True) from None
                return self._log_in()
            return self._keep(answer)

    def call(self, call: Call) -> Mapping[str, Any]:
        """Make a call under the session, renewing it at most once. Raises XrpcRefusal and SendFailure."""
        session = self.current()
        try:
            return self._wire.call(session.server, call, session.access)
        except XrpcRefusal as refusal:
            if not refusal.stale_token:
                raise
        session = self.renew(session)
        return self._wire.call(session.server, call, session.access)

    def _log_in(self) -> Session:
        body = {"identifier": self._handle, "password": self._password}
        try:
            answer = self._wire.call(self._server, Call(method="com.atproto.server.createSession", body=body))
        except XrpcRefusal as refusal:
            raise self._refused(refusal) from None
        return self._keep(answer)

    def _refused(self, refusal: XrpcRefusal) -> SendFailure:
        if 400 <= refusal.status < 500 and refusal.status not in NO_VERDICT:
            # Whatever is wrong with a login is wrong with the channel, never with the post that needed it.
            return ChannelSuspended("platform-refuses-account", detail=f"{refusal.status} {refusal.error}".strip())
        return refusal.meaning(harmless=True)

    def _keep(self, answer: Mapping[str, Any]) -> Session:
        texts = [answer.get(name) for name in ("did", "accessJwt", "refreshJwt")]
        if not all(isinstance(text, str) and text for text in texts):
            raise TemporaryFailure("platform-senseless")
        did, access, refresh = map(str, texts)
        session = Session(
            did=did,
            handle=str(answer.get("handle") or self._handle),
            access=access,
            refresh=refresh,
            server=own_server(answer.get("didDoc"), self._server),
        )
        self._notebook.write(SCOPE, self._name, self._seal(session))
        self._held = session
        return session

    def _read(self) -> Session | None:
        """The session in the notebook, None if there is none for this account, server and password."""
        noted = self._notebook.read(SCOPE, self._name)
        if noted is None or noted.get("account") != self._account:
            return None
        from cryptography.fernet import InvalidToken

        try:
            opened = self._box(str(noted["salt"])).decrypt(str(noted["sealed"]))
            return Session(**json.loads(opened) | ({"server": self._server} if is_local(self._server) else {}))
        except (InvalidToken, KeyError, TypeError, ValueError):
            return None

    @property
    def _account(self) -> str:
        # The sandbox's port changes with every run, its accounts do not.
        place = "local" if is_local(self._server) else self._server
        return f"{self._handle} {place}"

    def _seal(self, session: Session) -> JsonObject:
        salt = secrets.token_hex(16)
        sealed = self._box(salt).encrypt(json.dumps(asdict(session)).encode())
        return {"account": self._account, "salt": salt, "sealed": sealed.decode()}

    def _box(self, salt: str) -> Any:
        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=bytes.fromhex(salt), info=b"publisher bluesky session")
        return Fernet(base64.urlsafe_b64encode(kdf.derive(self._password.encode())))


def own_server(did_document: object, configured: str) -> str:
    """The PDS that an account's DID document names, else the configured server; a local one is used as configured."""
    services = did_document.get("service") if isinstance(did_document, dict) else None
    if is_local(configured) or not isinstance(services, list):
        return configured
    for service in services:
        place = service.get("serviceEndpoint") if isinstance(service, dict) else None
        named = isinstance(place, str) and str(service.get("id", "")).endswith("#atproto_pds")
        if named and str(place).startswith("https://") and not is_local(str(place)):
            return str(place).rstrip("/")
    return configured
