"""Chromium with a microphone that plays a file, and what an agent or an officer does with a page."""

import contextlib

from playwright.sync_api import sync_playwright

from . import sound
from .wait import until

CHROMIUM = "/usr/bin/chromium"
MICROPHONE = 600


def write_microphone(path):
    """600 Hz with short pauses: a tone that never stops is taken for noise and suppressed by the browser."""
    phrase = sound.tone(MICROPHONE, 0.35, 12000, rate=48000) + [0] * 4800
    sound.write_wav(path, phrase * 20, rate=48000)
    return path


@contextlib.contextmanager
def launched(microphone=None):
    arguments = [
        "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required",
    ]  # fmt: skip
    if microphone:
        arguments.append(f"--use-file-for-fake-audio-capture={microphone}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def sign_in(page, login, password):
    page.get_by_test_id("login").fill(login)
    page.get_by_test_id("password").fill(password)
    page.get_by_test_id("sign-in").click()
    page.get_by_test_id("person-menu-button").wait_for()


def state_is(page, state, seconds=20):
    page.locator(f'[data-testid="callbar"][data-state="{state}"]').wait_for(timeout=seconds * 1000)


def go_on_duty(page, site="hall"):
    page.get_by_test_id("duty-site").select_option(site)
    page.get_by_test_id("duty-start").click()
    wait_for_voice(page)


def wait_for_voice(page, former=None, seconds=40):
    """Until her leg is connected, and is not `former`. (Playwright's own waiting wants `eval`, which our pages forbid.)"""
    connected = "(former) => window.hotlineVoice.pc?.connectionState === 'connected' && window.hotlineVoice.leg !== former"
    until(lambda: page.evaluate(connected, former), "the page's voice is connected", seconds)


def tick(page, test_id):
    """Our marks lie over the browser's own boxes, so the click is forced; but not before the dialog it is in has opened."""
    box = page.get_by_test_id(test_id)
    box.wait_for()
    box.check(force=True)


def be_ready(page):
    page.get_by_test_id("state-ready").click()
    state_is(page, "ready")


# What the browser hears: amplitude of a frequency in the remote track, of full scale 1.
HEARD = """async ([hertz, seconds]) => {
  const { pc } = window.hotlineVoice;
  const track = pc.getReceivers().map((each) => each.track).find((each) => each?.kind === 'audio');
  const audio = window.testAudio ??= new AudioContext({ sampleRate: 16000 });
  await audio.resume();
  const source = audio.createMediaStreamSource(new MediaStream([track]));
  const analyser = audio.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  source.connect(analyser);
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  source.disconnect();
  const amplitude = (frequency) => {
    let re = 0, im = 0;
    samples.forEach((each, i) => {
      const phase = 2 * Math.PI * frequency * i / audio.sampleRate;
      re += each * Math.cos(phase); im += each * Math.sin(phase);
    });
    return 2 * Math.hypot(re, im) / samples.length;
  };
  return { tone: amplitude(hertz), level: Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length) };
}"""


def heard(page, hertz, seconds=0.8):
    """What the agent's page hears just now: the amplitude of one frequency, and the level of everything."""
    return page.evaluate(HEARD, [hertz, seconds])


def energy(page):
    """The browser's own count of the sound it has received (getStats), ever growing while there is some."""
    return page.evaluate(
        """async () => [...(await window.hotlineVoice.pc.getStats()).values()]
          .find((each) => each.type === 'inbound-rtp' && each.kind === 'audio')?.totalAudioEnergy ?? 0""")
