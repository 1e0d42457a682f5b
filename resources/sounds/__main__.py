"""Draws the sounds: good is short and rises, bad is long, low and double; told apart on the worst loudspeaker."""

import io
import math
import struct
import wave
from pathlib import Path

RATE = 22_050  # samples a second
VOLUMES = {"soft": 0.08, "normal": 0.25, "loud": 0.7}
# Each tone: hertz, milliseconds; 0 hertz is silence.
TONES = {"good": ((1319, 45), (1976, 75)), "bad": ((247, 130), (0, 50), (196, 210))}
_EDGE = 6  # milliseconds of swelling and fading, without which a loudspeaker clicks


def draw(name: str, volume: str) -> bytes:
    """One sound as a WAV file: 16 bits, mono."""
    samples = [round(32_767 * VOLUMES[volume] * each) for tone in TONES[name] for each in _tone(*tone)]
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def _tone(hertz: int, milliseconds: int) -> list[float]:
    count = RATE * milliseconds // 1000
    edge = RATE * _EDGE / 1000
    turn = 2 * math.pi * hertz / RATE
    return [_voice(turn * at) * min(1.0, at / edge, (count - at) / edge) for at in range(count)]


def _voice(angle: float) -> float:
    """With two overtones: small loudspeakers hardly give the low tones themselves."""
    return (math.sin(angle) + 0.4 * math.sin(2 * angle) + 0.2 * math.sin(3 * angle)) / 1.4


def main() -> None:
    """Write them all beside this file."""
    for name in TONES:
        for volume in VOLUMES:
            (Path(__file__).parent / f"{name}_{volume}.wav").write_bytes(draw(name, volume))


if __name__ == "__main__":
    main()
