"""Demos and quizzes work by keyboard in Firefox as well."""

import shutil
import subprocess
import time
import warnings

import pytest

from browser.visits import documents, served

with warnings.catch_warnings(action="ignore"):  # it still uses telnetlib
    from marionette_driver import By
    from marionette_driver.keys import Keys
    from marionette_driver.marionette import Marionette

pytestmark = [
    pytest.mark.load,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # its socket
]
PORT = 2838
DEMO, QUIZ = "[data-element=explorer]", "[data-element=quiz]"
CONTROL, CAPTION = "input[type=range], input:checked", "figcaption > p"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    """A Firefox without a window, with a fresh profile."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    assert program, "install Firefox (Debian: firefox-esr)"
    profile = tmp_path_factory.mktemp("profile")
    (profile / "user.js").write_text(f'user_pref("marionette.port", {PORT});\n')
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    with (profile / "log").open("w") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
    marionette = Marionette(host="127.0.0.1", port=PORT, startup_timeout=60)
    marionette.raise_for_port(60)
    marionette.start_session()
    yield marionette
    marionette.delete_session()
    running.terminate()
    running.wait()


@pytest.fixture(scope="module")
def site():
    with served() as address:
        yield address


def elements(firefox, site, kind):
    """Yield every such element of the book, its page open in the browser."""
    for name in documents():
        firefox.navigate(f"{site}/{name}.html")
        yield from firefox.find_elements(By.CSS_SELECTOR, kind)


def comes_true(holds):
    """Whether something holds within two seconds."""
    deadline = time.monotonic() + 2
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def moves(demo):
    """Whether a key changes the caption of a demo; from where it stands, to one side or other."""
    caption = demo.find_element(By.CSS_SELECTOR, CAPTION)
    control = demo.find_element(By.CSS_SELECTOR, CONTROL)
    before = caption.text
    for key in (Keys.ARROW_RIGHT, Keys.ARROW_LEFT):
        control.send_keys(key)
        if comes_true(lambda: caption.text != before):
            return demo.find_element(By.CSS_SELECTOR, ".pl-picture").rect["width"] > 100
    return False


def answers(quiz):
    """Whether a quiz says nothing until an option is chosen and the button pressed."""
    feedback = quiz.find_element(By.CSS_SELECTOR, ".pl-feedback")
    before = feedback.text
    quiz.find_element(By.CSS_SELECTOR, "input[type=radio]").send_keys(Keys.SPACE)
    quiz.find_element(By.CSS_SELECTOR, "button").send_keys(Keys.ENTER)
    return before == "" and comes_true(lambda: feedback.text != "")


@pytest.mark.parametrize(("kind", "works"), [(DEMO, moves), (QUIZ, answers)])
def test_each_of_them_works_by_keyboard(firefox, site, kind, works):
    found = [(firefox.get_url(), works(each)) for each in elements(firefox, site, kind)]
    assert len(found) > 19
    assert [address for address, well in found if not well] == []
