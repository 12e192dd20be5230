"""The contract of the command line: names, exit statuses, one JSON document."""

import sqlite3
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.sandbox.state import State
from tests.cli.conftest import BRIDGE, Call
from tests.fixtures.site import Site


def queue(home: Path, name: str = "bruecke.md", text: str = BRIDGE) -> Path:
    path = home / "queue" / name
    path.write_text(text, encoding="utf-8")
    return path


def test_one_pass_publishes_on_every_channel_and_a_second_one_nothing(home: Path, publisher: Call) -> None:
    (home / "leser.csv").write_text("address,topics\nanna@leser.example,verkehr\nbert@leser.example,\n")
    assert publisher("--json", "subscribers", "import", home / "leser.csv").json["imported"] == 2
    queue(home)
    first = publisher("--json", "run", "--once")
    assert first.status == 0
    assert {key: first.json[key] for key in ("taken_in", "published", "failed", "uncertain", "held")} == {
        "taken_in": 1,
        "published": 1,
        "failed": 0,
        "uncertain": 0,
        "held": 0,
    }
    (row,) = publisher("--json", "announcements").json
    assert (row["state"], row["revision"], row["source"]) == ("published", 1, "queue")
    assert {d["channel"]: d["state"] for d in row["deliveries"]} == dict.fromkeys(
        ("mastodon", "bluesky", "newsletter"), "sent"
    )
    assert publisher("--json", "run", "--once").json["published"] == 0
    with sqlite3.connect(home / "var" / "sandbox.db") as sandbox:
        counts = [sandbox.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("post", "mail")]  # noqa: S608
    assert counts == [2, 2]


def test_no_stored_request_or_address_knows_the_sandboxs_port(home: Path, publisher: Call) -> None:
    queue(home)
    publisher("run", "--once")
    dump = "\n".join(sqlite3.connect(home / "var" / "publisher.db").iterdump())
    assert "127.0.0.1:" not in dump
    assert "localhost:" not in dump


def test_preview_shows_every_variant_word_for_word(home: Path, publisher: Call, tmp_path: Path) -> None:
    path = queue(home)
    shown = publisher("--json", "preview", path)
    assert shown.status == 0
    variants = {variant["channel"]: variant for variant in shown.json["variants"]}
    assert variants["mastodon"]["text"] == (
        "Brücke am Hafen gesperrt\n\n"
        "Die Brücke am Hafen ist ab Dienstag gesperrt. Der Bus fährt eine Umleitung.\n\n"
        "Mehr: https://musterstadt.example/bruecke\n\n"
        "#ÖffentlicherNahverkehr #Hafen"
    )
    assert variants["mastodon"]["limit"] == 500
    assert variants["bluesky"]["limit"] == 300
    assert variants["newsletter"]["subject"] == "Brücke am Hafen gesperrt"
    assert "https://presse.musterstadt.example/unsubscribe/…" in publisher("preview", path).out
    publisher("preview", path, "--html", tmp_path / "schau")
    assert "Der Bus fährt eine Umleitung." in (tmp_path / "schau" / "newsletter.html").read_text(encoding="utf-8")
    publisher("run", "--once")
    sent = sqlite3.connect(home / "var" / "sandbox.db").execute("SELECT text FROM post WHERE platform = 'mastodon'")
    assert sent.fetchone()[0] == variants["mastodon"]["text"]


def test_check_says_what_is_wrong_and_the_status_tells_it(home: Path, publisher: Call) -> None:
    good = publisher("check", queue(home))
    assert good.status == 0
    bad = queue(home, "plan.md", BRIDGE.replace("Der Bus", "[Platzhalter] Der Bus"))
    found = publisher("--json", "check", bad)
    assert found.status == 1
    assert [f["code"] for f in found.json["findings"] if f["severity"] == "error"] == ["placeholder"]
    spoken = publisher("check", bad)
    assert "[Platzhalter]" in spoken.out
    assert publisher("check", bad, "--json").json == found.json


def test_approve_hold_and_release_decide_about_an_announcement(home: Path, publisher: Call) -> None:
    config = home / "config.toml"
    config.write_text(config.read_text().replace('settle = "0 seconds"', 'settle = "0 seconds"\napproval = "required"'))
    queue(home)
    report = publisher("--json", "run", "--once")
    assert (report.status, report.json["held"], report.json["published"]) == (0, 1, 0)
    named = publisher("--json", "announcements").json[0]["id"]
    assert publisher("--json", "approve", named, "--by", "Petra").json["state"] == "waiting"
    assert publisher("--json", "hold", named).json["state"] == "held"
    assert publisher("--json", "run", "--once").json["published"] == 0
    assert publisher("--json", "release", named).status == 0
    assert publisher("--json", "run", "--once").json["published"] == 1
    assert "Petra" in publisher("audit", named).out


def test_stop_and_resume_release_nothing_by_themselves(home: Path, publisher: Call) -> None:
    assert publisher("stop").status == 2
    assert publisher("--json", "stop", "--reason", "Falschmeldung").status == 0
    queue(home)
    assert publisher("--json", "run", "--once").json["published"] == 0
    resumed = publisher("--json", "resume").json
    assert len(resumed["waiting"]) == 1
    assert publisher("--json", "run", "--once").json["published"] == 0
    publisher("release", resumed["waiting"][0]["id"])
    assert publisher("--json", "run", "--once").json["published"] == 1


def test_during_a_stop_approving_an_urgent_announcement_lets_it_out_and_says_so(home: Path, publisher: Call) -> None:
    config = home / "config.toml"
    config.write_text(config.read_text().replace('settle = "0 seconds"', 'settle = "0 seconds"\nurgent = true'))
    assert publisher("stop", "--reason", " ").status == 2
    publisher("stop", "--reason", "Falschmeldung")
    queue(home)
    (home / "queue" / "hochwasser.md").write_text(
        "---\nüberschrift: Hochwasser am Hafen\neilmeldung: ja\nkontakt: Presseamt\n---\nDer Pegel steigt schnell.\n"
    )
    assert publisher("--json", "run", "--once").json["published"] == 0
    named = {row["headline"]: row["id"] for row in publisher("--json", "announcements").json}
    assert "Achtung" in publisher("approve", named["Brücke am Hafen gesperrt"]).out
    assert "geht trotzdem hinaus" in publisher("approve", named["Hochwasser am Hafen"]).out
    assert publisher("--json", "run", "--once").json["published"] == 1


def test_a_thread_is_previewed_part_by_part(home: Path, publisher: Call) -> None:
    (home / "templates" / "post").mkdir(parents=True)
    (home / "templates" / "post" / "mastodon.txt").write_text(
        "{{ headline }}\n---\n{{ fit(lead, body) }}\n---\n{{ link }}\n"
    )
    path = queue(home)
    (variant,) = publisher("--json", "preview", path, "--channel", "mastodon").json["variants"]
    assert variant["text"] == "Brücke am Hafen gesperrt"
    assert variant["more"][1] == "https://musterstadt.example/bruecke"
    assert "── 3/3" in publisher("preview", path, "--channel", "mastodon").out
    assert publisher("--json", "run", "--once").json["published"] == 1


def test_alarms_reach_the_office_by_mail_and_the_doctor_knows_the_way(home: Path, publisher: Call) -> None:
    config = home / "config.toml"
    alarms = 'name = "Stadt Musterstadt"\nalarms = ["alarm@musterstadt.example"]'
    config.write_text(config.read_text().replace('name = "Stadt Musterstadt"', alarms))
    assert any(check["subject"] == "office.alarms" for check in publisher("--json", "doctor").json["checks"])
    (home / "queue" / "leer.txt").write_text("")
    publisher("run", "--once")
    mails = State(home / "var" / "sandbox.db").mails(limit=10)
    assert [mail.recipients for mail in mails] == [("alarm@musterstadt.example",)]
    assert "leer" not in mails[0].raw.decode()
    config.write_text(config.read_text().replace("alarm@musterstadt.example", "niemand"))
    assert "office.alarms" in publisher("doctor").err


def test_an_unknown_name_is_a_wrong_use_with_one_clear_line(publisher: Call) -> None:
    for words in (("approve", "2026-01-01-nichts"), ("check", "nicht-da.md"), ("resolve", "x", "--not-sent")):
        answer = publisher(*words)
        assert answer.status == 2
        assert len(answer.err.strip().splitlines()) == 1
        assert "Traceback" not in answer.err


def test_wrong_config_ends_with_two_one_line_and_one_json_document(home: Path, publisher: Call) -> None:
    (home / "config.toml").write_text((home / "config.toml").read_text() + '\n[publishing]\nstale = "1 day"\n')
    answer = publisher("--json", "announcements")
    assert answer.status == 2
    assert "publishing.stale" in answer.json["error"]["message"]
    assert len(answer.err.strip().splitlines()) == 1


def test_a_broken_template_stops_check_and_the_start_and_nothing_is_published(home: Path, publisher: Call) -> None:
    (home / "templates" / "post").mkdir(parents=True)
    (home / "templates" / "post" / "mastodon.txt").write_text("{{ headline }}\n{% if link %}\n{{ link }}\n")
    path = queue(home)
    for words in (("check", path), ("run", "--once")):
        answer = publisher(*words)
        assert answer.status == 2
        assert "post/mastodon.txt" in answer.err
    found = publisher("--json", "doctor")
    assert found.status == 1
    assert any("post/mastodon.txt" in one["message"] for one in found.json["checks"])
    assert publisher("--json", "announcements").json == []


def test_stop_works_in_a_shell_that_knows_no_secret(home: Path, publisher: Call) -> None:
    config = home / "config.toml"
    real = 'server = "https://social.example"\ntoken = { env = "NO_SUCH_TOKEN_HERE" }'
    config.write_text(config.read_text().replace('kind = "mastodon"\nserver = "sandbox"', f'kind = "mastodon"\n{real}'))
    assert publisher("stop", "--reason", "Übung").status == 0
    refused = publisher("run", "--once")
    assert refused.status == 2
    assert "NO_SUCH_TOKEN_HERE" in refused.err


def test_channels_are_asked_and_the_doctor_finds_everything_well(publisher: Call) -> None:
    rows = publisher("--json", "channels", "--test")
    assert rows.status == 0
    assert {row["channel"]: row["limit"] for row in rows.json} == {"mastodon": 500, "bluesky": 300, "newsletter": None}
    assert publisher("doctor").status == 0


def test_the_audience_is_imported_exported_and_erased(home: Path, publisher: Call) -> None:
    (home / "leser.csv").write_text("address,topics,rhythm\nanna@leser.example,verkehr,daily\nkeine,,\n")
    report = publisher("--json", "subscribers", "import", home / "leser.csv")
    assert report.status == 1
    assert [refusal["line"] for refusal in report.json["refused"]] == [3]
    assert publisher("subscribers", "add", "bert@leser.example").status == 0
    assert publisher("--json", "subscribers", "stats").json["active"] == 2
    assert "anna@leser.example,verkehr,daily" in publisher("subscribers", "export").out
    assert publisher("--json", "subscribers", "erase", "anna@leser.example").json == {"erased": True}
    assert publisher("--json", "subscribers", "import", home / "leser.csv").json["suppressed"] == 1


def test_bad_files_are_refused_with_reasons_and_the_good_one_goes_through(home: Path, publisher: Call) -> None:
    folder = home / "queue"
    (folder / "leer.txt").write_bytes(b"")
    (folder / "programm.txt").write_bytes(bytes(range(256)) * 64)
    (folder / "riesig.txt").write_bytes(b"a" * 50_000_000)
    (folder / "bombe.md").write_text("---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\nText.\n")
    (folder / "tabelle.xlsx").write_bytes(b"PK\x03\x04")
    queue(home)
    report = publisher("--json", "run", "--once")
    assert (report.status, report.json["taken_in"], report.json["published"]) == (1, 1, 1)
    assert report.json["refused"] == 5
    refused = sorted(path.name for path in (folder / "refused").iterdir())
    assert refused == sorted(
        name + ending
        for name in ("leer.txt", "programm.txt", "riesig.txt", "bombe.md", "tabelle.xlsx")
        for ending in ("", ".status.txt")
    )
    assert all((folder / "refused" / name).read_text().strip() for name in refused if name.endswith(".status.txt"))


def test_a_word_that_changes_nothing_says_so(home: Path, publisher: Call) -> None:
    config = home / "config.toml"
    config.write_text(config.read_text().replace('settle = "0 seconds"', 'settle = "0 seconds"\napproval = "required"'))
    queue(home)
    publisher("run", "--once")
    named = publisher("--json", "announcements").json[0]["id"]
    assert publisher("--json", "release", named).json["changed"] is False
    assert f"publisher approve {named}" in publisher("release", named).out
    assert publisher("--json", "hold", named).json["changed"] is True
    assert publisher("--json", "approve", named).json["changed"] is True
    held = publisher("approve", named)
    assert held.status == 0
    assert "Das ändert nichts." in held.out
    assert f"publisher release {named}" in held.out
    assert publisher("--json", "release", named).json["changed"] is True
    publisher("run", "--once")
    for word in ("approve", "release"):
        assert publisher(word, named).out.splitlines()[1] == "Das ändert nichts. Veröffentlicht."
        assert publisher("--json", word, named).json["changed"] is False


def test_one_announcement_is_shown_with_how_it_stands_as_its_status_file_tells_it(home: Path, publisher: Call) -> None:
    queue(home)
    publisher("run", "--once")
    named = publisher("--json", "announcements").json[0]["id"]
    assert publisher("announcements", named).out.startswith("Veröffentlicht.")
    queue(home, "neu.md", BRIDGE.replace("---\n", f"---\nid: {named}\n", 1).replace("Dienstag", "Montag"))
    publisher("run", "--once")
    assert "Fassung 2 ist nicht veröffentlicht" in publisher("announcements", named).out


def test_people_read_words_and_office_time_and_programs_the_names(home: Path, publisher: Call) -> None:
    queue(home)
    publisher("run", "--once")
    shown = publisher("announcements").out
    assert "veröffentlicht" in shown
    for foreign in ("published", " sent", "warning"):
        assert foreign not in shown
    assert publisher("--json", "announcements").json[0]["deliveries"][0]["state"] == "sent"
    told = publisher("audit").out
    assert "aufgenommen" in told
    assert "taken-in" not in told
    assert publisher("--json", "audit").json[0]["what"] == "taken-in"
    at = datetime.fromisoformat(publisher("--json", "audit").json[0]["at"]).astimezone(ZoneInfo("Europe/Berlin"))
    assert told.startswith(f"{at:%Y-%m-%d %H:%M:%S}  ")


def test_the_audit_names_the_refused_file_and_says_of_what_it_knows_nothing(home: Path, publisher: Call) -> None:
    (home / "queue" / "leer.txt").write_text("")
    publisher("run", "--once")
    (deed,) = publisher("--json", "audit", "leer.txt").json
    assert deed["what"] == "refused"
    unknown = publisher("--json", "audit", "2026-01-01-nichts")
    assert unknown.status == 2
    assert "2026-01-01-nichts" in unknown.json["error"]["message"]


def test_an_empty_template_stops_the_start_and_an_empty_post_its_announcement(home: Path, publisher: Call) -> None:
    (home / "templates" / "post").mkdir(parents=True)
    template = home / "templates" / "post" / "mastodon.txt"
    template.write_text("\n")
    assert "post/mastodon.txt ergibt einen leeren Beitrag" in publisher("run", "--once").err
    template.write_text("{{ credit }}")
    queue(home)
    publisher("run", "--once")
    states = {d["channel"]: d for d in publisher("--json", "announcements").json[0]["deliveries"]}
    assert (states["mastodon"]["state"], states["bluesky"]["state"]) == ("failed", "sent")
    assert "Der Beitrag wäre leer" in states["mastodon"]["reason"]


def test_doctor_looks_at_database_and_clock_and_at_where_the_desk_listens(home: Path, publisher: Call) -> None:
    found = publisher("--json", "doctor")
    assert {"storage.database", "clock", "web.desk"} <= {check["subject"] for check in found.json["checks"]}
    config = home / "config.toml"
    config.write_text(config.read_text().replace('desk = "127.0.0.1', 'desk = "0.0.0.0'))
    found = publisher("--json", "doctor")
    assert found.status == 1
    assert [check["subject"] for check in found.json["checks"] if check["severity"] == "error"] == ["web.desk"]


def test_doctor_looks_at_each_feed_once_and_remembers_nothing(home: Path, publisher: Call, site: Site) -> None:
    item = "<item><title>Brücke</title><guid>1</guid></item>"
    feeds = {
        "gut": site.page("/gut", f"<rss version='2.0'><channel><title>A</title>{item}</channel></rss>", "text/xml"),
        "weg": site.page("/weg", "nicht da", status=404),
        "seite": site.page("/seite", "<!doctype html><html><body><p>Aktuelles</p></body></html>"),
        "leer": site.page("/leer", "", "text/xml"),
        "kaputt": site.page("/kaputt", f"<rss version='2.0'><channel>{item}<item><tit", "text/xml"),
    }
    with (home / "config.toml").open("a") as config:
        for name, url in feeds.items():
            config.write(f'[sources.{name}]\nkind = "feed"\nurl = "{url}"\n')
    found = publisher("--json", "doctor")
    severities = {check["subject"]: check["severity"] for check in found.json["checks"]}
    assert found.status == 1
    assert {name: severities[f"sources.{name}"] for name in feeds} == {
        "gut": None,
        "weg": "error",
        "seite": "error",
        "leer": "error",
        "kaputt": "error",
    }
    assert len(site.asked) == len(feeds)
    with sqlite3.connect(home / "var" / "publisher.db") as database:
        assert database.execute("SELECT count(*) FROM notes WHERE scope = 'source'").fetchone() == (0,)


def test_doctor_warns_of_a_channels_topic_that_no_newsletter_has(home: Path, publisher: Call) -> None:
    config = home / "config.toml"
    config.write_text(
        config.read_text().replace('kind = "mastodon"\n', 'kind = "mastodon"\ntopics = ["verkehr", "gibtsnicht"]\n')
    )
    found = publisher("--json", "doctor")
    (warned,) = [check for check in found.json["checks"] if check["subject"] == "channels.mastodon.topics"]
    assert found.status == 0
    assert warned["severity"] == "warning"
    assert "gibtsnicht" in warned["message"]


@pytest.mark.parametrize(
    ("encoding", "between"), [("utf-8", "\t"), ("utf-8-sig", ";"), ("utf-16", "\t"), ("windows-1252", ";")]
)
def test_addresses_are_imported_however_a_spreadsheet_saved_them(
    home: Path, publisher: Call, encoding: str, between: str
) -> None:
    rows = [("address", "topics"), ("müller@müller.example", "verkehr"), ("björn@example.org", "")]
    text = "\r\n".join(between.join(row) for row in rows)
    (home / "leser.csv").write_bytes(text.encode(encoding))
    report = publisher("--json", "subscribers", "import", home / "leser.csv").json
    assert (report["imported"], report["refused"]) == (2, [])
    assert {row["address"] for row in publisher("--json", "subscribers", "export").json} == {
        "müller@müller.example",
        "björn@example.org",
    }


def test_a_reader_who_is_entered_by_hand_may_have_a_rhythm(publisher: Call) -> None:
    assert publisher("subscribers", "add", "dora@leser.example", "--rhythm", "weekly").status == 0
    assert publisher("subscribers", "add", "emil@leser.example").status == 0
    stats = publisher("--json", "subscribers", "stats").json
    assert (stats["immediate"], stats["weekly"]) == (1, 1)
    refused = publisher("subscribers", "add", "fritz@leser.example", "--rhythm", "hourly")
    assert refused.status == 2
    assert "immediate, daily, weekly" in refused.err


def test_an_address_with_unreadable_letters_is_refused(home: Path, publisher: Call) -> None:
    (home / "leser.csv").write_text("address\nbj\ufffdrn@example.org\n", encoding="utf-8")
    assert publisher("--json", "subscribers", "import", home / "leser.csv").json["imported"] == 0


def test_whoever_was_erased_is_told_the_way_back(publisher: Call) -> None:
    publisher("subscribers", "add", "anna@leser.example")
    publisher("subscribers", "erase", "anna@leser.example")
    again = publisher("subscribers", "add", "anna@leser.example")
    assert "https://presse.musterstadt.example/subscribe" in again.out
    assert again.status == 1, "she was not entered"
