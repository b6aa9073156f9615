"""Take the README's picture of a demo from the built site: python book/site/picture.py."""

from browser.visits import Visit, chromium, served
from folders import ROOT

PICTURE = ROOT / "book" / "demo.png"
STEPS = 6  # from the demo's first state to one past the cliff's edge


def main() -> None:
    """Move the chapter's first demo by keyboard and photograph it."""
    screen = {"viewport": {"width": 760, "height": 900}, "device_scale_factor": 1.5}
    with served() as address, chromium() as browser, Visit(browser, address, **screen) as visit:
        demo = visit.open("chapters/04_weights.html").locator(".pl-explorer").first
        for _ in range(STEPS):
            demo.get_by_role("slider").press("ArrowRight")
        visit.page.evaluate("document.activeElement.blur()")
        demo.screenshot(path=PICTURE)
    print(f"{PICTURE.name}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
