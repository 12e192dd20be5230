"""Emoji as X sees them: the sequences of Emoji 11 (2018) that count as one; what is newer counts by its parts.

That is the state of twitter-text 3.1.0 (its twemoji-parser 11). A sequence that X has learnt since then is thereby
counted too long, never too short.
"""

import regex

SKIN = "[\U0001f3fb-\U0001f3ff]"
BASES_SINCE = "👪👫👬👭👯💏💑🤌🤏🤝🤼🥷🦻🧍🧎🧏🫃🫄🫅🫰🫱🫲🫳🫴🫵🫶🫷🫸🫹🫺"
"""They take a skin tone now, in 2018 they did not."""
BASE = rf"[\p{{Emoji_Modifier_Base}}⛷--[{BASES_SINCE}]]"
SHOWN_AS_TEXT = r"[\p{Emoji}--\p{Emoji_Presentation}--[#*0-9♾⚧]]"
SHOWN_EITHER_WAY = "[🀄🈚🈯⌚⌛☔☕♈-♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛔⛪⛲⛳⛵⛺⛽❗⬛⬜⭐⭕]"
HE_OR_SHE = r"[♀♂]\uFE0F"
PEOPLE = "[🏃🏄🏊👮👱👳👷💁💂💆💇🙅-🙇🙋🙍🙎🚣🚴-🚶🤦🤵🤷-🤹🤽🤾🦸🦹🧖-🧝]"
PROFESSIONS = r"(?:[⚕⚖✈]\uFE0F|[🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰-🦳])"
KISS_OR_HEART = r"❤\uFE0F\u200D(?:💋\u200D)?"
CHILDREN = r"(?:👦(?:\u200D👦)?|👧(?:\u200D[👦👧])?)"

SEQUENCE = regex.compile(
    rf"""
      [👨👩]{SKIN}?\u200D{PROFESSIONS}
    | [🏋🏌🕴🕵⛹](?:{SKIN}|\uFE0F)\u200D{HE_OR_SHE}
    | {PEOPLE}{SKIN}?\u200D{HE_OR_SHE}
    | [👯🤼🧞🧟]\u200D{HE_OR_SHE}
    | 👨\u200D{KISS_OR_HEART}👨 | 👩\u200D{KISS_OR_HEART}[👨👩]
    | 👨\u200D(?:[👨👩]\u200D)?{CHILDREN} | 👩\u200D(?:👩\u200D)?{CHILDREN}
    | 🏳\uFE0F\u200D🌈 | 🏴\u200D☠\uFE0F | 👁\u200D🗨
    | 🏴[\U000e0061-\U000e007a]+\U000e007f
    | [#*0-9]\uFE0F?\u20E3
    | \p{{Regional_Indicator}}{{2}}
    | {BASE}\uFE0F?{SKIN}
    | (?:{SHOWN_AS_TEXT}|{SHOWN_EITHER_WAY}|[♟])\uFE0F
    """,
    regex.VERBOSE | regex.V1,
)
"""What counts as one emoji though it is more than one character. A single character needs no rule: it weighs as much."""
