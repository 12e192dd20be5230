"""Originals for newsrooms: open to whoever was told the address, and to nobody else."""

import hashlib

import httpx

from publisher.domain.announcement import Announcement
from publisher.workflow.compose.enclosures import picture_link
from tests.web.newsroom import Newsroom


def test_the_address_from_the_mail_opens_and_any_other_does_not(newsroom: Newsroom, public: httpx.Client) -> None:
    data = b"\xff\xd8 a photograph \xff\xd9"
    name = hashlib.sha256(data).hexdigest()
    newsroom.store.archive.keep_picture(name, "image/jpeg", data)
    known = newsroom.take(Announcement(headline="Der Preis geht an Ada Muster"))
    path = picture_link(newsroom.office, known, name).removeprefix(newsroom.office.config.web.public_url)
    answer = public.get(path)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/jpeg", data)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    for wrong in (path[:-1] + ("a" if path[-1] != "a" else "b"), "/press/pictures/x", f"/pictures/{name}"):
        assert public.get(wrong).status_code == 404
    newsroom.retract(known)
    assert public.get(path).status_code == 404
