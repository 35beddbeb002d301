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

/** Draw `model` in `el`, and return the cleanup; throws what the renderer throws. */
function draw({ model, el }) {
  const kind = model.get("kind");
  if (!Object.hasOwn(renderers, kind))
    throw new Error(
      "there is no explorable of this name in explorables/index.js, as last bundled",
    );
  return renderers[kind]({ model, el });
}

/** anywidget's entry: a failure becomes words in `el`, until a change mends it. */
function render({ model, el }) {
  let cleanup;
  const attempt = () => {
    try {
      cleanup = draw({ model, el });
      model.off("change", attempt);
    } catch (error) {
      el.textContent = `${model.get("kind")} could not be drawn: ${error.message}`;
      console.error(error);
    }
  };
  model.on("change", attempt);
  attempt();
  return () => {
    model.off("change", attempt);
    cleanup?.();
  };
}

export default { render, draw };
