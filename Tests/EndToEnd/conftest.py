"""What every test here may ask for: a hotline of its own, the world outside it, a browser.

Everything is on 127.0.0.1 and in a temporary folder; whatever a test starts is ended with it, by its own pid.
The program is .build/debug/hotline, or another by HOTLINE_BINARY.
"""

import signal

import pytest

from kit import browser as browsers
from kit import centres
from kit.postgres import Postgres
from kit.server import Hotline
from kit.sipp import Outside

# A test that hangs must not hang CI; a debug build on two shared cores is slow.
LIMIT_SECONDS = 240


@pytest.fixture(autouse=True)
def _limit(request):
    mark = request.node.get_closest_marker("limit")
    seconds = mark.args[0] if mark else LIMIT_SECONDS

    def over(*_):
        raise TimeoutError(f"this test took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def prompts(tmp_path_factory):
    return centres.write_prompts(tmp_path_factory.mktemp("sounds") / "prompts")


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    yield server
    server.close()


@pytest.fixture
def database(request):
    """What hotlines of this test keep their data in: "sqlite", or "postgres" where the test asks for it."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def new_hotline(request, tmp_path, prompts, database):
    """Makes hotlines: `new_hotline(agents={"5001": None})` is set up, with people, and not started."""
    made = []

    def make(agents=None, *, leader=True, officers=(), director=False, centre=None, **options):
        if database == "postgres":
            options["database"] = request.getfixturevalue("postgres").fresh_database()
        hotline = Hotline(tmp_path / f"hotline{len(made) + 1}", prompts, **options)
        made.append(hotline)
        if agents is not None:
            hotline.import_centre(centres.centre(agents, **(centre or {})))
            for number in agents:
                hotline.add_person(number, "agent", agent=number, name=f"话务员{number}")
            if leader:
                hotline.add_person("leader", "leader", name="班长")
            for body in officers:
                hotline.add_person(body, "officer", body=body, name=f"{body}经办")
            if director:
                hotline.add_person("director", "director", name="主任")
        return hotline

    yield make
    for hotline in made:
        hotline.close()


@pytest.fixture
def outside(tmp_path):
    world = Outside(tmp_path)
    yield world
    world.close()


@pytest.fixture(scope="session")
def microphone(tmp_path_factory):
    return browsers.write_microphone(tmp_path_factory.mktemp("microphone") / "600hz.wav")


@pytest.fixture(scope="session")
def chromium(microphone):
    with browsers.launched(microphone) as browser:
        yield browser


@pytest.fixture
def new_page(chromium, new_hotline):
    """A browser of somebody's own: `new_page(hotline)` opens the sign-in page. (After `new_hotline`, so closed before it.)"""
    contexts = []

    def make(hotline, language="zh-CN"):
        context = chromium.new_context(base_url=hotline.url, locale=language, viewport={"width": 1366, "height": 768})
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto("/")
        return page

    yield make
    for context in contexts:
        context.close()
