"""Whoever has a keyboard and nothing else: Tab to what is wanted, then the key that does it. On the way each stop must
show where the focus is and must not lie behind something else (WCAG 2.4.7, 2.4.11)."""

from . import axe
from .wait import until

MOST_STOPS = 120

STOP = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const ringed = (each) => {
    const style = each && getComputedStyle(each);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const box = here.getBoundingClientRect();
  const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]]
    .map(([x, y]) => [box.x + box.width * x, box.y + box.height * y]);
  const label = here.closest('label');
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (here.contains(top) || top.contains(here) && top !== document.body || label?.contains(top));
  });
  return { id: here.dataset.testid ?? here.id ?? '', row: here.closest('[data-id]')?.dataset.id ?? null,
    html: here.outerHTML.slice(0, 160),
    ringed: ringed(here) || ringed(here.nextElementSibling) || ringed(label) || ringed(here.closest('.search')), seen };
}"""


class Keyboard:
    def __init__(self, page):
        self.page, self.stops = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    def here(self):
        return self.page.evaluate(STOP)

    def to(self, test_id, row=None, key="Tab"):
        """Goes there with Tab, past whatever stands before it."""
        passed = []
        for _ in range(MOST_STOPS):
            stop = self.here()
            if stop and passed:
                assert stop["ringed"], f"no sign of the focus on {stop['html']} ({self.page.url})"
                assert stop["seen"], f"the focus is hidden on {stop['html']} ({self.page.url})"
            if stop and stop["id"] == test_id and row in (None, stop["row"]):
                return
            passed.append(stop and stop["id"])
            self.press(key)
            self.stops += 1
        raise AssertionError(f"Tab does not come to {test_id} on {self.page.url}: {passed}")

    def activate(self, test_id, key="Enter", row=None):
        self.page.get_by_test_id(test_id).first.wait_for()
        self.to(test_id, row)
        self.press(key)

    def write(self, test_id, text):
        self.page.get_by_test_id(test_id).first.wait_for()
        self.to(test_id)
        self.type(text)
        assert self.page.get_by_test_id(test_id).input_value() == text, test_id

    def write_day(self, test_id, year, month, day):
        """A field of date takes digits in the order of the browser's own language."""
        field = self.page.get_by_test_id(test_id)
        self.to(test_id)
        for digits in (f"{month:02}{day:02}{year}", f"{year}{month:02}{day:02}"):
            self.press(*["ArrowLeft"] * 3)
            self.type(digits)
            if field.input_value() == f"{year}-{month:02}-{day:02}":
                return
        raise AssertionError(f"{test_id} has {field.input_value()}")

    def pick(self, group, value):
        """One of a group of radios: Tab comes to the group, arrows go through it, Space takes the first."""
        for _ in range(MOST_STOPS):
            stop = self.here()
            if stop and stop["id"].startswith(f"{group}-"):
                break
            self.press("Tab")
        chosen = self.page.get_by_test_id(f"{group}-{value}")
        self.press("Space")
        for _ in range(20):
            if chosen.is_checked():
                return
            self.press("ArrowRight")
        raise AssertionError(f"arrows do not come to {group}-{value} on {self.page.url}")

    def sign_in(self, login, password):
        page = self.page
        page.get_by_test_id("login").wait_for()
        axe.check(page, "sign-in")
        until(lambda: (self.here() or {}).get("id") == "login", "the cursor stands in the first field")
        self.type(login)
        self.press("Tab")
        self.type(password)
        self.press("Enter")
        page.get_by_test_id("person-menu-button").wait_for()

    def sign_out(self):
        self.activate("person-menu-button")
        self.activate("sign-out")
        self.page.get_by_test_id("login").wait_for()
