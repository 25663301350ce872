"""The desk in a real browser: from the sign-in link to the receipt, and two people at once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.door import Door

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
]
BLOCKED = "Kære Mette. Vi har set i journalen, at du var her i tirsdags."
DOUBTED = "Vi holder åbent hus for alle hamstere på næste lørdag."
DEADLINE_MS = 20_000


@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path, headless=True, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="da-DK")
    context.set_default_timeout(DEADLINE_MS)
    yield context
    context.close()


@pytest.fixture
def complaints(context: BrowserContext) -> list[str]:
    """What the browser complains of: violations of the policy, errors of a script."""
    found: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("console", lambda message: found.append(message.text) if "Content Security" in message.text else None)

    context.on("page", listen)
    return found


def sign_in(context: BrowserContext, door: Door) -> Page:
    page = context.new_page()
    page.goto(door.link())
    page.get_by_role("button", name="Log ind").click()
    page.wait_for_url("**/queue")
    return page


def write(page: Page, text: str) -> None:
    """Writes a reply and waits until it has been checked."""
    page.wait_for_load_state("load")
    with page.expect_response("**/screening"):
        page.get_by_label("Jeres svar, som det vil stå offentligt").fill(text)


def test_from_the_link_to_the_receipt(door: Door, context: BrowserContext, complaints: list[str]) -> None:
    """Sign in, queue, open, edit under live screening; what is blocked cannot be approved; answer, approve, receipt."""
    door.submit("Min hund døde hos jer i går, og I grinede. Aldrig igen, siger Browserprøven.")
    page = sign_in(context, door)
    expect(page.get_by_role("heading", name="Køen")).to_be_visible()
    page.get_by_role("link", name=re.compile("siger Browserprøven")).click()
    expect(page.get_by_role("heading", name="Hvad gør vi?")).to_be_visible()
    expect(page.locator("#findings .verdict")).to_have_class(re.compile("pass"))

    write(page, BLOCKED)
    expect(page.locator("#findings .verdict")).to_have_class(re.compile("block"))
    expect(page.locator("#backdrop mark.block").first).to_have_text(re.compile("journalen"))
    page.get_by_role("button", name="Vis i teksten").first.click()
    assert "journalen" in str(page.evaluate("document.getSelection().toString()"))
    page.get_by_role("button", name="Godkend svaret").click()
    expect(page.get_by_role("alert")).to_contain_text("kan ikke godkendes endnu")
    expect(page.locator("#reply")).to_have_value(BLOCKED)

    write(page, DOUBTED)
    expect(page.locator("#findings .verdict")).to_have_class(re.compile("caution"))
    page.get_by_role("button", name="Godkend svaret").click()
    expect(page.get_by_role("alert")).to_contain_text("Svar først")
    page.get_by_label("Dit svar på spørgsmålet").first.fill("Ingen bestemt hamster.")
    for box in page.get_by_role("checkbox", name=re.compile("Sætningen kan blive stående")).all():
        box.check()
    page.get_by_role("button", name="Godkend svaret").click()

    expect(page.get_by_role("heading", name="Kvittering")).to_be_visible()
    expect(page.locator("#approved")).to_have_text(DOUBTED)
    expect(page.locator("#receipt")).to_contain_text("Lene Holm")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopiér svaret").click()
    expect(page.get_by_role("button", name="Kopieret")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == DOUBTED
    assert complaints == []


def test_two_browsers_on_one_post_lose_nothing(door: Door, browser: Browser, context: BrowserContext) -> None:
    """The second sees that somebody was first, sees the other text, and still has every word of her own."""
    proposal = door.submit()
    address = f"{door.address}/proposals/{proposal['id']}"
    second = browser.new_context(locale="da-DK")
    second.set_default_timeout(DEADLINE_MS)
    try:
        hers, theirs = sign_in(context, door), sign_in(second, door)
        hers.goto(address)
        theirs.goto(address)
        write(theirs, "Vi er kede af, at du sidder med den oplevelse, du beskriver.")
        theirs.get_by_role("button", name="Gem uden at godkende").click()
        theirs.wait_for_load_state()

        write(hers, DOUBTED)
        hers.get_by_label("Dit svar på spørgsmålet").first.fill("Ingen bestemt.")
        hers.get_by_role("button", name="Godkend svaret").click()
        expect(hers.get_by_role("alert")).to_contain_text("En anden har ændret")
        expect(hers.get_by_role("alert")).to_contain_text("den oplevelse, du beskriver")
        expect(hers.locator("#reply")).to_have_value(DOUBTED)
        expect(hers.get_by_label("Dit svar på spørgsmålet").first).to_have_value("Ingen bestemt.")
        # Another try changes nothing: she must say that hers goes on top.
        hers.get_by_role("button", name="Godkend svaret").click()
        expect(hers.get_by_role("alert")).to_contain_text("En anden har ændret")
        hers.get_by_role("button", name="Gem min tekst oven på").click()
        expect(hers.get_by_role("alert")).to_have_count(0)
        expect(hers.locator("#reply")).to_have_value(DOUBTED)
    finally:
        second.close()
    assert door.speaker.get(f"/v1/proposals/{proposal['id']}").json()["draft"]["text"] == DOUBTED


def test_every_other_decision_is_taken_on_the_page(door: Door, context: BrowserContext) -> None:
    """Hold and take up again, stay silent, moderate, reject with a reason that is asked for."""
    page = sign_in(context, door)
    for summary, state in (("Svar ikke", "Bliver ikke besvaret"), ("Fjern opslaget efter husreglerne", "Fjernes")):
        page.goto(f"{door.address}/proposals/{door.submit()['id']}")
        page.locator("summary", has_text=summary).click()
        if summary.startswith("Fjern"):
            page.get_by_label("Hvilken husregel").select_option("Vi fjerner reklame og spam.")
        page.get_by_role("button", name=summary).click()
        expect(page.get_by_role("heading", name=state)).to_be_visible()
    page.goto(f"{door.address}/proposals/{door.submit()['id']}")
    page.locator("summary", has_text="Vent med det").click()
    page.get_by_label("Hvad venter I på?").fill("Vi taler med Mikkel først.")
    page.get_by_role("button", name="Vent med det").click()
    page.get_by_role("button", name="Tag det frem igen").click()
    expect(page.get_by_role("button", name="Godkend svaret")).to_be_visible()
    page.locator("summary", has_text="Afvis udkastet").click()
    page.get_by_role("button", name="Afvis udkastet").click()
    expect(page.get_by_role("alert")).to_contain_text("Skriv en grund")
    page.get_by_label("Hvorfor ikke?").fill("Opslaget er slettet.")
    page.get_by_role("button", name="Afvis udkastet").click()
    expect(page.get_by_role("heading", name="Afvist")).to_be_visible()


def test_a_post_is_passed_in_by_hand_and_decided_without_javascript(door: Door, browser: Browser) -> None:
    """Paste, store, approve: scripts make it pleasanter and are not needed."""
    plain = browser.new_context(locale="da-DK", java_script_enabled=False)
    plain.set_default_timeout(DEADLINE_MS)
    try:
        page = sign_in(plain, door)
        page.get_by_role("link", name="Læg et opslag ind").click()
        page.get_by_label("Opslaget", exact=True).fill("Jeg har ringet fem gange uden at få svar. Håbløst.")
        page.get_by_label("Navnet på den, der skrev").fill("Tove")
        page.get_by_role("button", name="Gem og lav et udkast").click()
        page.get_by_role("button", name="Godkend svaret").click()
        expect(page.get_by_role("heading", name="Kvittering")).to_be_visible()
    finally:
        plain.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_every_field_has_a_label_and_no_page_is_wider_than_the_screen(
    door: Door, context: BrowserContext, width: int
) -> None:
    """At a phone's width and at a desk's; every field and button has a name, and the keyboard reaches the reply."""
    page = sign_in(context, door)
    page.set_viewport_size({"width": width, "height": 844})
    proposal = door.change(door.submit(), f"{BLOCKED} {DOUBTED}")
    for path in ("/queue", "/posts/new", f"/proposals/{proposal['id']}", "/sign-in"):
        page.goto(f"{door.address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        unnamed = page.evaluate(
            """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button")]
                 .filter((field) => !(field.labels?.length || field.textContent.trim()))
                 .map((field) => field.outerHTML)"""
        )
        assert unnamed == [], path
    page.goto(f"{door.address}/proposals/{proposal['id']}")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "reply":
            break
    assert page.evaluate("document.activeElement.id") == "reply"


def test_the_page_of_the_openapi_document_needs_no_outside_address(door: Door, context: BrowserContext) -> None:
    """Swagger UI opens under its own policy and asks this server alone."""
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{door.address}/schema")
    expect(page.locator(".opblock").first).to_be_visible()
    assert asked
    assert all(url.startswith((door.address, "data:")) for url in asked), asked
