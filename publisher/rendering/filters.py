"""What templates can do to a word: dates, times and hashtags, in the language of what is being written."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from publisher.config.tables import Office
from publisher.language import dates
from publisher.language.hashtags import hashtag


def filters(office: Office) -> dict[str, Callable[..., Any]]:
    """By the name that templates use. A template's own word `language` wins over the office's."""

    def moment_filter(tell: Callable[[datetime, tzinfo, str], str]) -> Callable[[Context, datetime], str]:
        @pass_context
        def filtered(context: Context, moment: datetime) -> str:
            language = context.get("language")
            return tell(moment, office.timezone, language if isinstance(language, str) else office.language)

        return filtered

    return {"date": moment_filter(dates.long_date), "time": moment_filter(dates.clock_time), "hashtag": hashtag}
