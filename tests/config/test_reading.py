"""What a person is told who mistypes something in config.toml: the key, and what would be right."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.channels.tables import PostTable
from publisher.config.reading import load_config, read_table
from publisher.config.secrets import read_secret
from publisher.config.tables import FolderSource, Table
from publisher.config.values import parse_address, parse_duration, parse_period, parse_rate, parse_time_span
from publisher.domain.errors import ConfigError
from publisher.mail.settings import Settings
from publisher.messages import tell

OFFICE = """
[office]
name = "Stadt Musterstadt"
contact = "presse@musterstadt.example"
imprint = "https://musterstadt.example/impressum"
privacy = "https://musterstadt.example/datenschutz"
"""

NEWSLETTER = {"kind": "newsletter", "sender": "Stadt <news@stadt.example>", "smtp": "sandbox"}


def complaint(folder: Path, text: str, language: str = "de") -> str:
    """What the person who wrote this file is told."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    return tell(caught.value, language)


def test_the_shipped_config_is_sound_and_names_no_secret() -> None:
    config = load_config(Path("config.toml"))
    assert set(config.channels) == {"mastodon", "bluesky", "newsletter"}
    assert all("sandbox" in (table.get("server"), table.get("smtp")) for table in config.channels.values())
    assert config.web.desk == ("127.0.0.1", 8000)


def test_every_commented_example_of_the_shipped_config_is_sound_too(tmp_path: Path) -> None:
    text = Path("config.toml").read_text(encoding="utf-8")
    replaced = ('server = "sandbox"\n', 'smtp = "sandbox"\n')
    for line in replaced:
        text = text.replace(line, "")
    file = tmp_path / "config.toml"
    file.write_text(re.sub(r"^# (?=\[|\w+ = |\"[a-z-]+\" = )", "", text, flags=re.MULTILINE), encoding="utf-8")
    config = load_config(file)
    assert set(config.sources) == {"queue", "rathaus"}
    assert config.publishing.quiet_hours == (22 * 60, 6 * 60)
    assert config.channels["mastodon"]["token"] == {"env": "MASTODON_TOKEN"}


def test_what_is_not_given_has_the_documented_default(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(OFFICE + '[sources.queue]\nkind = "folder"\npath = "queue"\n')
    config = load_config(tmp_path / "config.toml")
    queue = config.sources["queue"]
    assert isinstance(queue, FolderSource)
    assert (queue.every, queue.settle, queue.urgent) == (timedelta(seconds=5), timedelta(seconds=2), False)
    assert config.storage.database == "sqlite:///var/publisher.db"
    assert config.path("queue") == (tmp_path / "queue").resolve()


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ("[publishing]\nstale_affter = 1", "„publishing.stale_affter“ ist unbekannt. Gemeint ist wohl „stale_after“"),
        ('[sources.feed]\nkind = "feed"\nurll = "x"', "„sources.feed.urll“ ist unbekannt. Gemeint ist wohl „url“"),
        (
            '[web]\nzzz = "x"',
            "„web.zzz“ ist unbekannt. Hier sind möglich: desk, embed_from, public, public_url, trusted_proxies",
        ),
        ('[ofice]\nname = "x"', "„ofice“ ist unbekannt. Gemeint ist wohl „office“"),
        ('[sources.a]\nkind = "folder"', "„sources.a.path“ fehlt"),
        ('[sources.a]\npath = "queue"', "„sources.a.kind“ fehlt"),
        ('[sources.a]\nkind = "mail"', "sources.a.kind: diese Art gibt es nicht. Vorhanden: folder, feed"),
        ('[publishing]\nstale_after = "2 Tage"', "„publishing.stale_after“ ist eine Dauer, auf Englisch"),
        ("[publishing]\nstale_after = 5", "ist eine Dauer"),
        ('[publishing]\nstale_after = "99999999999 weeks"', "ist eine Dauer"),
        ('[publishing]\nmost_per_day = "viele"', "„publishing.most_per_day“ ist eine ganze Zahl"),
        ("[publishing]\nmost_per_day = 0", "„publishing.most_per_day“ muss mindestens 1 sein"),
        ('[publishing]\nquiet_hours = "22-6"', "„publishing.quiet_hours“ ist eine Zeitspanne"),
        ('[publishing]\napproval_periods = ["2027"]', "„publishing.approval_periods.0“ nennt ersten und letzten Tag"),
        ("[publishing]\napproval_periods = 3", "„publishing.approval_periods“ ist eine Liste"),
        ('[publishing]\ncorrection = "nie"', "kennt nur diese Werte: propose, automatic, ignore"),
        ('[web]\ndesk = "8000"', '„web.desk“ ist ein Rechner mit Port, zum Beispiel "127.0.0.1:8000"'),
        ('[web]\npublic_url = "stadt.example"', "„web.public_url“ ist eine ganze Webadresse"),
        ('[sources.a]\nkind = "folder"\npath = "q"\nurgent = "ja"', "„sources.a.urgent“ ist ein Schalter"),
        ('[checks]\n"quatsch-hier" = "error"', "„checks.quatsch-hier“ gibt es als Hinweis nicht"),
        ('[checks]\n"placeholder" = "schlimm"', "„checks.placeholder“ kennt nur diese Werte: error, warning, notice"),
        (
            '[checks]\n"contact-missin" = "error"',
            "„checks.contact-missin“ ist unbekannt. Gemeint ist wohl „contact-missing“",
        ),
        (
            '[sources.a]\nkind = "folder"\npath = "q"\nevery = "0 seconds"',
            "„sources.a.every“ ist ein Abstand, länger als",
        ),
        ('[sources.a]\nkind = "folder"\npath = "config.toml"', "„sources.a.path“ nennt eine Datei (config.toml)"),
        ('[sources."ä"]\nkind = "folder"\npath = "q"', "„sources.ä“: Namen von Quellen und Kanälen bestehen aus"),
        ('[channels."a b/../c"]\nkind = "mastodon"', "„channels.a b/../c“: Namen von Quellen und Kanälen"),
        ('[web]\ntrusted_proxies = ["10.0.0.500"]', "„web.trusted_proxies.0“ nennt Rechner oder Netze"),
        ('[storage]\ndatabase = "postgresql://u:geheim@h/x"', "In „storage.database“ steht ein Passwort"),
        ('[storage]\ndatabase = "postgresql://h/x?user=u&password=geheim"', "In „storage.database“ steht ein Passwort"),
        ('[channels]\nmastodon = "ja"', "„channels.mastodon“ ist eine Tabelle"),
        ('[storage]\ndatabase = { env = "FEHLT" }', "ist die Umgebungsvariable FEHLT nicht gesetzt"),
        ("[storage]\ndatabase = 7", "„storage.database“ ist ein Text in Anführungszeichen"),
        ('[storage]\ndatabase = { wo = "da" }', "„storage.database“ ist ein Geheimnis und steht nie in dieser Datei"),
        ("[storage]\ndatabase = ", "oft fehlt ein Anführungszeichen"),
    ],
)
def test_each_mistake_is_told_with_its_key_and_what_would_be_right(tmp_path: Path, mistake: str, told: str) -> None:
    assert told in complaint(tmp_path, f"{OFFICE}{mistake}\n")


def test_a_password_in_the_databases_address_is_not_repeated(tmp_path: Path) -> None:
    assert "geheim" not in complaint(tmp_path, f'{OFFICE}[storage]\ndatabase = "postgresql://u:geheim@h/x"\n')


def test_an_alarm_that_could_reach_nobody_is_told(tmp_path: Path) -> None:
    assert "„office.alarms.0“ nennt Mailadressen" in complaint(tmp_path, f'{OFFICE}alarms = ["quatsch"]\n')


def test_a_database_without_a_password_in_its_address_is_taken(tmp_path: Path) -> None:
    for address in ("postgresql://u@h/x", "postgresql:///x?host=/run", "sqlite:///var/a@b:c.db"):
        (tmp_path / "config.toml").write_text(f'{OFFICE}[storage]\ndatabase = "{address}"\n')
        assert load_config(tmp_path / "config.toml").storage.database == address


def test_keys_of_the_file_never_collide_with_our_own(tmp_path: Path) -> None:
    assert "„folder“ ist unbekannt" in complaint(tmp_path, f'folder = "x"\n{OFFICE}')


def test_the_office_itself_must_be_named(tmp_path: Path) -> None:
    assert complaint(tmp_path, "") == "config.toml: „office“ fehlt. Bitte ergänzen."
    assert "„office.name“ ist leer" in complaint(tmp_path, OFFICE.replace("Stadt Musterstadt", ""))
    assert "Europe/Berlin" in complaint(tmp_path, f'{OFFICE}timezone = "Mitteleuropa"\n')


def test_the_same_is_told_in_english(tmp_path: Path) -> None:
    told = complaint(tmp_path, f'{OFFICE}[publishing]\nstale_after = "soon"\n', "en")
    assert told.startswith("config.toml: “publishing.stale_after” is a duration")


def test_a_file_saved_with_the_mark_that_windows_puts_before_utf8_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(OFFICE, encoding="utf-8-sig")
    assert load_config(file).office.name == "Stadt Musterstadt"


def test_a_file_that_is_absent_or_no_utf8_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "none.toml")
    assert "none.toml gibt es nicht" in tell(caught.value, "de")
    (tmp_path / "config.toml").write_bytes(OFFICE.replace("Muster", "Müster").encode("windows-1252"))
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "config.toml")
    assert "UTF-8" in tell(caught.value, "de")


def test_a_secret_comes_from_the_environment_or_a_file_and_is_in_no_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_OF_TEST", "s3cret")
    (tmp_path / "token").write_text("s3cret\n")
    assert read_secret({"env": "TOKEN_OF_TEST"}, "k", tmp_path) == "s3cret"
    assert read_secret({"file": "token"}, "k", tmp_path) == "s3cret"
    for wrong in ("s3cret", {"env": "TOKEN_OF_TEST", "file": "token"}, {"file": "none"}, {"value": "s3cret"}):
        with pytest.raises(ConfigError) as caught:
            read_secret(wrong, "channels.mastodon.token", tmp_path)
        assert "channels.mastodon.token" in tell(caught.value, "de")
        assert "s3cret" not in tell(caught.value, "de") + str(caught.value)


def test_values_are_read_as_written() -> None:
    assert parse_duration("15 minutes") == timedelta(minutes=15)
    assert (parse_rate("1200 per minute"), parse_rate("unlimited")) == (20.0, None)
    assert parse_time_span("22:00-06:30") == (1320, 390)
    assert parse_address("[::1]:80") == ("::1", 80)
    for wrong in ("2027-09-14/2027-08-01", "2027-08-01", "morgen/heute", None):
        with pytest.raises(ValueError, match="period"):
            parse_period(wrong)


@pytest.mark.parametrize(
    ("kind", "table", "told"),
    [
        (PostTable, {"kind": "mastodon", "server": "stadt.example"}, "„channels.a.server“ ist eine ganze Webadresse"),
        (PostTable, {"kind": "mastodon", "server": "http://stadt.example"}, "„channels.a.server“ muss mit https://"),
        (
            PostTable,
            {"kind": "mastodon", "servr": "sandbox"},
            "„channels.a.servr“ ist unbekannt. Gemeint ist wohl „server“",
        ),
        (
            PostTable,
            {"kind": "mastodon", "server": "sandbox", "language": "deutsch"},
            "„channels.a.language“ ist ein Sprachkürzel",
        ),
        (Settings, NEWSLETTER | {"rate": "schnell"}, "„channels.a.rate“ ist eine Menge je Zeit"),
        (Settings, NEWSLETTER | {"connections": 0}, "„channels.a.connections“ muss mindestens 1 sein"),
    ],
)
def test_a_channels_own_table_is_explained_in_the_same_way(
    kind: type[Table], table: dict[str, object], told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read_table(kind, table, "channels.a")
    assert told in tell(caught.value, "de")
