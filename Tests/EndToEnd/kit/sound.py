"""G.711 mu-law, WAV and pcap files of tones, and how strong a tone is in what was heard."""

import array
import io
import math
import struct
import wave

RATE = 8000
PACKET = 160  # samples, 20 ms


def _decode(byte):
    byte = ~byte & 0xFF
    value = (((byte & 0x0F) << 3) + 0x84) << ((byte >> 4) & 7)
    return 0x84 - value if byte & 0x80 else value - 0x84


def _encode(sample):
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 0x84
    exponent = max(0, magnitude.bit_length() - 8)
    return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0F)) & 0xFF


DECODED = [_decode(byte) for byte in range(256)]


def decode(payload):
    return [DECODED[byte] for byte in payload]


def encode(samples):
    return bytes(_encode(sample) for sample in samples)


def tone(hertz, seconds, level=8000, rate=RATE):
    return [round(level * math.sin(2 * math.pi * hertz * i / rate)) for i in range(round(seconds * rate))]


def write_wav(path, samples, rate=RATE, channels=1):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(array.array("h", samples).tobytes())


def read_wav(content):
    """The channels' samples and the rate, of a WAV file's bytes."""
    with wave.open(io.BytesIO(content), "rb") as file:
        assert file.getsampwidth() == 2
        samples = array.array("h", file.readframes(file.getnframes()))
        return [list(samples[i :: file.getnchannels()]) for i in range(file.getnchannels())], file.getframerate()


def level(samples):
    """Root mean square."""
    return math.sqrt(sum(each * each for each in samples) / len(samples)) if samples else 0.0


def strength(samples, hertz, rate=RATE):
    """The amplitude of one frequency among samples (Goertzel)."""
    if not samples:
        return 0.0
    factor = 2 * math.cos(2 * math.pi * hertz / rate)
    before = last = 0.0
    for each in samples:
        before, last = last, each + factor * last - before
    power = before * before + last * last - factor * before * last
    return 2 * math.sqrt(max(power, 0.0)) / len(samples)


def packets(samples, payload_type=0, source=0x1234ABCD):
    """RTP packets of 20 ms mu-law each."""
    sound = encode(samples)
    for number in range(len(sound) // PACKET):
        header = struct.pack("!BBHII", 0x80, payload_type, number & 0xFFFF, number * PACKET, source)
        yield header + sound[number * PACKET : (number + 1) * PACKET]


KEYS = "0123456789*#"
EVENT = 101  # The payload type of pressed keys, as the scenarios offer it.


def press(key, spoken, second):
    """Speech as RTP packets, with a key pressed (RFC 4733) for 160 ms amid it: each packet of it says how long it has lasted."""
    first = round(second * RATE) // PACKET
    packets = list(spoken)
    for number in range(first, first + 10):
        lasted, over = (min(number - first, 7) + 1) * PACKET, number - first >= 7
        header = struct.pack("!BBHI", 0x80, EVENT | (0x80 if number == first else 0), number & 0xFFFF, first * PACKET)
        packets[number] = header + packets[number][8:12] + struct.pack("!BBH", KEYS.index(key), 0x8A if over else 0x0A, lasted)
    return packets


def write_pcap(path, samples, presses=()):
    """What sipp's `play_pcap_audio` sends: Ethernet frames 20 ms apart; it puts in addresses and ports itself. `presses`: keys
    and the seconds at which they are pressed."""
    spoken = packets(samples)
    for key, second in presses:
        spoken = press(key, spoken, second)
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, rtp in enumerate(spoken):
            udp = struct.pack("!HHHH", 4000, 4000, 8 + len(rtp), 0) + rtp
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number & 0xFFFF, 0, 64, 17, 0, b"\x7f\0\0\1", b"\x7f\0\0\1")
            frame = b"\0" * 12 + b"\x08\0" + ip + udp
            out.write(struct.pack("<IIII", number // 50, number % 50 * 20000, len(frame), len(frame)) + frame)
