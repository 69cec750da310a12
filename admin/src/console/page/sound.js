// Two short tones; three for what is urgent.

const LENGTH = 0.15;
const GAP = 0.16;
const LOUD = 0.12;
const SILENT = 0.0001;
let context = null;

// A browser lets a page be heard only after its reader has done something on it.
for (const event of ['pointerdown', 'keydown']) addEventListener(event, wake);

function wake() {
  if (context || !globalThis.AudioContext || navigator.userActivation?.hasBeenActive === false) return;
  context = new AudioContext();
  void context.resume();
}

/** Plays it, where that is possible. */
export function chime(urgent) {
  if (context?.state !== 'running') return;
  const pitches = urgent ? [880, 660, 880] : [660, 880];
  pitches.forEach((pitch, place) => tone(pitch, context.currentTime + place * GAP));
}

function tone(pitch, at) {
  const [source, volume] = [context.createOscillator(), context.createGain()];
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(SILENT, at);
  volume.gain.exponentialRampToValueAtTime(LOUD, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(SILENT, at + LENGTH);
  source.connect(volume).connect(context.destination);
  source.start(at);
  source.stop(at + GAP);
}
