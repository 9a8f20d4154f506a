// The keyboard keeps its place. A button at work is disabled, and one that has done its work is often gone; the browser
// then gives the focus to nobody, and whoever works by keyboard or by ear is back at the top of the page.
const regions = 'li, tr, form, section, article, dialog, main';
const controls = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)';

let place = null;

const usable = (element) => element.isConnected && !element.disabled;

document.addEventListener('focusin', ({ target }) => {
  const around = [];
  let each = target;
  while ((each = each.parentElement?.closest(regions))) around.push(each);
  place = { element: target, around };
});

/// Whoever clicks beside everything means to leave; what is taken away from under her does not.
document.addEventListener('focusout', ({ target }) => setTimeout(() => {
  if (document.activeElement === document.body && usable(target) && place?.element === target) place = null;
}));

/// What stands there again, else the nearest thing around it that is left: the next control of the same row, or the
/// region itself, from which Tab goes on. `id` finds a region that was drawn anew.
function restore() {
  if (!place || document.activeElement !== document.body) return;
  if (usable(place.element)) place.element.focus();
  if (place.element.isConnected) return;
  const left = place.around.map((each) => (each.isConnected ? each : each.id && document.getElementById(each.id)))
    .find(Boolean);
  if (!left) return;
  const next = left.matches('li, tr') ? left.querySelector('.primary:not(:disabled)') ?? left.querySelector(controls) : null;
  if (next) return next.focus();
  if (!left.hasAttribute('tabindex')) left.tabIndex = -1;
  left.focus({ preventScroll: true });
}

new MutationObserver(restore).observe(document.body, {
  subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'],
});
