"""Abbreviations that are never explained: colleagues know them, readers do not."""

import re
from collections.abc import Iterator

from publisher.checks.examination import Examination, running_text, without_quotations
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

CAPITALS = re.compile(r"(?<![\w./@:#-])(?<![A-ZÄÖÜ]{2}\s)[A-ZÄÖÜ]{3,6}(?![\w/&]|\.\w|-\d|\s\d|\s[A-ZÄÖÜ]{2})")
"""Not „B 224“ or „DIN 1234“, and not one of several words in capitals: those shout."""
KNOWN = frozenset(
    """
    ADAC AIDS AOK ARD ASB AWO BAB BBC BGB BKA BMW BUND CDU CSU DAAD DAK DDR DEL DFB DGB DHL DIN DLRG DNA DRK DSGVO DVD ECTS
    EDV EKD ESA FAQ FDP FFP FIFA FKK GEMA GEZ GPS GTZ HIV HTML IBAN IHK ISBN IKEA ISO KFZ KITA LED LGBT LKA LKW MDR MINT MRT
    NABU NASA NATO NDR NRW NSU NSDAP OECD OSZE PCR PDF PIN PKW RAF RBB RKI RTL RWE SED SMS SPD STIKO SWR TAN TÜV THW UEFA
    UFO UNICEF UNO UKW USA USB VDE VDI VHS VIP VRR WDR WHO WLAN WWF XXL YMCA ZDF ZOB ÖPNV USK FSK CEO BIC FAZ TAZ UNHCR EZB
    AFD BSW JVA AGB URL APP SUV NRZ WAZ GAU KPD VFL BVB PLZ DJK TSV TUS SSV BBQ IBA
    TODO XXX XXXX AND THE FOR NHS BST GMT CET
    """.split()
)
"""What a newspaper prints without explaining, initials of clubs included."""
MOST_STRANGE = 20
"""The text is searched once for each."""


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`abbreviation-unexplained` (notice), once each, where it first stands."""
    text = f"{announcement.headline}\n\n{running_text(announcement)}"
    spoken = {word for line in text.splitlines() for word in _quoted(line)}
    quiet = (without_quotations(line) for line in text.splitlines() if not _shouts(line))
    written = dict.fromkeys(word for line in quiet for word in CAPITALS.findall(line))
    strange = [word for word in written if word not in KNOWN and word not in spoken]
    for word in strange[:MOST_STRANGE]:
        if not _explained(word, text):
            yield Finding(code="abbreviation-unexplained", severity=Severity.NOTICE, excerpt=word)


def _quoted(line: str) -> set[str]:
    """Abbreviations inside quotation marks are parts of names: „ITEC Learning Journey“."""
    return set(CAPITALS.findall(line)) - set(CAPITALS.findall(without_quotations(line)))


def _explained(word: str, text: str) -> bool:
    """„Entwicklungskonzept (ISEK)“, „ISEK (Entwicklungskonzept)“, „ISEK steht für“, or words with its initials."""
    letters = r"\W{1,3}(?:\w{1,30}\W{1,3}){0,2}?".join(rf"{letter}\w{{1,40}}" for letter in word[:4])
    told = rf"\({word}[),;]|\b{word}\s\(\w{{4}}|\b{word}\s(?:steht|stands)\b|\bkurz:?\s{word}\b|\bdie?\s{word},\s(?:der|die|das|ein)\b"
    return bool(re.search(told, text)) or bool(re.search(rf"\b{letters}", text, re.IGNORECASE))


def _shouts(line: str) -> bool:
    letters = [letter for letter in line if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) > 0.6 * len(letters)
