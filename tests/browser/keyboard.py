"""A person at a page who has no mouse: Tab, arrows, Space and Enter."""

from playwright.sync_api import Locator, Page


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until `target` has the focus; wherever the focus rests on the way, it can be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        wrong = page.evaluate(FOCUS_IS_SEEN)
        assert wrong is None, wrong
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {target}")


# The focused element, or the label that stands for it, is marked by an outline and lies under no other thing.
FOCUS_IS_SEEN = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return null;  // the browser's own bars come between the end and the beginning
  const shown = focused.matches("[type=radio]") ? focused.labels[0] : focused;
  const box = shown.getBoundingClientRect();
  const on_top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (!on_top || !(shown.contains(on_top) || on_top.contains(shown)))
    return `${shown.outerHTML} is hidden by ${on_top?.outerHTML}`;
  if (getComputedStyle(shown).outlineStyle === "none") return `${shown.outerHTML} has no mark`;
  return null;
}"""


def choose_with_arrows(page: Page, field: str, value: str) -> None:
    radios = page.locator(f"input[name={field}]")
    tab_to(page, radios.first)
    page.keyboard.press("Space")
    for _ in range(radios.count()):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {value}")


def press(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")
