"""What axe-core finds wrong with a page, by WCAG 2.2 A and AA. It is put into the page by the browser's own debugging
line, so that the content security policy stays as it is."""

from axe_playwright_python.base import AXE_SCRIPT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# Half faded out is half of its contrast: a page is judged at rest.
RUN = """async (tags) => {
  await Promise.all(document.getAnimations().filter((each) => each.effect.getTiming().iterations !== Infinity)
    .map((each) => each.finished.catch(() => {})));
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(' ')}\\n    ${node.html.slice(0, 200)}\\n` +
    `    ${node.failureSummary.replaceAll('\\n', ' ')}`));
}"""


def violations(page):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, TAGS)


def check(page, what):
    found = violations(page)
    assert not found, f"{what} ({page.url}):\n" + "\n".join(found)
