// The agent's voice: one peer connection to the server, up all shift; citizens are put behind it and taken away
// without the page doing anything. One tab holds it, by a lock.
import * as api from './api.js';
import { createStore } from './store.js';
import { connection, on, pauseWhen } from './events.js';
import { desk, onDuty } from './desk.js';
import { centre } from './centre.js';

/// state: 'none', 'connecting', 'connected', 'lost', 'denied' (microphone), 'noMicrophone', 'elsewhere' (another
/// tab has it), 'silent' (the browser wants a click before it plays), 'off' (the centre has no voice).
export const voice = createStore({ state: 'none', level: 0, message: null });

/// Gathering on a loopback or a home network takes milliseconds; a dead interface must not hold the answer up.
const gatheringTime = 2_000;
const firstRetry = 1_000;
const lastRetry = 20_000;
const answerTime = 10_000;
const answered = 'hotline.voice.answered';

let pc = null;
let leg = null;
let microphone = null;
let meter = null;
let holdsLock = false;
let retry = firstRetry;
let timer = null;
const speaker = new Audio();
speaker.autoplay = true;

/// Only for tests that measure the sound with getStats().
window.hotlineVoice = { get pc() { return pc; }, get leg() { return leg; } };

const state = (next, message = null) => voice.patch({ state: next, message });
const wanted = () => onDuty(desk.get()) && desk.get().device === 'browser' && centre.get()?.voice?.on !== false;

on('voice', (offer) => { if (holdsLock && wanted()) accept(offer); });
desk.subscribe(follow);
pauseWhen(() => !onDuty(desk.get()) || voice.get().state === 'elsewhere');
connection.subscribe(({ state: line }) => { if (line === 'live' && holdsLock && !alive()) ask(0); });

let following = null;

function follow(value) {
  for (const track of microphone?.getAudioTracks() ?? []) track.enabled = !value?.call?.muted;
  const next = !value ? 'nothing' : wanted() ? 'voice' : centre.get()?.voice?.on === false && onDuty(value) ? 'off' : 'nothing';
  if (next === following) return;
  following = next;
  if (next === 'voice') begin();
  else end(next === 'off' ? 'off' : 'none');
}

let releaseLock = null;
let queued = false;

function begin() {
  state('connecting');
  if (holdsLock) return ask(0);
  if (queued) return undefined;
  queued = true;
  // If another tab has the voice we say so and wait: when it closes, this one takes over by itself.
  const note = setTimeout(() => { if (!holdsLock) state('elsewhere'); }, 400);
  return navigator.locks.request('hotline.voice', () => new Promise((release) => {
    clearTimeout(note);
    queued = false;
    holdsLock = true;
    releaseLock = release;
    if (following === 'voice') { state('connecting'); ask(0); } else end('none');
  }));
}

function end(next) {
  clearTimeout(timer);
  closeLeg();
  for (const track of microphone?.getTracks() ?? []) track.stop();
  microphone = null;
  stopMeter();
  holdsLock = false;
  releaseLock?.();
  releaseLock = null;
  state(next);
}

const alive = () => pc && ['connected', 'connecting', 'new'].includes(pc.connectionState);

/// Asks the server for a fresh leg, after a pause, again and again with longer pauses until one connects.
function ask(wait) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (!wanted() || !holdsLock || pc?.connectionState === 'connected') return;
    if (!(await openMicrophone())) return;
    api.post('/desk/voice').catch((error) => { if (wanted()) state('lost', error.code === 'offline' ? null : error.message); });
    ask(retry + answerTime);
    retry = Math.min(retry * 2, lastRetry);
  }, wait);
}

async function openMicrophone() {
  if (microphone?.getAudioTracks().some((track) => track.readyState === 'live')) return true;
  try {
    microphone = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
    });
    for (const track of microphone.getAudioTracks()) {
      track.onended = () => { state('noMicrophone'); }; // The headset was pulled out.
      track.enabled = !desk.get()?.call?.muted;
    }
    startMeter();
    return true;
  } catch (error) {
    state(error.name === 'NotAllowedError' ? 'denied' : 'noMicrophone');
    return false;
  }
}

/// Once the permission is given or a headset plugged in, the agent (or the browser) says so and we go on.
export function tryAgain() {
  retry = firstRetry;
  if (voice.get().state === 'silent') return speaker.play().then(() => state('connected'), () => {});
  state('connecting');
  return ask(0);
}
navigator.mediaDevices?.addEventListener('devicechange', () => { if (voice.get().state === 'noMicrophone') tryAgain(); });

const answeredLegs = () => JSON.parse(localStorage.getItem(answered) ?? '[]');

async function accept(offer) {
  // The stream repeats the last offer after a reconnect; a leg that was answered, here or before a reload, is over.
  if (answeredLegs().includes(offer.leg)) return;
  localStorage.setItem(answered, JSON.stringify([...answeredLegs(), offer.leg].slice(-20)));
  clearTimeout(timer);
  if (!(await openMicrophone())) return;
  closeLeg();
  // No 'max-bundle': rtpengine's offer has one section a stream and refuses it. No ICE servers: its address is known.
  const peer = new RTCPeerConnection();
  pc = peer;
  leg = offer.leg;
  state('connecting');
  peer.ontrack = ({ track, streams }) => play(streams[0] ?? new MediaStream([track]));
  peer.onconnectionstatechange = () => { if (peer === pc) changed(peer.connectionState); };
  try {
    await peer.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    for (const track of microphone.getAudioTracks()) peer.addTrack(track, microphone);
    await peer.setLocalDescription(await peer.createAnswer());
    await gathered(peer);
    if (peer !== pc) return;
    await api.put('/desk/voice', { leg: offer.leg, sdp: peer.localDescription.sdp });
    ask(answerTime); // Does nothing if it has connected by then.
  } catch (error) {
    if (peer !== pc) return;
    state('lost', error.code ? error.message : null);
    ask(retry);
    if (!error.code) throw error;
  }
}

const gathered = (peer) => new Promise((done) => {
  if (peer.iceGatheringState === 'complete') return done();
  peer.onicegatheringstatechange = () => { if (peer.iceGatheringState === 'complete') done(); };
  return setTimeout(done, gatheringTime);
});

function changed(next) {
  if (next === 'connected') {
    retry = firstRetry;
    clearTimeout(timer);
    if (voice.get().state !== 'silent') state('connected');
  } else if (next === 'failed' || next === 'closed') {
    state('lost');
    ask(retry);
  } else if (next === 'disconnected') {
    // Often heals by itself within seconds; if not, `failed` follows.
    state('lost');
  }
}

function play(stream) {
  speaker.srcObject = stream;
  speaker.play().catch((error) => { if (error.name === 'NotAllowedError') state('silent'); });
}

function closeLeg() {
  const old = pc;
  pc = null;
  leg = null;
  old?.close();
}

function startMeter() {
  stopMeter();
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 512;
  audio.createMediaStreamSource(microphone).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const reading = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
    const level = Math.min(5, Math.round(Math.sqrt(power) * 9));
    if (level !== voice.get().level) voice.patch({ level });
  }, 250);
  meter = { audio, reading };
}

function stopMeter() {
  if (!meter) return;
  clearInterval(meter.reading);
  meter.audio.close().catch(() => {});
  meter = null;
}
