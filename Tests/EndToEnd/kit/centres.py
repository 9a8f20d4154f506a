"""Small centres to test with, as `hotline centre import` takes them, and the prompts they play."""

from . import sound

GREETING = [
    {
        "title": "问候", "englishTitle": "Greeting",
        "text": "您好，{agent} 号话务员为您服务。", "englishText": "Hello, agent {agent} speaking.",
    }
]  # fmt: skip

MUSIC = 440
HOLD_MUSIC = 350
EMERGENCY = 910
CALLBACK_PROMISED = 710


def centre(agents, wrap_up=0, capacity=100, offer_seconds=18, seats=()):
    """`agents`: number -> address of her SIP phone, or None for one who uses the browser. `seats`: phones in the hall."""
    return {
        "id": "main", "name": "测试市受理中心", "englishName": "Test City Centre",
        "lines": [
            {"id": "12345", "number": "12345", "name": "市民热线", "englishName": "Citizens", "queue": "city",
             "greeting": "greeting", "script": GREETING},
        ],
        "queues": [
            {"id": "city", "name": "市民", "englishName": "Citizens", "offerSeconds": offer_seconds,
             "wrapUpLimitSeconds": wrap_up, "capacity": capacity},
        ],
        "bodies": [
            {"id": "housing", "name": "住建局", "englishName": "Housing Bureau"},
            {"id": "water", "name": "供水集团", "englishName": "Water Group"},
        ],
        "sites": [
            {"id": "hall", "name": "大厅", "englishName": "Hall"}, {"id": "home", "name": "居家", "englishName": "Home"},
        ],
        "seats": [
            {"id": f"A{n}", "name": f"A{n} 座", "englishName": f"Seat A{n}", "site": "hall", "phone": phone}
            for n, phone in enumerate(seats, 1)
        ],
        "agents": [
            {"id": number, "queues": ["city"]} | ({"phone": phone} if phone else {}) for number, phone in agents.items()
        ],
    }  # fmt: skip


def write_prompts(folder):
    """Short ones, told apart by their pitch, so that tests neither wait for them nor take one for another."""
    folder.mkdir(parents=True)
    sound.write_wav(folder / "queue-music.wav", sound.tone(MUSIC, 1, 6000))
    sound.write_wav(folder / "hold-music.wav", sound.tone(HOLD_MUSIC, 1, 6000))
    sound.write_wav(folder / "ring-tone.wav", sound.tone(425, 1, 3000))
    sound.write_wav(folder / "greeting.wav", sound.tone(300, 0.3, 3000))
    sound.write_wav(folder / "callback-offered.wav", sound.tone(520, 0.3, 3000))
    # So long that a caller has hung up before it ends.
    sound.write_wav(folder / "callback-promised.wav", sound.tone(CALLBACK_PROMISED, 20, 6000))
    # Long enough to be heard by who listens for it.
    sound.write_wav(folder / "emergency.wav", sound.tone(EMERGENCY, 3, 6000))
    for name in ["agent-number", "at-your-service", *(f"digit-{digit}" for digit in range(10))]:
        sound.write_wav(folder / f"{name}.wav", sound.tone(250, 0.06, 3000))
    return folder
