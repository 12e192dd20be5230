"""What the tables of all post channels have alike."""

import pytest

from publisher.channels.tables import PostTable
from publisher.config.reading import read_table
from publisher.domain.errors import ConfigError

TABLE = {"kind": "mastodon", "server": "sandbox"}


def test_a_channel_says_how_many_hashtags_a_post_may_have() -> None:
    assert read_table(PostTable, TABLE | {"hashtags": 3}, "channels.mastodon").rules("post/a.txt").most_tags == 3
    assert read_table(PostTable, TABLE, "channels.mastodon").rules("post/a.txt").most_tags is None


@pytest.mark.parametrize("wrong", [-1, "drei", 2.5])
def test_another_number_of_hashtags_is_told_by_its_key(wrong: object) -> None:
    with pytest.raises(ConfigError) as caught:
        read_table(PostTable, TABLE | {"hashtags": wrong}, "channels.mastodon")
    assert caught.value.values["key"] == "channels.mastodon.hashtags"
