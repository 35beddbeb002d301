// One bundle for all explorables: what a kernel sends with each of them, and
// what the published page mounts. A new explorable is one more line here.
import axes from "./axes.js";
import divisorGap from "./divisor_gap.js";
import gradient from "./gradient.js";
import layerNorm from "./layer_norm.js";
import normSphere from "./norm_sphere.js";
import quiz from "./quiz.js";
import runningStats from "./running_stats.js";
import sharedAffine from "./shared_affine.js";
import sweep from "./sweep.js";
import trainEval from "./train_eval.js";
import trainingReplay from "./training_replay.js";
import variance from "./variance.js";

const renderers = {
  AxesExplorer: axes,
  DivisorGap: divisorGap,
  GradientExplorer: gradient,
  LayerNormExplorer: layerNorm,
  NormSphere: normSphere,
  Quiz: quiz,
  RunningStatsExplorer: runningStats,
  SharedAffineExplorer: sharedAffine,
  Sweep: sweep,
  TrainEvalExplorer: trainEval,
  TrainingReplay: trainingReplay,
  VarianceExplorer: variance,
};

/** anywidget's entry: draw `model` in `el`; a failure becomes words there. */
function render({ model, el }) {
  const kind = model.get("kind");
  try {
    return renderers[kind]({ model, el });
  } catch (error) {
    el.textContent = `${kind} could not be drawn: ${error.message}`;
    console.error(error);
  }
}

export default { render };
