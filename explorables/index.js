// One bundle for all explorables: what a kernel sends with each of them. A new
// explorable is one more line here.
import axes from "./axes.js";
import divisorGap from "./divisor_gap.js";
import family from "./family.js";
import gradient from "./gradient.js";
import layerNorm from "./layer_norm.js";
import normSphere from "./norm_sphere.js";
import orderLab from "./order_lab.js";
import predict from "./predict_drawn.js";
import quiz from "./quiz.js";
import residualStream from "./residual_stream.js";
import runningStats from "./running_stats.js";
import scaleFreeWeight from "./scale_free_weight.js";
import sharedAffine from "./shared_affine.js";
import squash from "./squash.js";
import sweep from "./sweep.js";
import trainEval from "./train_eval.js";
import trainingReplay from "./training_replay.js";
import transformer from "./transformer.js";
import twoAnswers from "./two_answers.js";
import variance from "./variance.js";
import { widget } from "./lib/widget.js";

const explorables = {
  AxesExplorer: axes,
  DivisorGap: divisorGap,
  FamilyExplorer: family,
  GradientExplorer: gradient,
  LayerNormExplorer: layerNorm,
  NormSphere: normSphere,
  OrderLab: orderLab,
  Predict: predict,
  Quiz: quiz,
  ResidualStream: residualStream,
  RunningStatsExplorer: runningStats,
  ScaleFreeWeight: scaleFreeWeight,
  SharedAffineExplorer: sharedAffine,
  SquashExplorer: squash,
  Sweep: sweep,
  TrainEvalExplorer: trainEval,
  TrainingReplay: trainingReplay,
  TransformerExplorer: transformer,
  TwoAnswers: twoAnswers,
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

/** anywidget's entry. */
export default () => widget(explorableOf);
