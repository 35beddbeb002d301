// One bundle for all explorables: what a kernel sends with each of them, and
// what the published page mounts. A new explorable is one more line here.
import axes from "./axes.js";
import divisorGap from "./divisor_gap.js";
import gradient from "./gradient.js";
import layerNorm from "./layer_norm.js";
import normSphere from "./norm_sphere.js";
import predict from "./predict.js";
import quiz from "./quiz.js";
import runningStats from "./running_stats.js";
import sharedAffine from "./shared_affine.js";
import sweep from "./sweep.js";
import trainEval from "./train_eval.js";
import trainingReplay from "./training_replay.js";
import variance from "./variance.js";
import { show } from "./lib/figure.js";
import { stateOf } from "./lib/model.js";

const explorables = {
  AxesExplorer: axes,
  DivisorGap: divisorGap,
  GradientExplorer: gradient,
  LayerNormExplorer: layerNorm,
  NormSphere: normSphere,
  Predict: predict,
  Quiz: quiz,
  RunningStatsExplorer: runningStats,
  SharedAffineExplorer: sharedAffine,
  Sweep: sweep,
  TrainEvalExplorer: trainEval,
  TrainingReplay: trainingReplay,
  VarianceExplorer: variance,
};

/** The explorable of a model's kind, or Error. */
export function explorableOf(kind) {
  if (!Object.hasOwn(explorables, kind))
    throw new Error(
      "there is no explorable of this name in explorables/index.js, as last bundled",
    );
  return explorables[kind];
}

/**
 * Draw `model`, which began as `begun`, in `el`, and return the cleanup; throws what
 * the explorable throws.
 */
export function draw({ model, el, begun }) {
  return show(explorableOf(model.get("kind")), { model, el, begun });
}

/** Draw; a failure becomes words in `el`, until a change makes it possible. */
function attempt({ model, el, begun }) {
  let cleanup;
  const once = () => {
    try {
      el.replaceChildren(); // what a failure has said
      cleanup = draw({ model, el, begun });
      model.off("change", once);
    } catch (error) {
      el.textContent = `${model.get("kind")} could not be drawn: ${error.message}`;
      console.error(error);
    }
  };
  model.on("change", once);
  once();
  return () => {
    model.off("change", once);
    cleanup?.();
  };
}

/** anywidget's entry, called once for each model: all its views share its beginning. */
export default function widget() {
  let begun;
  return {
    initialize({ model }) {
      begun = stateOf(model);
    },
    render: ({ model, el }) => attempt({ model, el, begun }),
  };
}
