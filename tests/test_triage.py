"""Triage as the command line shows it: posts in, kinds and signals out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from copilot.domain import Post, Triage
from copilot.triage import triage
from copilot.triage.signals import is_cpr
from guards.context import Clinic, Contact

POSTS = Path(__file__).parent.parent / "evals" / "posts"


def kind(text: str) -> str:
    return triage(Post(text)).kind


def names(text: str) -> set[str]:
    return {signal.name for signal in triage(Post(text)).signals}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Min hund døde hos jer, I er nogle svin", "complaint"),
        ("0 stars, horrible", "complaint"),
        ("lousy", "complaint"),
        ("Fantastisk klinik hvis man elsker at vente", "complaint"),
        ("Clowns, the lot of you", "harassment"),
        ("HJÆLP min hund har spist rottegift lige nu", "urgent"),
        ("Min hund spiste rottegift hos jer sidste år og døde", "complaint"),
        ("I barberede min hunds forben uden at spørge! Hvad har det med maven at gøre?", "misunderstanding"),
        ("Hvorfor kommer andre ind foran os, når vi har en tid?", "misunderstanding"),
        ("Har I åbent på lørdag?", "question"),
        ("Hvor svært kan det være at ringe tilbage?", "complaint"),
        ("Tusind tak for hjælpen, I er så søde", "praise"),
        ("Tak for hjælpen, men regningen var dobbelt så høj som aftalt", "complaint"),
        ("Tjen 5000 kr om ugen hjemmefra, skriv på WhatsApp", "spam"),
    ],
)
def test_the_first_definition_that_fits_wins(text: str, expected: str) -> None:
    """PLAYBOOK 2, "Kinds": each border of the table."""
    assert kind(text) == expected


@pytest.mark.parametrize("insult", ["I er nogle svin", "Idioter", "Klovne hele bundtet", "skam jer", "I er ynkelige"])
@pytest.mark.parametrize(
    "act",
    [
        "I glemte at give ham bedøvelse",
        "jeg ventede 2 timer",
        "regningen var 4200 kr",
        "receptionisten smækkede røret på",
        "min kat døde",
        "fyldningen faldt ud dagen efter",
    ],
)
def test_swearing_and_one_concrete_act_is_a_complaint(insult: str, act: str) -> None:
    """PLAYBOOK 2: "swearing plus one concrete act is a complaint, always"."""
    assert kind(f"{insult}. {act}") == "complaint"
    assert kind(f"{act}!!! {insult}") == "complaint"


def test_no_complaint_of_ours_is_called_harassment() -> None:
    """The worst error of triage, on every labelled post."""
    for post in _labelled():
        if post["kind"] == "complaint":
            assert kind(post["text"]) != "harassment", post["id"]


def test_no_danger_of_ours_is_missed() -> None:
    """Every labelled post that is urgent, threatens or speaks of self-harm is severity 3 and says why."""
    for post in _labelled():
        wanted = {"threat", "safety", "self_harm"} & set(post["signals"])
        if wanted:
            found = triage(Post(post["text"]))
            assert wanted <= {signal.name for signal in found.signals}, post["id"]
            assert found.severity == 3, post["id"]


@pytest.mark.parametrize(
    "text",
    [
        "Min kat døde hos jer",
        "min kat doede hos jer",
        "MIN KAT DØDE HOS JER",
        "min kat dode hos jer",
        "Min k\u200bat d\u200bøde hos jer",
        "Min kat do\u0338de hos jer",
        "Міn kаt døde hоs jеr",
    ],
)
def test_spelling_and_hiding_change_no_kind(text: str) -> None:
    """Case, missing æøå, hidden characters and look-alike letters make no difference."""
    assert kind(text) == "complaint"


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("🐕 Jeg ved hvor I bor, svin", "threat", "Jeg ved hvor I bor"),
        ("Hende Camilla grinede af mig", "names_person", "Camilla"),
        ("Mit cpr er 140362-1234, svar nu", "personal_data", "140362-1234"),
        ("Skriv til maja@mail.example om regningen", "personal_data", "maja@mail.example"),
        ("Min adv\u200bokat skriver til jer", "legal", "adv\u200bokat"),
        ("Jeg har ringet til TV2 om jer", "media", "TV2"),
        ("Jeg har taget alle pillerne", "self_harm", "Jeg har taget alle pillerne"),
    ],
)
def test_a_signal_points_at_its_words(text: str, name: str, words: str) -> None:
    """Spans are code points of the original, emoji and hidden characters included."""
    spans = {text[signal.start : signal.end] for signal in triage(Post(text)).signals if signal.name == name}
    assert words in spans


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Vores hund Bella er blevet rask", "names_person"),
        ("Håber I brænder i helvede", "threat"),
        ("Det er ulovligt det I gør", "legal"),
        ("En anden klinik i Kolding er meget billigere", "other_clinic"),
        ("Jeg betalte 12345678 kr", "personal_data"),
        ("Min bror tog sit eget liv efter I afviste ham", "self_harm"),
        ("Min kat døde hos jer i sommer", "safety"),
    ],
)
def test_near_misses_are_no_signal(text: str, name: str) -> None:
    """A pet is no person, ill-wishing no threat, "illegal" no authority, a comparison no other clinic."""
    assert name not in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "I will sue and tell TV2",
        "We're going to sue you",
        "SUE THEM ALL",
        "Jeg sagsøger jer",
        "I bliver stævnet",
        "Min advokat ringer i morgen",
        "Klagen ligger hos Styrelsen for Patientsikkerhed",
        "Patienterstatningen hører fra mig",
        "Det ryger i klagenævnet",
        "Ombudsmanden får den her",
        "Reported to the GDC",
        "The RCVS will hear about it",
        "small claims it is then",
        "My solicitor will write",
        "Jeg anmelder jer til myndighederne",
    ],
)
def test_the_law_is_a_signal_however_it_is_named(text: str) -> None:
    """PLAYBOOK 2: lawyer, authority, complaint body, court."""
    assert "legal" in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sue on reception is a star",
        "Thanks to Sue, the manager",
        "We spoke to Sue and she was lovely",
        "I was late because of the custody court",
        "Min datter var til stævne i lørdags",
        "Jeg anmelder jer på Trustpilot",
    ],
)
def test_a_name_or_another_court_is_no_law(text: str) -> None:
    """A manager called Sue sues nobody."""
    assert "legal" not in names(text)


def test_an_ordinary_post_of_ours_shows_no_danger() -> None:
    """Near misses: past deaths, ill-wishing, metaphors and questions for a rainy day."""
    for post in _labelled():
        if not {"threat", "safety", "self_harm"} & set(post["signals"]):
            assert not {"threat", "safety", "self_harm"} & names(post["text"]), post["id"]


def test_the_clinics_own_number_is_nobodys_personal_data() -> None:
    """What stands on the clinic's door is public."""
    clinic = Clinic(contact=Contact(phone="75 55 01 20"))
    text = "I tager aldrig telefonen på 75 55 01 20"
    assert not [signal for signal in triage(Post(text), clinic).signals if signal.name == "personal_data"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("010203-4567", True),
        ("0102034567", True),
        ("311299 0000", True),
        ("320199-1234", False),
        ("290201-1234", False),
    ],
)
def test_a_cpr_number_is_known_by_form_and_date(text: str, expected: bool) -> None:  # noqa: FBT001  # a table's column
    """A failing mod-11 check clears none (PLAYBOOK 3)."""
    assert is_cpr(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Skuffende", "da"),
        ("Min hund døde hos jer", "da"),
        ("You killed my cat", "en"),
        ("Vi väntade i två timmar och ingen kom", "sv"),
        ("Katten vår døde og dere ringte ikke engang", "nb"),
        ("Drei Stunden gewartet und nie wieder", "de"),
        ("二時間も待たされました", "ja"),
        ("😡😡", "und"),
        ("\u200f\u200b!!!", "und"),
        ("", "und"),
    ],
)
def test_the_language_is_told_of_short_posts_too(text: str, expected: str) -> None:
    """`und` only where there are no words."""
    assert triage(Post(text)).language == expected


def test_reasons_are_in_the_clinics_first_language_and_quote_the_post() -> None:
    """A person sees why, whatever language the post has."""
    danish = triage(Post("Waited two hours"), Clinic(languages=("da",)))
    english = triage(Post("Ventede 2 timer"), Clinic(languages=("en", "da")))
    assert "klage" in danish.reasons[0]
    assert "Waited two hours" in danish.reasons[0]
    assert "complaint" in english.reasons[0]


def test_who_decided_is_named_with_its_version() -> None:
    """A record can say which rules spoke."""
    name, _, version = triage(Post("Hej")).decided_by.partition("/")
    assert name == "triage-rules"
    assert version.startswith("1.")


@pytest.mark.parametrize(
    "text",
    [
        "kan ikke stå " * 1_500,
        "hund spist jeg ved hvor " * 800,
        "a" * 20_000,
        "jeg " * 5_000,
        "vi har " * 3_000,
        "!" * 20_000,
        "\u200b" * 20_000,
        "\ud800",
    ],
)
@pytest.mark.timeout(20)
def test_no_text_hangs_or_breaks_it(text: str) -> None:
    """Whatever comes in is answered, long and hostile texts included."""
    assert isinstance(triage(Post(text)), Triage)


def test_a_bad_line_says_so_and_the_rest_goes_on() -> None:
    """`python -m copilot triage` streams, one answer a line."""
    given = [
        b'{"id": 1, "text": "Har I \xc3\xa5bent p\xc3\xa5 l\xc3\xb8rdag?"}',
        b"no json",
        b'{"id": 2}',
        b'{"id": 3, "text": ""}',
        b'{"id": 4, "text": "\xff"}',
        b'{"id": 5, "text": "x", "clinic": "nowhere"}',
        b"[" * 10_000,
        b'{"id": 6, "text": "' + b"a" * 20_001 + b'"}',
        b'{"id": 7, "text": "Sara var uforskammet", "clinic": "demo-vet"}',
    ]
    answers = _stream(b"\n".join(given))
    assert [answer.get("id") for answer in answers if "kind" in answer] == [1, 7]
    assert [answer["line"] for answer in answers if "error" in answer] == [2, 3, 4, 5, 6, 7, 8]
    staff = [signal for signal in answers[-1]["signals"] if signal["name"] == "names_staff"]
    assert staff == [{"name": "names_staff", "start": 0, "end": 4, "internal": True}]


def _labelled() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(POSTS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def _stream(given: bytes) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "copilot", "triage"]
    done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_reason_quotes_whole_words() -> None:
    """What a pattern saw may end inside a word; nobody reads half a word aloud."""
    (reason,) = triage(Post("Two hours in the waiting room and then they laughed at me. Never again.")).reasons
    assert "»Two hours in the waiting«" in reason
