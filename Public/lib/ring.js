// A soft ring: two quiet tones, a second apart, that say "a citizen waits" without making anybody jump.
import { desk } from './desk.js';

let audio = null;
let timer = null;

/// Browsers allow sound only after a click; starting duty is one.
export function allowSound() {
  audio ??= new AudioContext();
  if (audio.state === 'suspended') audio.resume().catch(() => {});
  return audio;
}

function note(frequency, after) {
  const start = audio.currentTime + after;
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.type = 'sine';
  tone.frequency.value = frequency;
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(0.12, start + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
  tone.connect(loudness).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.55);
}

function ring() {
  allowSound(); // A page that already holds the microphone may sound without a click.
  if (audio.state !== 'running') return;
  note(587, 0);
  note(440, 0.28);
}

desk.subscribe((value) => {
  const ringing = value?.state === 'offered';
  if (ringing && !timer) {
    ring();
    timer = setInterval(ring, 1800);
  } else if (!ringing && timer) {
    clearInterval(timer);
    timer = null;
  }
});

for (const gesture of ['pointerdown', 'keydown']) {
  window.addEventListener(gesture, () => desk.get() && allowSound(), { passive: true });
}
