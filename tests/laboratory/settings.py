"""The config.toml of an office under test: real servers on this machine, no waiting that is not needed."""

SQLITE = "sqlite:///publisher.db"
DIAL = "clock.txt"
"""The file in the office's folder that sets its workers' clocks."""

CONFIG = """\
[office]
name = "Stadt Musterstadt"
contact = "presse@musterstadt.example"
imprint = "https://musterstadt.example/impressum"
privacy = "https://musterstadt.example/datenschutz"

[storage]
database = "{database}"

[web]
desk = "127.0.0.1:0"
public = "127.0.0.1:0"
public_url = "http://127.0.0.1:8001"

[sources.queue]
kind = "folder"
path = "queue"
every = "1 second"
settle = "0 seconds"
urgent = true

[channels.mastodon]
kind = "mastodon"
server = "{api}/mastodon"
token = {{ env = "LAB_TOKEN" }}

[channels.bluesky]
kind = "bluesky"
server = "{api}/bluesky"
handle = "musterstadt.example"
password = {{ env = "LAB_PASSWORD" }}

[channels.newsletter]
kind = "newsletter"
sender = "Stadt Musterstadt <newsletter@musterstadt.example>"
smtp = "{smtp}"
connections = {connections}
rate = "{rate}"
undo = "0 seconds"
"""
