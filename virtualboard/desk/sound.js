// The sound of the buzzer: only after somebody has asked for it, as browsers want it too.

let context, tone, volume;

/** Start or stop listening; returns whether it sounds from now on. */
export async function listen() {
  if (context?.state == "running") {
    await context.suspend();
    return false;
  }
  if (!context) {
    context = new AudioContext();
    volume = new GainNode(context, { gain: 0 });
    tone = new OscillatorNode(context, { type: "square" });
    tone.connect(volume).connect(context.destination);
    tone.start();
  }
  await context.resume();
  return context.state == "running";
}

/** What the buzzer plays: hertz, or 0 for silence. */
export function play(hertz) {
  if (!context) return;
  if (hertz) tone.frequency.setTargetAtTime(Math.min(hertz, 12000), context.currentTime, .005);
  volume.gain.setTargetAtTime(hertz ? .06 : 0, context.currentTime, .01);
}
