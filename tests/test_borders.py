"""The table of borders in the playbook, row by row, in both languages: each phrase gets the verdict of its row."""

from typing import Any

import pytest

from guards.finding import Finding, worst
from guards.line import from_object
from guards.reading import Reading
from guards.rules import CLASSES

_CONFIDENTIALITY = {
    "disclosure",
    "relation",
    "denial",
    "record",
    "insinuation",
    "mosaic",
    "soft_relation",
    "general_fact",
}

_METTE = {"text": "Elendigt sted", "author": "Mette Krog"}
_LENE = {"spokesperson": {"name": "Lene Holm", "title": "klinikejer"}}
_DEATH_DA = "Min hund døde i bedøvelsen hos jer"
_DEATH_EN = "My dog died under anaesthesia"
_PRICE_DA = "4.000 kr. for ingenting"
_PRICE_EN = "600 pounds for nothing"
_WAIT_DA = "Jeg ventede i to timer"
_WAIT_EN = "I waited for two hours"
_TOLERATES_DA = "De fleste hunde tåler bedøvelse godt."
_TOLERATES_EN = "Most dogs tolerate anaesthesia well."
_ESTIMATE_DA = "Alle får et overslag før større behandlinger."
_ESTIMATE_EN = "Everyone gets an estimate before larger treatments."
_RECORD_DA = "Enhver kan bede om indsigt i sin journal."
_RECORD_EN = "Anyone may ask for access to their record."

_ROWS: list[tuple[str, str, dict[str, Any], str, str]] = [
    # name of the row, language, line, verdict, class of the finding that decides
    ("the poster's public name", "da", {"text": "Kære Mette", "post": _METTE}, "pass", ""),
    ("the poster's public name", "en", {"text": "Dear Mette", "post": _METTE}, "pass", ""),
    ("another person's name", "da", {"text": "Kære Sofie", "post": _METTE}, "block", "disclosure"),
    ("another person's name", "en", {"text": "Dear Sophie", "post": _METTE}, "block", "disclosure"),
    ("the spokesperson's signature", "da", {"text": "Mvh Lene Holm, klinikejer", "clinic": _LENE}, "pass", ""),
    ("the spokesperson's signature", "en", {"text": "Kind regards, Lene Holm", "clinic": _LENE}, "pass", ""),
    ("thanks for a message", "da", {"text": "Tak for din besked."}, "pass", ""),
    ("thanks for a review", "da", {"text": "Tak for din anmeldelse."}, "pass", ""),
    ("thanks for a message", "en", {"text": "Thank you for your message."}, "pass", ""),
    ("thanks for a review", "en", {"text": "Thank you for your review."}, "pass", ""),
    ("regret for the experience", "da", {"text": "Vi er kede af, at du sidder tilbage med den oplevelse."}, "pass", ""),
    ("regret for the experience", "en", {"text": "Sorry that the experience you describe fell short."}, "pass", ""),
    (
        "experience at our clinic",
        "da",
        {"text": "Vi beklager, at du ikke følte dig hørt hos os."},
        "block",
        "soft_relation",
    ),
    (
        "experience at our clinic",
        "en",
        {"text": "Sorry about your experience at our clinic."},
        "block",
        "soft_relation",
    ),
    ("your case: forløb", "da", {"text": "Vi kender dit forløb."}, "block", "relation"),
    ("your case: sag", "da", {"text": "Vi ser på din sag."}, "block", "relation"),
    ("your case: behandling", "da", {"text": "Vi beklager din behandling."}, "block", "relation"),
    ("your case: hund", "da", {"text": "Vi er kede af det med jeres hund."}, "block", "relation"),
    ("your case: visit", "en", {"text": "We are sorry about your visit."}, "block", "relation"),
    ("your case: appointment", "en", {"text": "We regret how your appointment went."}, "block", "relation"),
    ("your case: dog", "en", {"text": "We are sorry about your dog."}, "block", "relation"),
    ("we talked to those involved", "da", {"text": "Vi har talt med de involverede."}, "block", "record"),
    ("we looked into the case", "da", {"text": "Vi har undersøgt sagen."}, "block", "record"),
    ("we talked to those involved", "en", {"text": "We have spoken to those involved."}, "block", "record"),
    ("we looked into the case", "en", {"text": "We have investigated the matter."}, "block", "record"),
    ("we are looking into it", "da", {"text": "Vi undersøger sagen."}, "caution", "record"),
    ("we are looking into it", "en", {"text": "We are looking into the matter."}, "caution", "record"),
    ("our own ways of working", "da", {"text": "Vi ser på vores arbejdsgange."}, "pass", ""),
    ("taken seriously", "da", {"text": "Vi tager det alvorligt."}, "pass", ""),
    ("our own ways of working", "en", {"text": "We are looking at how we work."}, "pass", ""),
    ("taken seriously", "en", {"text": "We take this seriously."}, "pass", ""),
    ("call us and talk", "da", {"text": "Ring til os, så tager vi snakken."}, "pass", ""),
    ("call us and look it up", "da", {"text": "Ring til os, så kigger vi i din journal."}, "block", "record"),
    ("call us and talk", "en", {"text": "Call us, and we will talk."}, "pass", ""),
    ("call us and look it up", "en", {"text": "Call us, and we will look at your notes."}, "block", "record"),
    ("welcome to contact us", "da", {"text": "Du er altid velkommen til at kontakte os."}, "pass", ""),
    ("welcome back", "da", {"text": "Velkommen tilbage."}, "block", "relation"),
    ("welcome to contact us", "en", {"text": "You are always welcome to contact us."}, "pass", ""),
    ("welcome back", "en", {"text": "Welcome back."}, "block", "relation"),
    ("not recognised", "da", {"text": "Vi kan ikke genkende beskrivelsen."}, "block", "denial"),
    ("not recognised", "en", {"text": "We do not recognise the description."}, "block", "denial"),
    ("general harm", "da", {"text": _TOLERATES_DA, "post": _DEATH_DA}, "block", "insinuation"),
    ("general harm", "en", {"text": _TOLERATES_EN, "post": _DEATH_EN}, "block", "insinuation"),
    (
        "general harm as a public fact",
        "da",
        {"text": _TOLERATES_DA, "post": _DEATH_DA, "clinic": {"public_facts": [_TOLERATES_DA]}},
        "caution",
        "insinuation",
    ),
    (
        "general harm as a public fact",
        "en",
        {"text": _TOLERATES_EN, "post": _DEATH_EN, "clinic": {"public_facts": [_TOLERATES_EN]}},
        "caution",
        "insinuation",
    ),
    ("no further answer", "da", {"text": "Vi svarer ikke yderligere i tråden, men telefonen er åben."}, "pass", ""),
    (
        "no further answer",
        "en",
        {"text": "We will not reply further in this thread, but our phone is open."},
        "pass",
        "",
    ),
    (
        "how the clinic works",
        "da",
        {"text": _ESTIMATE_DA, "post": _PRICE_DA, "clinic": {"public_facts": [_ESTIMATE_DA]}},
        "pass",
        "",
    ),
    (
        "how the clinic works",
        "en",
        {"text": _ESTIMATE_EN, "post": _PRICE_EN, "clinic": {"public_facts": [_ESTIMATE_EN]}},
        "pass",
        "",
    ),
    ("how the clinic works, no facts given", "da", {"text": _ESTIMATE_DA, "post": _PRICE_DA}, "pass", ""),
    ("how the clinic works, no facts given", "en", {"text": _ESTIMATE_EN, "post": _PRICE_EN}, "pass", ""),
    (
        "a general claim that is no public fact",
        "da",
        {"text": _ESTIMATE_DA, "post": _PRICE_DA, "clinic": {"public_facts": ["Vi er ti ansatte."]}},
        "caution",
        "general_fact",
    ),
    (
        "a general claim that is no public fact",
        "en",
        {"text": _ESTIMATE_EN, "post": _PRICE_EN, "clinic": {"public_facts": ["We are ten."]}},
        "caution",
        "general_fact",
    ),
    ("a right", "da", {"text": _RECORD_DA, "clinic": {"public_facts": ["Vi er ti ansatte."]}}, "pass", ""),
    ("a right", "en", {"text": _RECORD_EN, "clinic": {"public_facts": ["We are ten."]}}, "pass", ""),
    ("no call came", "da", {"text": "Der er ikke kommet noget opkald fra dig."}, "block", "denial"),
    ("no call came", "en", {"text": "There has been no call from you."}, "block", "denial"),
    (
        "a detail as the poster's words",
        "da",
        {"text": "Du skriver, at du ventede i to timer.", "post": _WAIT_DA},
        "block",
        "soft_relation",
    ),
    (
        "a detail as the poster's words",
        "en",
        {"text": "You write that you waited for two hours.", "post": _WAIT_EN},
        "block",
        "soft_relation",
    ),
    ("a detail as a fact", "da", {"text": "To timer er for længe at vente.", "post": _WAIT_DA}, "block", "relation"),
    ("a detail as a fact", "en", {"text": "Two hours is too long to wait.", "post": _WAIT_EN}, "block", "relation"),
    ("a condition", "da", {"text": "Hvis du har oplevet det hos os, beklager vi."}, "pass", ""),
    ("a condition", "en", {"text": "If you experienced that at our clinic, we are sorry."}, "pass", ""),
    (
        "a condition about patients",
        "da",
        {"text": "Hvis du er eller har været patient, er du velkommen til at ringe."},
        "pass",
        "",
    ),
    (
        "a condition about patients",
        "en",
        {"text": "If you are or have been a patient, you are welcome to call."},
        "pass",
        "",
    ),
    ("a refusal", "da", {"text": "Vi har tavshedspligt og kan hverken be- eller afkræfte noget."}, "pass", ""),
    ("a refusal", "en", {"text": "We have a duty of confidentiality and can neither confirm nor deny."}, "pass", ""),
]


def _findings(line: dict[str, Any]) -> list[Finding]:
    read = from_object(line)
    reading = Reading(read.text, read.context)
    return [found for rules in CLASSES if rules.name in _CONFIDENTIALITY for found in rules.find(reading)]


@pytest.mark.parametrize(
    ("line", "verdict", "rule_class"),
    [pytest.param(line, verdict, named, id=f"{row}-{language}") for row, language, line, verdict, named in _ROWS],
)
def test_phrase_gets_the_verdict_of_its_row(line: dict[str, Any], verdict: str, rule_class: str) -> None:
    """Each phrase gets the verdict of PLAYBOOK 3 from the confidentiality rules, its class among the findings."""
    findings = _findings(line)
    assert worst(findings) == verdict, findings
    assert {found.rule_class for found in findings} >= ({rule_class} if rule_class else set())


@pytest.mark.parametrize(
    "line",
    [pytest.param(line, id=f"{row}-{language}") for row, language, line, _, named in _ROWS if named == "soft_relation"],
)
def test_soft_relation_alone_tells_strict_from_standard(line: dict[str, Any]) -> None:
    """A clinic set to `standard` gets a caution where a strict one is blocked."""
    assert worst(_findings(line | {"clinic": {"strictness": "standard"}})) == "caution"
